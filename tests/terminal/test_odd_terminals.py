"""Odd sizes, odd environments, few descriptors and no home: the screen stands all the same."""

from __future__ import annotations

import asyncio
import os
import pty
import random
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.eventually import a_moment, eventually
from tests.programs import PROGRAM
from tests.terminal.foreign_node import ALIAS, BOB, ForeignNode, person
from tests.terminal.moderating import open_form
from tests.terminal.pseudo_terminal import Terminal, terminal
from tests.terminal.uncontrolled import uncontrolled

# Where HOME leads to a place in which nothing can be made.
NOWHERE = {"XDG_STATE_HOME": "", "XDG_CONFIG_HOME": ""}


async def leaves(shown: Terminal, node: ForeignNode) -> None:
    """Press q, which must end it with the token released."""
    shown.press("q")
    assert await shown.status() == 0
    assert sum(one.request == "release_token" for one in node.seen) == 1


@pytest.mark.fault(75)
async def test_a_hundred_resizes_end_with_the_last_size() -> None:
    async with ForeignNode() as node, terminal("join", ALIAS, "--node", node.url) as shown:
        await shown.shows("Bob Jones", "● live")
        sizes = random.Random(4)
        for _ in range(100):
            shown.resize(sizes.randint(1, 250), sizes.randint(1, 80))
            await a_moment()
        shown.resize(100, 30)
        await shown.shows("Bob Jones", "Wendy Weber", "q Leave")
        # A frame of a size before may still have been on its way.
        await eventually(lambda: "q Leave" in shown.lines[29])
        assert all(len(line) <= 100 for line in shown.lines)
        await leaves(shown, node)


@pytest.mark.fault(76)
@pytest.mark.parametrize("size", [(20, 5), (1, 1), (0, 0), (1, 60), (300, 1)])
async def test_no_size_is_too_small_to_leave(size: tuple[int, int]) -> None:
    async with ForeignNode() as node, terminal("join", ALIAS, "--node", node.url) as shown:
        await shown.shows("Bob Jones", "● live")
        shown.resize(*size)
        node.update(BOB, is_muted="YES")
        shown.resize(120, 40)
        await eventually(lambda: "muted" in shown.line_with("Bob Jones"))
        shown.resize(*size)
        await leaves(shown, node)


@pytest.mark.fault(76)
@pytest.mark.parametrize("size", [(20, 5), (1, 1)])
async def test_it_may_start_too_small(size: tuple[int, int]) -> None:
    async with (
        ForeignNode() as node,
        terminal("join", ALIAS, "--node", node.url, size=size) as shown,
    ):
        await eventually(lambda: any(one.request == "events" for one in node.seen))
        shown.resize(80, 24)
        await shown.shows("Wendy Weber", "● live")
        await leaves(shown, node)


@pytest.mark.fault(77)
@pytest.mark.parametrize("term", ["dumb", "", None])
@pytest.mark.parametrize("command", [("join", ALIAS, "--node", "127.0.0.1:1"), ()])
def test_a_terminal_that_can_show_no_screen_is_sent_none(
    command: tuple[str, ...], term: str | None
) -> None:
    master, slave = pty.openpty()
    environment = {name: value for name, value in os.environ.items() if name != "TERM"}
    done = subprocess.run(
        [PROGRAM, *command],
        stdin=slave,
        stdout=slave,
        stderr=subprocess.PIPE,
        env=environment if term is None else {**environment, "TERM": term},
        timeout=30,
    )
    os.close(slave)
    os.set_blocking(master, False)
    try:
        shown = os.read(master, 4096)
    except OSError:
        shown = b""
    os.close(master)
    assert done.returncode == 2
    assert b"TERM says that this one cannot" in done.stderr
    assert b"`pexdash events` writes lines" in done.stderr
    assert shown == b""


@pytest.mark.fault(78)
@pytest.mark.parametrize(
    "plain",
    [
        {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONUTF8": "0", "PYTHONIOENCODING": "iso-8859-1"},
        {"LANG": "xx_YY.nonsense", "LC_ALL": "xx_YY.nonsense"},
    ],
)
async def test_names_a_terminal_has_no_signs_for_are_no_crash(plain: dict[str, str]) -> None:
    async with (
        ForeignNode() as node,
        terminal("join", ALIAS, "--node", node.url, environment=plain) as shown,
    ):
        await eventually(lambda: "● live" in shown.text or "o live" in shown.text)
        await shown.shows("Wendy Weber")
        node.update(BOB, display_name="Changed Bob Ωλγα 山田 👩‍👧 \ud800", overlay_text="König")
        node.send("message_received", {"origin": "Bob", "uuid": BOB, "payload": "grüße 山 the end"})
        await shown.shows("Changed Bob", "the end")
        await leaves(shown, node)


@pytest.mark.fault(89)
@pytest.mark.parametrize("home", [os.devnull, "/proc", "", None])
async def test_without_a_home_it_runs_without_settings_and_memory(
    home: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HOME", raising=False)
    environment = NOWHERE if home is None else {**NOWHERE, "HOME": home}
    async with (
        ForeignNode() as node,
        terminal("join", ALIAS, "--node", node.url, environment=environment) as shown,
    ):
        await shown.shows("Bob Jones", "● live")
        # What was dialled is remembered in a file, where there is a place for one.
        await open_form(shown, "o", "Dial out")
        await shown.type("carol@example.com", "\r")
        await eventually(lambda: [path for path, _ in node.posts()] == ["dial"])
        await leaves(shown, node)


@pytest.mark.fault(89)
async def test_a_home_that_cannot_be_written_is_left_alone(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.touch()  # no folder, so that not even root can write there
    settings = {**NOWHERE, "HOME": str(home)}
    async with (
        ForeignNode() as node,
        terminal("join", ALIAS, "--node", node.url, environment=settings) as shown,
    ):
        await shown.shows("Bob Jones", "● live")
        await leaves(shown, node)
    assert home.read_bytes() == b""


async def reconnected(node: ForeignNode, number: int) -> None:
    """Cut the stream and wait for the next."""
    streams = sum(one.request == "events" for one in node.seen)
    node.cut_streams()
    await eventually(
        lambda: sum(one.request == "events" for one in node.seen) > streams, f"reconnect {number}"
    )


@pytest.mark.fault(91)
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits another process's files")
async def test_sixty_four_descriptors_are_enough_for_reconnecting() -> None:
    async with ForeignNode() as node, terminal("join", ALIAS, "--node", node.url) as shown:
        await shown.shows("Bob Jones", "● live")
        pid = shown.process.pid
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (64, 64))
        open_before = len(os.listdir(f"/proc/{pid}/fd"))
        for number in range(6):
            await reconnected(node, number)
        await shown.shows("● live")
        assert len(os.listdir(f"/proc/{pid}/fd")) <= open_before + 2
        await leaves(shown, node)


@pytest.mark.fault(91)
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits another process's files")
async def test_without_a_descriptor_left_it_waits_and_comes_back() -> None:
    async with ForeignNode() as node, terminal("join", ALIAS, "--node", node.url) as shown:
        await shown.shows("Bob Jones", "● live")
        pid = shown.process.pid
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (5, 64))
        node.cut_streams()
        await shown.shows("▲ stale", "Connection lost")
        node.people = [person(BOB, "Bob Back", is_muted="YES")]
        for opener in ("?", "j", "v"):
            shown.press(f"{opener}\x1b")
        await shown.shows("Bob Jones")
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (64, 64))
        await shown.shows("● live", "Bob Back", "muted")
        await leaves(shown, node)


@pytest.mark.fault(93)
async def test_another_terminal_at_the_other_end_gets_the_whole_screen() -> None:
    """What tmux does at a new attachment: another size, and a terminal that shows nothing yet."""
    async with ForeignNode() as node, terminal("join", ALIAS, "--node", node.url) as shown:
        await shown.shows("Bob Jones", "● live", "STAGE")
        shown.show_nothing()
        assert "Bob Jones" not in shown.text
        shown.resize(100, 30)
        await shown.shows("Bob Jones", "Wendy Weber", "● live", "q Leave")
        await leaves(shown, node)


@pytest.mark.fault(93)
@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not here")
async def test_detached_and_attached_again_in_tmux_everything_is_there(tmp_path: Path) -> None:
    server = ("tmux", "-S", str(tmp_path / "socket"), "-f", os.devnull)

    async def tmux(*arguments: str) -> None:
        process = await asyncio.create_subprocess_exec(*server, *arguments)
        assert await process.wait() == 0

    async with ForeignNode() as node:
        await tmux("new-session", "-d", f"exec {PROGRAM} join {ALIAS} --node {node.url}")
        async with uncontrolled(*server, "attach", size=(120, 40)) as shown:
            await shown.shows("Bob Jones", "● live", "STAGE")
            await tmux("detach-client")
            assert await shown.status() == 0
        # Events go on while nobody looks.
        node.update(BOB, is_muted="YES")
        node.send("message_received", {"origin": "Bob", "uuid": BOB, "payload": "while away"})
        async with uncontrolled(*server, "attach", size=(100, 30)) as shown:
            await shown.shows("Bob Jones", "muted", "while away", "q Leave")
            shown.hang_up()
        async with uncontrolled(*server, "attach", size=(120, 40)) as shown:
            await shown.shows("Bob Jones", "muted", "while away", "q Leave")
            shown.press("q")
            assert await shown.status() == 0
        await eventually(lambda: any(one.request == "release_token" for one in node.seen))
