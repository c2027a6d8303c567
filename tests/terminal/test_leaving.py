"""Every way out releases the token and gives the terminal back whole."""

from __future__ import annotations

import signal

import pytest

from tests.eventually import eventually
from tests.terminal.foreign_node import ALIAS, ForeignNode
from tests.terminal.given_back import released
from tests.terminal.pseudo_terminal import terminal

LEAVES_ALTERNATE_SCREEN = b"\x1b[?1049l"


@pytest.mark.fault(81)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT])
async def test_a_signal_releases_the_token_and_restores_the_terminal(
    number: signal.Signals,
) -> None:
    async with (
        ForeignNode() as node,
        terminal("join", ALIAS, "--node", node.url) as shown,
    ):
        await shown.shows("Bob Jones")
        shown.process.send_signal(number)
        assert await shown.status() == 128 + number
        assert released(node) == 1
        await eventually(lambda: LEAVES_ALTERNATE_SCREEN in shown.raw)


@pytest.mark.fault(80)
async def test_a_closed_terminal_releases_the_token() -> None:
    async with (
        ForeignNode() as node,
        terminal("join", ALIAS, "--node", node.url) as shown,
    ):
        await shown.shows("Bob Jones")
        shown.hang_up()
        assert await shown.status() == 128 + signal.SIGHUP
        assert released(node) == 1


async def test_ctrl_c_leaves_as_an_interrupt() -> None:
    async with (
        ForeignNode() as node,
        terminal("join", ALIAS, "--node", node.url) as shown,
    ):
        await shown.shows("Bob Jones")
        shown.press("\x03")
        assert await shown.status() == 130
        assert released(node) == 1


async def test_ctrl_c_leaves_a_dialog_too() -> None:
    async with (
        ForeignNode() as node,
        terminal("join", ALIAS, "--node", node.url) as shown,
    ):
        await shown.shows("Bob Jones")
        shown.press("?")
        await shown.shows("Mute / unmute")
        shown.press("\x03")
        assert await shown.status() == 130
        assert released(node) == 1


@pytest.mark.fault(1)
async def test_a_node_that_is_not_there_is_said_in_one_line_with_status_3() -> None:
    async with ForeignNode() as node:
        gone = node.url
    async with terminal("join", ALIAS, "--node", gone) as shown:
        assert await shown.status() == 3
        await shown.shows("cannot be reached")
