"""From an alarm of the wall to the person it is about and back, on a node over real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic
from typing import cast

from pexdash.node.settings import ConferenceSettings
from pexdash.session.moderation.action import Place
from pexdash.session.moderation.journal import Origin
from pexdash.ui.commands.bindings import keys_with
from pexdash.ui.dialogs.guarded import GuardedDialog
from pexdash.ui.screens.conference import ConferenceScreen
from pexdash.ui.wall_app import WallApp
from tests.eventually import eventually
from tests.session.walling import Walled, key, listed, walling
from tests.ui.dashboard import lines_of


class WallOnNode:
    """A wall of two conferences of an embedded node."""

    def __init__(self, app: WallApp, walled: Walled, press: object) -> None:
        self.app = app
        self.walled = walled
        self._pilot = press

    def text(self) -> str:
        return "\n".join(lines_of(self.app))

    def told(self) -> str:
        return "\n".join(one.message for one in self.app._notifications)

    async def press(self, *keys: str) -> None:
        await self._pilot.press(*keys)  # type: ignore[attr-defined]
        await self._pilot.pause()  # type: ignore[attr-defined]

    async def shows(self, *texts: str) -> None:
        try:
            await eventually(lambda: all(text in self.text() for text in texts))
        except AssertionError:
            raise AssertionError(f"never showed {texts}:\n{self.text()}") from None

    async def answer(self, key: str) -> None:
        """Answer the question on top once it takes keys."""
        await eventually(
            lambda: (
                isinstance(self.app.screen, GuardedDialog) and self.app.screen.hears(monotonic())
            )
        )
        await self.press(key)

    def requests(self, alias: str) -> list[str]:
        """What was asked of the node about people of a conference."""
        marked = f"/conferences/{alias}/participants/"
        paths = [one.path for one in self.walled.node.received if marked in one.path]
        return [path.partition(marked)[2].split("/")[-1] for path in paths]


@asynccontextmanager
async def wall_on_node(
    *, size: tuple[int, int] = (120, 40), read_only: bool = False
) -> AsyncIterator[WallOnNode]:
    """A wall of the conferences `board` and `clinic`, in both of which somebody waits."""
    both = [ConferenceSettings("board"), ConferenceSettings("clinic")]
    async with walling(listed("board", "clinic"), *both, read_only=read_only) as walled:
        fleet = walled.fleet

        async def runs_already() -> None:
            await asyncio.Event().wait()

        fleet.run = runs_already  # type: ignore[method-assign]
        app = WallApp(
            fleet,
            keys={Place.WALL: keys_with({}, Place.WALL), Place.CONFERENCE: keys_with({})},
            frame_seconds=0.0,
        )
        async with app.run_test(size=size, notifications=True) as pilot:
            await walled.live("board", "clinic")
            for alias, names in (("board", ("Wendy", "Omar")), ("clinic", ("Ida",))):
                meeting = walled.node.conference(alias)
                meeting.join("Hanna", protocol="sip", uri="sip:hanna@example.com", role="chair")
                meeting.join("Gus", protocol="sip", uri="sip:gus@example.com")
                for name in names:
                    meeting.join(name, waiting=True, uri=f"sip:{name.lower()}@partner.example")
            await walled.pass_time_until(
                lambda: all(
                    fleet.summary(key(alias)).waiting == number
                    for alias, number in (("board", 2), ("clinic", 1))
                )
            )
            await walled.pass_time(62, step=20)
            shown = WallOnNode(app, walled, pilot)
            await shown.shows("2 UNACK")
            yield shown


async def test_enter_opens_the_conference_on_the_person_and_w_leads_back() -> None:
    async with wall_on_node() as shown:
        await shown.press("n", "n", "enter")
        await shown.shows("alarm: ", "w Back to the wall", "Ida", "WAITING 1")
        screen = shown.app.screen
        assert isinstance(screen, ConferenceScreen)
        await eventually(lambda: "▸   Ida" in shown.text())
        assert shown.walled.place("clinic").is_open
        # The usual keys act through the part we have already.
        joined = shown.walled.asked("clinic")
        await shown.press("a")
        await eventually(lambda: shown.requests("clinic") == ["unlock"])
        await shown.press("w")
        await shown.shows("ALARMS")
        assert shown.app.screen is shown.app.wall
        assert not shown.walled.place("clinic").is_open
        assert shown.walled.asked("clinic") == joined
        board = shown.app.wall.board if shown.app.wall is not None else None
        assert board is not None
        assert board.cursor == key("clinic")
        assert board.alarm is not None
        assert board.alarm.conference == key("clinic")
        # Nothing else was asked of anybody.
        assert shown.requests("board") == []


async def test_the_suggested_action_names_conference_and_people_and_asks_first() -> None:
    async with wall_on_node() as shown:
        await shown.press("n", "exclamation_mark")
        await shown.shows("Admit 2 in board?", "Conference board", "Wendy  wendy@partner.example")
        await shown.answer("escape")
        assert shown.requests("board") == []
        await shown.press("n", "N", "exclamation_mark")
        await shown.shows("Admit 2 in board?")
        # Who comes meanwhile was not asked about.
        shown.walled.node.conference("board").join("Late", waiting=True)
        await shown.answer("y")
        await eventually(lambda: shown.requests("board") == ["unlock", "unlock"])
        assert shown.walled.asked("board") == 1
        membership = shown.walled.place("board").membership
        assert membership is not None
        origins = {one.origin for one in membership.moderation.journal.entries}
        assert origins == {Origin("alarm:waiting", "admit", "yes")}
        people = shown.walled.node.conference("board").participants.values()
        await eventually(lambda: [one.display_name for one in people if one.waiting] == ["Late"])
        assert shown.requests("clinic") == []


async def test_read_only_refuses_and_leaving_asks_nothing_of_meetings_we_did_not_start() -> None:
    async with wall_on_node(read_only=True) as shown:
        await shown.press("n", "exclamation_mark")
        await eventually(lambda: "READ ONLY" in shown.told())
        assert shown.requests("board") == []
        assert "READ ONLY" in shown.text()
        await shown.press("enter")
        await shown.shows("alarm: ")
        await shown.press("q")
        await eventually(lambda: cast(object, shown.app.return_value) == 0)
