"""The list of our media calls: a key is for the call that was chosen, or for none."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList

from pexdash.session.moderation.calls import MediaCall
from pexdash.ui.dialogs.calls import CallsDialog
from pexdash.ui.framework.themed_app import ThemedApp
from tests.eventually import eventually

ANN, BOB, EVE = (MediaCall(name, "RTMP", f"rtmp://node/{name}") for name in ("ann", "bob", "eve"))


class Listed:
    """The dialog on calls that a test brings and takes away."""

    def __init__(self, pilot: Pilot[None], calls: list[MediaCall]) -> None:
        self.pilot = pilot
        self.calls = calls
        self.asked: list[tuple[str, str]] = []
        self.being_made = 0

    def ask(self, what: str, call: MediaCall | None) -> None:
        self.asked.append((what, call.uuid if call else ""))

    def highlighted(self) -> str:
        """The uuid of the highlighted call, or ""."""
        option = self.pilot.app.screen.query_one(OptionList).highlighted_option
        return "" if option is None else str(option.prompt).split()[1]

    async def become(self, *calls: MediaCall) -> None:
        """Change the calls, and wait until the dialog lists them."""
        self.calls[:] = calls
        listed = self.pilot.app.screen.query_one(OptionList)
        wanted = [call.uuid for call in calls] or ["call"]
        await eventually(
            lambda: [str(option.prompt).split()[1] for option in listed.options] == wanted
        )

    async def press(self, *keys: str) -> list[tuple[str, str]]:
        """What the dialog asked for when these keys were pressed."""
        self.asked.clear()
        await self.pilot.press(*keys)
        return list(self.asked)


@asynccontextmanager
async def listing(*calls: MediaCall) -> AsyncIterator[Listed]:
    app: ThemedApp[None] = ThemedApp()
    async with app.run_test() as pilot:
        listed = Listed(pilot, list(calls))
        await app.push_screen(
            CallsDialog(
                lambda: list(listed.calls),
                listed.ask,
                being_made=lambda: listed.being_made,
                player=False,
            )
        )
        yield listed


async def test_the_first_call_is_chosen_where_the_list_opens() -> None:
    async with listing(ANN, BOB) as listed:
        assert listed.highlighted() == "ann"
        assert await listed.press("x") == [("end", "ann")]


@pytest.mark.parametrize(
    "calls",
    [[BOB], [BOB, EVE], [EVE, BOB], [ANN, EVE, BOB], [MediaCall("bob", "WEBRTC"), ANN]],
    ids=lambda calls: "-".join(call.uuid for call in calls),
)
async def test_the_chosen_call_stays_chosen_when_others_come_and_go(calls: list[MediaCall]) -> None:
    async with listing(ANN, BOB) as listed:
        await listed.press("down")
        await listed.become(*calls)
        assert listed.highlighted() == "bob"
        assert await listed.press("x") == [("end", "bob")]


async def test_a_key_does_nothing_once_the_chosen_call_has_ended() -> None:
    async with listing(ANN, BOB, EVE) as listed:
        await listed.press("down")
        await listed.become(ANN, EVE)
        assert listed.highlighted() == ""
        assert await listed.press("x", "d", "u", "enter") == []
        await listed.become(ANN, EVE, BOB)
        assert await listed.press("x") == []
        assert await listed.press("down", "x") == [("end", "ann")]


async def test_the_first_call_after_none_is_chosen() -> None:
    async with listing(ANN) as listed:
        await listed.become()
        assert await listed.press("x") == []
        await listed.become(BOB, EVE)
        assert await listed.press("u") == [("url", "bob")]
