"""What `pexdash doctor` finds, and what it says of it."""

from __future__ import annotations

import asyncio
import os
import pty
import re
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme

from pexdash.api.address import NodeAddress, parse_node
from pexdash.cli.doctor import UNWELL, _node
from pexdash.cli.finding import Finding, Verdict
from pexdash.cli.node_check import SOON_SECONDS, conference_findings, node_findings
from pexdash.cli.options import JoinOptions
from pexdash.cli.terminal_check import abilities, terminal_findings
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from pexdash.secret import Secret
from pexdash.session.membership.invitation import Invitation
from pexdash.settings import Settings
from pexdash.ui.drawing.sizes import LEAST_HEIGHT, LEAST_WIDTH
from pexdash.ui.framework.terminal_answers import Answers
from tests.api.broken_server import broken_server, closed_port, http
from tests.api.client.authorities import AUTHORITY, by_name, server_tls, showing
from tests.session.host import ALIAS
from tests.session.name_server import name_server

OPEN = ConferenceSettings("meet.alice")
CLOSED = ConferenceSettings("board", host_pin="73195", guest_pin="73196")
OK = http("200 OK", b'{"status": "success", "result": "OK"}')


@pytest.fixture(autouse=True)
def _direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever proxy this computer has is none of these tests'."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


async def of_node(node: NodeAddress, ca_file: Path | None = None) -> dict[str, Finding]:
    options = JoinOptions(ca_file=ca_file)
    return {one.what: one async for one in node_findings("a", node, options, Settings())}


async def of_conference(node: EmbeddedNode, alias: str, pin: str = "") -> dict[str, Finding]:
    invitation = Invitation(alias, "A", parse_node(node.url), Secret(pin) if pin else None)
    found = await conference_findings(invitation, JoinOptions(), Settings())
    return {one.what: one for one in found}


async def test_a_node_on_this_machine() -> None:
    async with EmbeddedNode(OPEN) as node:
        found = await of_node(parse_node(node.url))
    assert {one.verdict for one in found.values()} == {Verdict.OK}
    assert "in service" in found["node"].meaning
    assert found["address"].value == "127.0.0.1"


async def test_nobody_listens() -> None:
    found = await of_node(NodeAddress("http", "127.0.0.1", closed_port()))
    assert found["node"].verdict is Verdict.WRONG
    assert found["node"].meaning.endswith("cannot be reached: Connection refused")


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        ("404 Not Found", Verdict.OK),  # older than the request, as are the next three
        ("405 Method Not Allowed", Verdict.OK),
        ("415 Unsupported Media Type", Verdict.OK),
        ("501 Not Implemented", Verdict.OK),
        ("503 Service Unavailable", Verdict.WRONG),
        ("403 Forbidden", Verdict.WRONG),
    ],
)
async def test_a_node_that_refuses_to_tell(status: str, verdict: Verdict) -> None:
    said = http(status, b'{"status": "failed", "result": "no"}')
    async with broken_server(said) as server:
        found = await of_node(server.address)
    assert found["node"].verdict is verdict


async def test_a_trusted_chain_is_told_with_its_end(tmp_path: Path) -> None:
    ca_file = tmp_path / "ca.pem"
    AUTHORITY.cert_pem.write_to_path(str(ca_file))
    async with broken_server(OK, tls=server_tls()) as server:
        found = await of_node(by_name(server), ca_file)
    assert found["TLS"].verdict is Verdict.OK
    assert "Acme Meetings" in found["TLS"].meaning
    assert "good until 3000-01-01" in found["TLS"].meaning


async def test_a_certificate_that_ends_soon_is_worth_a_note(tmp_path: Path) -> None:
    authority = trustme.CA()
    ca_file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    end = datetime.fromtimestamp(time.time() + SOON_SECONDS / 2, UTC)
    soon = showing(authority.issue_cert("localhost", not_after=end))
    async with broken_server(OK, tls=soon) as server:
        found = await of_node(by_name(server), ca_file)
    assert found["TLS"].verdict is Verdict.NOTE
    assert end.date().isoformat() in found["TLS"].meaning


async def test_a_node_nobody_vouches_for_is_wrong_and_what_helps_is_said() -> None:
    async with broken_server(OK, tls=server_tls()) as server:
        found = await of_node(by_name(server))
    assert found["TLS"].verdict is Verdict.WRONG
    assert found["TLS"].meaning.endswith("(--ca-file)")


async def test_plain_http_over_a_network_is_worth_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    async with EmbeddedNode(OPEN) as node:
        monkeypatch.setattr(NodeAddress, "is_loopback", property(lambda _: False))
        found = await of_node(parse_node(node.url))
    assert found["TLS"].verdict is Verdict.NOTE


async def test_a_proxy_that_cannot_be_used_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "socks5://user:73195@proxy.example")
    found = await of_node(parse_node("https://node.example.com"))
    assert found["proxy"].verdict is Verdict.WRONG
    assert "73195" not in found["proxy"].meaning


async def test_what_was_found_before_a_fault_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text("")
    monkeypatch.setenv("PEXDASH_CONFIG", str(settings))
    async with name_server(closed_port()):
        found = await _node(ALIAS, JoinOptions(ca_file=tmp_path / "none.pem"), None)
    assert [(one.what, one.verdict) for one in found] == [
        ("DNS", Verdict.OK),
        ("node", Verdict.WRONG),
    ]
    assert "none.pem" in found[1].meaning


async def test_a_conference_tells_the_version_and_is_left_at_once() -> None:
    async with EmbeddedNode(OPEN) as node:
        found = await of_conference(node, "meet.alice")
        assert [one.path.rpartition("/")[2] for one in node.received] == [
            "request_token",
            "release_token",
        ]
    assert found["conference"].meaning == "joined as host and left again"
    assert found["version"].verdict is Verdict.OK
    assert found["version"].value[0].isdecimal()


@pytest.mark.parametrize(
    ("alias", "pin", "verdict", "words"),
    [
        ("board", "", Verdict.OK, "asks for a PIN"),
        ("board", "73195", Verdict.OK, "joined as host"),
        ("board", "1", Verdict.WRONG, "PIN is wrong"),
        ("nowhere", "", Verdict.WRONG, "Neither conference"),
    ],
)
async def test_what_a_conference_says(alias: str, pin: str, verdict: Verdict, words: str) -> None:
    async with EmbeddedNode(OPEN, CLOSED) as node:
        found = await of_conference(node, alias, pin)
    assert found["conference"].verdict is verdict
    assert words in found["conference"].meaning


def test_without_a_terminal_nothing_is_said_of_one() -> None:
    (found,) = terminal_findings({"TERM": "xterm"}, colours=True)
    assert found.verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("answers", "notes"),
    [
        (Answers(), {"answers"}),
        (Answers(True), {"synchronized output", "keyboard protocol"}),
        (Answers(True, "x", True, True, True, True), set()),
        (Answers(True, "x", True, False, False, True), {"mouse", "pasting"}),
    ],
)
def test_each_answer_of_a_terminal_has_its_meaning(answers: Answers, notes: set[str]) -> None:
    found = list(abilities(answers))
    assert {one.what for one in found if one.verdict is Verdict.NOTE} == notes
    assert all(one.meaning for one in found if one.verdict is Verdict.NOTE)


def test_what_a_terminal_calls_itself_is_cleaned() -> None:
    (name, *_) = abilities(Answers(True, "evil\x1b[2J"))
    assert "\x1b" not in name.value


def written(control: int) -> Iterator[str]:
    """What was written to a terminal that nobody has open any more."""
    with suppress(OSError):
        while True:
            yield os.read(control, 4096).decode()


async def test_a_small_terminal_and_the_signs_of_the_settings(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("glyphs = 'ascii'")
    control, terminal = pty.openpty()
    termios.tcsetwinsize(terminal, (LEAST_HEIGHT - 1, LEAST_WIDTH))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "pexdash", "doctor"),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,  # so that there is no /dev/tty to ask
        env={
            "HOME": str(tmp_path),
            "LANG": "C.UTF-8",
            "PEXDASH_CONFIG": str(tmp_path / "settings.toml"),
            "PYTHONPATH": ":".join(sys.path),
            "TERM": "xterm",
        },
    )
    await process.wait()
    os.close(terminal)
    told = "".join(written(control))
    os.close(control)
    assert f"{LEAST_WIDTH} x {LEAST_HEIGHT - 1}: below {LEAST_WIDTH} x {LEAST_HEIGHT}" in told
    assert re.search(r"signs +ascii: as the settings name them", told)


async def status_of(*words: str, folder: Path) -> tuple[int, str]:
    """The exit status of the doctor as a program, and what it printed."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "pexdash", "doctor", *words),
        stdout=asyncio.subprocess.PIPE,
        env={"HOME": str(folder), "PYTHONPATH": ":".join(sys.path)},
    )
    told, _ = await process.communicate()
    return process.returncode or 0, told.decode()


async def test_the_status_says_whether_something_is_wrong(tmp_path: Path) -> None:
    async with EmbeddedNode(OPEN) as node:
        good, told = await status_of("meet.alice", "--node", node.url, folder=tmp_path)
        bad, why = await status_of("meet.bob", "--node", node.url, folder=tmp_path)
    assert (good, bad) == (0, UNWELL)
    assert "joined as host" in told
    assert "wrong      conference" in why
