"""No PIN and no token is anywhere but in the header, or the body, that it belongs to."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests import canaries
from tests.canaries import PIN, SINKS, TRANSFER_PIN, TURN_PASSWORD, WRONG_PIN, leaks, sung
from tests.conftest import PIN_FILE
from tests.eventually import eventually
from tests.programs import PROGRAM
from tests.terminal.foreign_node import ALIAS, BOB, ForeignNode, Seen
from tests.terminal.pseudo_terminal import Terminal, terminal

pytestmark = pytest.mark.timeout(180)

# As a careless program would log: everything, from every library, to a file.
LOGS_ALL = """
import logging, os
logging.basicConfig(level=logging.DEBUG, filename=os.environ["DEBUG_LOG"])
"""
CRASHES = """
from pexdash.ui.widgets.stage import StagePane
def lines(self, width, height):
    if self._feed.conference.speakers:
        screen = self.screen
        raise ValueError(screen._membership.tokens.admission.token.secret.reveal())
    return []
StagePane.lines = lines
"""


class CanaryNode(ForeignNode):
    """Gives another canary for a token each time, each good for two seconds."""

    def __init__(self) -> None:
        super().__init__(pin=PIN)
        self._number = count()

    def _result(self, seen: Seen) -> Any:
        self.token = f"{canaries.TOKEN}{next(self._number)}"
        result = super()._result(seen)
        if seen.request in ("request_token", "refresh_token"):
            result |= {"expires": "4", "turn": [{"credential": TURN_PASSWORD, "username": "u"}]}
        return result


@dataclass
class Run:
    """One run of the installed program, and what it left in each sink that is no file."""

    folder: Path
    node: CanaryNode
    left: dict[str, bytearray] = field(default_factory=lambda: defaultdict(bytearray))

    @property
    def options(self) -> list[str]:
        files = ["--log-file", str(self.folder / "log"), "--record", str(self.folder / "record")]
        return [ALIAS, "--node", self.node.url, *files]

    @property
    def environment(self) -> dict[str, str]:
        places = ("HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "TMPDIR")
        (self.folder / "home").mkdir(exist_ok=True)
        return {
            **{name: str(self.folder / "home") for name in places},
            "PYTHONPATH": str(self.folder),
            "PYTHONASYNCIODEBUG": "1",
            "DEBUG_LOG": str(self.folder / "debug-log"),
        }

    def code(self, code: str) -> None:
        (self.folder / "sitecustomize.py").write_text(code)

    @asynccontextmanager
    async def screen(self, *more: str, **environment: str) -> AsyncIterator[Terminal]:
        """`pexdash join` on a terminal."""
        given = {**self.environment, **environment}
        async with terminal("join", *self.options, *more, environment=given) as shown:
            yield shown
            self.left["/terminal"] += shown.raw

    async def command(self, *arguments: str, **environment: str) -> None:
        """A command without a terminal; looked at from outside while it is joined."""
        seen = len(self.node.seen)
        process = await asyncio.create_subprocess_exec(
            PROGRAM,
            *arguments,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={"PATH": os.environ["PATH"], **self.environment, **environment},
        )
        ended = asyncio.ensure_future(process.communicate())
        await eventually(lambda: ended.done() or len(self.node.seen) > seen)
        if not ended.done():
            self.look_at(process.pid)
        for output in await asyncio.wait_for(ended, 30):
            self.left["/output"] += output

    def look_at(self, pid: int) -> None:
        """Read in /proc what others can know of a process and of its children."""
        children = Path(f"/proc/{pid}/task/{pid}/children")
        # A process that ends meanwhile has nothing to be read.
        with suppress(FileNotFoundError, ProcessLookupError):
            for one in (str(pid), *children.read_text().split()):
                for sink in ("/cmdline", "/environ"):
                    self.left[sink] += Path(f"/proc/{one}{sink}").read_bytes()

    def assert_silent(self) -> None:
        """No canary in any sink."""
        for one in self.node.seen:
            headers = {name: text for name, text in one.headers.items() if name != "token"}
            if one.request == "request_token":
                headers.pop("pin", None)
            body = b"" if one.request.endswith("/transfer") else one.body
            self.left["/node"] += f"{one.path} {headers}\n".encode() + body
        assert self.left.keys() <= SINKS.keys()
        assert {
            sink: sung(bytes(left)) for sink, left in self.left.items() if sung(bytes(left))
        } == {}
        assert list(leaks([self.folder], but=[PIN_FILE])) == []
        assert any(canaries.TOKEN in one.headers.get("token", "") for one in self.node.seen)


@pytest.fixture
async def run(tmp_path: Path) -> AsyncIterator[Run]:
    node = CanaryNode()
    async with node:
        one = Run(tmp_path, node)
        one.code(LOGS_ALL)
        yield one
        one.assert_silent()


async def test_a_pin_that_is_typed_and_one_for_a_transfer(run: Run) -> None:
    async with run.screen() as shown:
        await shown.shows("PIN for")
        await shown.type(WRONG_PIN, "\r")
        await shown.shows("That PIN was wrong")
        await shown.type(PIN, "\r")
        await shown.shows("Bob Jones", "● live")
        run.look_at(shown.process.pid)
        await shown.type("/", "Bob", "\r")
        await shown.shows("/ Bob")
        shown.press("t")
        await shown.shows("to another conference")
        run.node.refused[f"participants/{BOB}/transfer"] = f"not by {TRANSFER_PIN}"
        await shown.press_until("m", lambda: "mmm" in shown.text)
        await shown.type("\t\t", TRANSFER_PIN, "\r")
        await eventually(lambda: any(one.request.endswith("/transfer") for one in run.node.seen))
        shown.press("j")
        await shown.shows("Journal of requests", "Transfer to mmm", "not by ***")
        # Two renewals of the token are in the log as well.
        renewed = [b"refresh_token"] * 2
        await eventually(lambda: (run.folder / "log").read_bytes().count(renewed[0]) >= 2)
        shown.press("\x1b")
        await shown.hides("Journal")
        shown.press("q")
        await shown.status()
    assert "token renewed" in (run.folder / "log").read_text()


async def test_a_pin_in_the_environment_and_a_crash_with_the_token_in_hand(run: Run) -> None:
    run.code(CRASHES)
    async with run.screen(PEXDASH_PIN=PIN) as shown:
        await shown.shows("Bob Jones", "● live")
        run.look_at(shown.process.pid)
        assert b"DEBUG_LOG=" in run.left["/environ"]
        run.node.send("stage", [{"participant_uuid": BOB, "stage_index": 0, "vad": 9}])
        assert await shown.status() == 70
        await shown.shows("fault of its own")
    assert "crashed by ValueError" in (run.folder / "log").read_text()
    assert list((run.folder / "home").rglob("crash-*"))


async def test_a_pin_in_a_file_and_a_node_that_fails(run: Run) -> None:
    pin_file = run.folder / PIN_FILE
    pin_file.write_text(PIN)
    pin_file.chmod(0o644)
    async with run.screen("--pin-file", str(pin_file)) as shown:
        await shown.shows("Bob Jones", "● live")
        run.look_at(shown.process.pid)
        run.node.refused |= {"lock": f"no lock for {PIN}", "refresh_token": "Invalid token"}
        shown.press("L")
        await shown.shows("no lock for ***")
        run.node.cut_streams()
        await eventually(lambda: sum(one.request == "events" for one in run.node.seen) > 1)
        shown.press("q")
        await shown.status()
        assert b"others may read the PIN file" in shown.raw


async def test_commands_that_succeed_and_fail(run: Run) -> None:
    at = (ALIAS, "--node", run.node.url)
    run.node.refused["lock"] = f"no lock for {PIN}"
    for words in (["request_token"], ["refresh_token"], ["participants"], ["lock"], ["unlock"]):
        log = ("--log-file", str(run.folder / "log"))
        await run.command("ctl", *at, *words, *log, PEXDASH_PIN=PIN)
    await run.command("ctl", *at, "participants", PEXDASH_PIN=WRONG_PIN)
    await run.command("ctl", ALIAS, "participants", "--node", "127.0.0.1:1", PEXDASH_PIN=PIN)
    tls = run.node.url.replace("http:", "https:")
    await run.command("ctl", ALIAS, "participants", "--node", tls, PEXDASH_PIN=PIN)
    for number, options in enumerate(([], ["--json"])):
        record = ("--record", str(run.folder / f"record-{number}"))
        await run.command("events", *at, *options, *record, "--for", "3", PEXDASH_PIN=PIN)
    await run.command("ctl", *at, "participants", f"pin={PIN[:4]}", PEXDASH_PIN=PIN)
    assert b"***" in run.left["/output"]
    assert b"--for" in run.left["/cmdline"]


PLAYER = """player = "sh -c 'env > $HOME/played'"
"""


async def test_a_player_inherits_no_pin(run: Run) -> None:
    settings = run.folder / "home" / "pexdash" / "settings.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text(PLAYER)
    played = run.folder / "home" / "played"
    async with run.screen(PEXDASH_PIN=PIN) as shown:
        await shown.shows("Bob Jones", "● live")
        shown.press("v")
        await shown.shows("Add a media call")
        await shown.press_until("\r", lambda: "rtmp://" in shown.text)
        await shown.press_until("p", lambda: played.exists())
        await eventually(lambda: b"DEBUG_LOG=" in played.read_bytes())
        run.look_at(shown.process.pid)
        shown.press("\x1b")
        await shown.hides("Media calls")
        shown.press("q")
        await shown.status()


async def test_a_password_in_the_address_of_the_node_is_refused_and_not_repeated(run: Run) -> None:
    node = run.node.url.replace("://", f"://bob:{PIN}@")
    for words in (["join", ALIAS], ["ctl", ALIAS, "lock"], ["events", ALIAS]):
        await run.command(*words, "--node", node)
    await run.command("ctl", ALIAS, "lock", PEXDASH_NODE=node)
    assert run.left["/output"].count(b"no password in it") == 4
    assert run.node.seen == []
    # A run without a token would prove nothing about tokens.
    await run.command("ctl", ALIAS, "lock", "--node", run.node.url, PEXDASH_PIN=PIN)


async def test_a_canary_that_sings_is_heard(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file").write_text(f"token {canaries.TOKEN}17")
    assert [found for _, found in leaks([tmp_path])] == [[canaries.TOKEN]]
    assert list(leaks([tmp_path], but=["file"])) == []
    (tmp_path / "deep" / "file").unlink()
