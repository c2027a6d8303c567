"""Ways out at bad moments: while joining, at a prompt, while reconnecting, and twice."""

from __future__ import annotations

import signal
import time

import pytest

from pexdash.ui.way_out import SIGNAL_SECONDS
from tests.cli.visiting import serving
from tests.eventually import AT_ONCE_SECONDS, eventually
from tests.terminal.foreign_node import ALIAS, ForeignNode
from tests.terminal.pseudo_terminal import Terminal, terminal
from tests.terminal.slow_node import SlowNode

LEAVES_ALTERNATE_SCREEN = b"\x1b[?1049l"
CTRL_C = "\x03"


async def status_within(shown: Terminal, seconds: float) -> int:
    """The exit status, which must be there within so many seconds."""
    began = time.monotonic()
    status = await shown.status()
    assert time.monotonic() - began < seconds
    return status


@pytest.mark.fault(81)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT])
async def test_a_signal_at_the_join_screen_restores_the_terminal(number: signal.Signals) -> None:
    async with terminal() as shown:
        await shown.shows("Join a conference")
        shown.process.send_signal(number)
        assert await shown.status() == 128 + number
        await eventually(lambda: LEAVES_ALTERNATE_SCREEN in shown.raw)


@pytest.mark.fault(80)
async def test_a_closed_terminal_ends_the_join_screen() -> None:
    async with terminal() as shown:
        await shown.shows("Join a conference")
        shown.hang_up()
        assert await shown.status() == 128 + signal.SIGHUP


@pytest.mark.fault(84)
@pytest.mark.parametrize("first", [CTRL_C, signal.SIGTERM, "q"])
async def test_a_second_ctrl_c_while_leaving_ends_it_at_once(first: str | signal.Signals) -> None:
    async with SlowNode() as node, terminal("join", ALIAS, "--node", node.url) as shown:
        await shown.shows("Bob Jones")
        node.hold("release_token")
        if isinstance(first, str):
            shown.press(first)
        else:
            shown.process.send_signal(first)
        await eventually(lambda: "release_token" in node.waiting)
        await eventually(lambda: LEAVES_ALTERNATE_SCREEN in shown.raw)
        shown.press(CTRL_C)
        assert await status_within(shown, AT_ONCE_SECONDS) == 130


async def test_leaving_a_slow_node_says_what_is_waited_for() -> None:
    async with SlowNode() as node, terminal("join", ALIAS, "--node", node.url) as shown:
        await shown.shows("Bob Jones")
        node.hold("release_token")
        shown.press("q")
        await shown.shows("leaving, the node is slow to answer")
        node.give("release_token")
        assert await shown.status() == 0
        assert node.released == 1


@pytest.mark.fault(80)
async def test_a_closed_terminal_and_a_dead_node_end_within_three_seconds() -> None:
    async with SlowNode() as node, terminal("join", ALIAS, "--node", node.url) as shown:
        await shown.shows("Bob Jones")
        node.hold("release_token")
        shown.hang_up()
        assert await status_within(shown, SIGNAL_SECONDS + AT_ONCE_SECONDS) == 128 + signal.SIGHUP


@pytest.mark.fault(100)
@pytest.mark.parametrize(
    ("key", "expected"), [(CTRL_C, 130), ("q", 0), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
async def test_leaving_while_the_node_thinks_releases_the_token_it_gives(
    key: str | signal.Signals, expected: int
) -> None:
    async with SlowNode() as node:
        node.hold("request_token")
        async with terminal("join", ALIAS, "--node", node.url) as shown:
            await shown.shows("joining")
            await eventually(lambda: node.waiting)
            if isinstance(key, str):
                shown.press(key)
            else:
                shown.process.send_signal(key)
            await eventually(lambda: LEAVES_ALTERNATE_SCREEN in shown.raw)
            node.give("request_token")
            assert await shown.status() == expected
            assert node.released == 1
            assert "events" not in {one.request for one in node.seen}


@pytest.mark.fault(100)
async def test_ctrl_c_at_the_pin_prompt_joins_nothing() -> None:
    async with ForeignNode() as node:
        node.refused["request_token"] = "Invalid PIN"
        async with terminal("join", ALIAS, "--node", node.url) as shown:
            await shown.shows("PIN for")
            shown.press(f"123{CTRL_C}")
            assert await status_within(shown, AT_ONCE_SECONDS) == 130
            assert node.posts() == []


@pytest.mark.fault(100)
@pytest.mark.parametrize(("key", "expected"), [(CTRL_C, 130), ("q", 0)])
async def test_leaving_while_reconnecting_releases_the_token(key: str, expected: int) -> None:
    async with SlowNode() as node, terminal("join", ALIAS, "--node", node.url) as shown:
        await shown.shows("Bob Jones", "● live")
        node.hold("events")
        node.cut_streams()
        await shown.shows("▲ stale")
        shown.press(key)
        assert await status_within(shown, AT_ONCE_SECONDS) == expected
        assert node.released == 1


@pytest.mark.fault(82)
async def test_a_killed_program_leaves_a_ghost_that_is_told_apart_at_the_next_start() -> None:
    """Nothing can be released then: the node keeps the entry until the token expires."""
    async with serving("--participants", "0") as (url, _):
        join = ("join", "meet.alice", "--node", url, "--name", "Zora")
        async with terminal(*join) as shown:
            await shown.shows("  you")
            shown.process.kill()
            assert await shown.status() == -signal.SIGKILL
        async with terminal(*join) as shown:
            await shown.shows(" you, watching")
            await eventually(lambda: sum("Zora" in line[:30] for line in shown.lines) == 2)
            assert sum(" you, " in line for line in shown.lines) == 1
            shown.press("q")
            assert await shown.status() == 0
