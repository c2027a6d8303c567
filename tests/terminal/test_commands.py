"""The commands on and off a terminal."""

from __future__ import annotations

import re
import signal
import subprocess
import time
from pathlib import Path

import pytest

from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from tests.cli.visiting import run, serving
from tests.eventually import eventually
from tests.programs import PROGRAM
from tests.terminal.foreign_node import ALIAS, ForeignNode
from tests.terminal.pseudo_terminal import terminal

NODE = ("--host-pin", "8642", "--participants", "3")


@pytest.mark.fault(79)
async def test_the_demo_without_a_terminal_says_so_and_prints_a_line_per_change() -> None:
    began = time.monotonic()
    done = await run("demo", "--for", "3")
    assert time.monotonic() - began >= 3
    assert done.status == 0
    first, *lines = done.out.decode().splitlines()
    assert first.startswith("No terminal to draw on")
    assert any("23 in, 1 api" in line for line in lines)
    assert any("speaking: " in line for line in lines)
    assert all(re.match(r"\d\d:\d\d:\d\d \S", line) for line in lines)


@pytest.mark.fault(79)
async def test_joining_without_a_terminal_is_refused_in_words() -> None:
    done = await run("join", ALIAS, "--node", "127.0.0.1:1")
    assert done.status == 2
    assert "needs a terminal" in done.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("join",), "Missing argument"),
        (("join", "..", "--node", "x"), "not a conference alias"),
        (("join", "a", "--node", "ftp://x"), "not a node address"),
        (("join", "a@b", "--node", "x", "--pin-file", "/nonexistent"), "cannot be read"),
        (("node", "--listen", "nonsense"), "--listen wants HOST:PORT"),
        (("nonsense",), "No such command"),
    ],
)
async def test_what_cannot_be_meant_is_refused_with_status_2(
    arguments: tuple[str, ...], words: str
) -> None:
    done = await run(*arguments)
    assert (done.status, done.out) == (2, b"")
    assert words in done.err
    assert "Traceback" not in done.err


def test_the_version_and_the_help() -> None:
    for words, told in ((["--version"], "pexdash "), (["join", "--help"], "the conference ALIAS")):
        done = subprocess.run([PROGRAM, *words], capture_output=True, text=True, check=True)
        assert told in done.stdout


async def test_the_demo_on_a_terminal_shows_the_meeting_and_q_leaves_nothing_behind() -> None:
    async with terminal("demo") as shown:
        await shown.shows("23 in", "WAITING", "Tom [Sales]", "STAGE", "LAYOUT", "CHAT")
        shown.press("q")
        assert await shown.status() == 0


@pytest.mark.fault(67)
async def test_the_node_prints_its_url_first_and_serves_until_ended() -> None:
    async with serving(*NODE) as (url, process):
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", url)
        async with terminal("join", "meet.alice", "--node", url, "--name", "Zora") as shown:
            await shown.shows("PIN for meet.alice")
            await shown.type("9999", "\r")
            await shown.shows("That PIN was wrong; 2 tries left")
            await shown.type("8642", "\r")
            await shown.shows("HOSTS")
            await eventually(lambda: "  you" in shown.line_with("Zora"))
            assert b"8642" not in shown.raw
            shown.press("q")
            assert await shown.status() == 0
        process.send_signal(signal.SIGTERM)
        await process.communicate()
        assert process.returncode == 143


async def test_the_pin_may_come_from_a_file_or_the_environment(tmp_path: Path) -> None:
    async with serving(*NODE) as (url, _):
        pin = tmp_path / "pin"
        pin.write_text("8642\n")
        async with terminal("join", "meet.alice", "--node", url, "--pin-file", str(pin)) as shown:
            await shown.shows("HOSTS", "  you")
            shown.press("q")
            assert await shown.status() == 0
        given = {"PEXDASH_PIN": "8642", "PEXDASH_NODE": url, "PEXDASH_NAME": "Environment"}
        async with terminal("join", "meet.alice", environment=given) as shown:
            await shown.shows("HOSTS")
            await eventually(lambda: "  you" in shown.line_with("Environment"))
            shown.press("q")
            assert await shown.status() == 0


@pytest.mark.fault(100)
async def test_leaving_at_the_pin_prompt_joins_nothing() -> None:
    async with (
        serving(*NODE) as (url, _),
        terminal("join", "meet.alice", "--node", url) as shown,
    ):
        await shown.shows("PIN for meet.alice")
        shown.press("\x1b")
        assert await shown.status() == 4


@pytest.mark.parametrize("size", [(40, 10), (60, 15), (80, 24), (120, 40), (200, 60), (300, 90)])
async def test_every_size_shows_the_people_and_the_keys(size: tuple[int, int]) -> None:
    async with (
        ForeignNode() as node,
        terminal("join", ALIAS, "--node", node.url, size=size) as shown,
    ):
        await shown.shows("Wendy Weber", "q Leave")
        assert all(len(line) <= size[0] for line in shown.lines)


@pytest.mark.fault(76)
async def test_a_tiny_terminal_is_told_so_and_q_still_leaves() -> None:
    async with (
        ForeignNode() as node,
        terminal("join", ALIAS, "--node", node.url, size=(30, 8)) as shown,
    ):
        await shown.shows("too small", "40x10")
        shown.resize(80, 24)
        await shown.shows("Wendy Weber")
        shown.resize(20, 5)
        await shown.shows("too small")
        shown.press("q")
        assert await shown.status() == 0
        assert sum(one.request == "release_token" for one in node.seen) == 1


async def test_no_color_writes_no_colour() -> None:
    async with (
        ForeignNode() as node,
        terminal("join", ALIAS, "--node", node.url, environment={"NO_COLOR": "1"}) as shown,
    ):
        await shown.shows("Wendy Weber", "▸")
        await eventually(lambda: "● live" in shown.text)
        styles = re.findall(rb"\x1b\[([0-9;]*)m", bytes(shown.raw))
        colours = [
            style
            for style in styles
            if re.search(rb"(^|;)(3[0-7]|4[0-7]|9[0-7]|10[0-7]|38|48)(;|$)", style)
        ]
        assert colours == []


@pytest.mark.fault(78)
async def test_a_terminal_without_unicode_gets_plain_signs() -> None:
    plain = {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    async with (
        ForeignNode() as node,
        terminal("join", ALIAS, "--node", node.url, environment=plain) as shown,
    ):
        await shown.shows(">   Wendy Weber", "o live")


async def test_pexdash_alone_asks_what_to_join_and_says_why_it_failed() -> None:
    async with ForeignNode() as node, terminal(environment={"PEXDASH_NAME": "Alice"}) as shown:
        await shown.shows("Join a conference", "Alice")
        await shown.type(ALIAS, "\t", "127.0.0.1:1", "\r")
        await shown.shows("cannot be reached")
        await shown.type("\t", "\x7f" * 20, node.url, "\r")
        await shown.shows("Bob Jones", "HOSTS")
        shown.press("q")
        assert await shown.status() == 0
        assert sum(one.request == "release_token" for one in node.seen) == 1


async def test_the_join_screen_is_left_by_escape() -> None:
    async with terminal() as shown:
        await shown.shows("Join a conference")
        shown.press("\x1b")
        assert await shown.status() == 0


async def test_what_was_joined_is_there_to_be_joined_again(tmp_path: Path) -> None:
    state = {"XDG_STATE_HOME": str(tmp_path)}
    async with ForeignNode() as node:
        async with terminal("join", ALIAS, "--node", node.url, environment=state) as shown:
            await shown.shows("Wendy Weber", "▸")
            shown.press("q")
            assert await shown.status() == 0
        async with terminal(environment=state) as shown:
            await shown.shows("Join a conference", "Recent", ALIAS, "Host")
            await shown.type("\x1b[B")
            await shown.type("\r")
            await shown.shows("Wendy Weber", "▸")
            shown.press("q")
            assert await shown.status() == 0


async def test_leaving_at_the_pin_prompt_goes_back_to_the_join_screen() -> None:
    async with EmbeddedNode(ConferenceSettings(ALIAS, host_pin="8642")) as node:
        given = {"PEXDASH_NODE": node.url, "PEXDASH_NAME": "Alice"}
        async with terminal(environment=given) as shown:
            await shown.shows("Join a conference")
            await shown.type(ALIAS, "\r")
            await shown.shows(f"PIN for {ALIAS}")
            shown.press("\x1b")
            await shown.shows("Join a conference", "Not joined")
            shown.press("\x1b")
            assert await shown.status() == 0
