"""Terminals that are gone, stalled or slow: the program goes on, or ends in order."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import time

import pytest

from tests.eventually import AT_ONCE_SECONDS, eventually
from tests.programs import PROGRAM
from tests.terminal.foreign_node import ALIAS, BOB, ForeignNode
from tests.terminal.pseudo_terminal import Terminal, terminal
from tests.terminal.slow_node import SlowNode
from tests.terminal.uncontrolled import uncontrolled

LEAVES_ALTERNATE_SCREEN = b"\x1b[?1049l"
SLOW_BYTES_A_SECOND = 16_000
SLOW_SECONDS = 4.0
"""How long changes are read too slowly."""
READ_SECONDS = 0.05
"""How often a slow reader reads."""
FLOOD = 300
FLOOD_SECONDS = 3.0
"""Long enough for a hundred frames: a queue of thirty is full after one second."""


@pytest.mark.fault(83)
async def test_a_terminal_that_vanishes_without_a_signal_releases_the_token() -> None:
    async with (
        SlowNode() as node,
        uncontrolled(PROGRAM, "join", ALIAS, "--node", node.url) as shown,
    ):
        await shown.shows("Bob Jones")
        shown.hang_up()
        # Every write fails from here on.
        node.update(BOB, is_muted="YES")
        assert await shown.status() == 128 + signal.SIGHUP
        assert node.released == 1


@pytest.mark.fault(83)
async def test_a_terminal_that_vanishes_without_a_signal_ends_the_join_screen() -> None:
    async with uncontrolled(PROGRAM) as shown:
        await shown.shows("Join a conference")
        shown.hang_up()
        assert await shown.status() == 128 + signal.SIGHUP


async def answer_seconds(node: ForeignNode) -> float:
    """How long the program takes to do what the node demands: its loop's answer, not a screen's."""
    before = sum(one.request == "refresh_token" for one in node.seen)
    began = time.monotonic()
    node.send("refresh_token")
    await eventually(
        lambda: sum(one.request == "refresh_token" for one in node.seen) > before, "refreshed"
    )
    return time.monotonic() - began


def flood(node: ForeignNode, number: int) -> None:
    """Something to paint."""
    node.update(BOB, is_muted="YES" if number % 2 else "NO", display_name=f"Bob {number}")
    said = {"origin": "Bob", "uuid": BOB, "type": "text/plain"}
    node.send("message_received", {**said, "payload": f"line {number} {'x' * 60}"})


@pytest.mark.fault(92)
async def test_a_stalled_terminal_holds_up_nothing_and_a_signal_still_leaves() -> None:
    async with SlowNode() as node, terminal("join", ALIAS, "--node", node.url) as shown:
        await shown.shows("Bob Jones", "● live")
        shown.stop_reading()
        for number in range(FLOOD):
            flood(node, number)
            await asyncio.sleep(FLOOD_SECONDS / FLOOD)
        assert await answer_seconds(node) < AT_ONCE_SECONDS
        shown.process.send_signal(signal.SIGTERM)
        assert await shown.status() == 128 + signal.SIGTERM
        assert node.released == 1


def read_some(shown: Terminal, most: int) -> None:
    """Take at most so many bytes of what the program has written."""
    if select.select([shown._master], [], [], 0)[0]:
        shown._stream.feed(os.read(shown._master, most))


@pytest.mark.fault(92)
async def test_a_slow_terminal_holds_up_nothing_and_shows_the_newest() -> None:
    """A reader of 16 kB a second, as an old line or a stalling one: frames are left out."""
    async with ForeignNode() as node, terminal("join", ALIAS, "--node", node.url) as shown:
        await shown.shows("Bob Jones", "● live")
        shown.stop_reading()
        slowest = 0.0
        began = time.monotonic()
        number = 0
        while time.monotonic() - began < SLOW_SECONDS:
            for _ in range(20):
                number += 1
                flood(node, number)
            read_some(shown, int(SLOW_BYTES_A_SECOND * READ_SECONDS))
            await asyncio.sleep(READ_SECONDS)
            if number % 200 == 0:
                slowest = max(slowest, await answer_seconds(node))
        assert number > 400
        assert 0 < slowest < SLOW_SECONDS
        shown.go_on_reading()
        # Had frames been queued instead of left out, the newest would be behind all of them.
        before = len(shown.raw)
        await shown.shows(f"Bob {number}")
        assert len(shown.raw) - before < SLOW_SECONDS * SLOW_BYTES_A_SECOND
