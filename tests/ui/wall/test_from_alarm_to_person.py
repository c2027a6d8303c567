"""From an alarm of the wall to the person it is about and back, on a node over real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic
from typing import cast

from msgspec.structs import replace

from pexdash.model.alarms.expectations import Expectations
from pexdash.model.alarms.policy import RULES
from pexdash.node.settings import ConferenceSettings
from pexdash.session.estate.wall_rules import WallRules
from pexdash.session.estate.wanted import Plan, Wanted
from pexdash.session.moderation.action import Place
from pexdash.session.moderation.journal import Origin
from pexdash.ui.commands.actions import action_at
from pexdash.ui.commands.bindings import keys_with
from pexdash.ui.commands.wall_suggestion import JOIN_AGAIN
from pexdash.ui.dialogs.guarded import GuardedDialog
from pexdash.ui.drawing.glyphs import UNICODE
from pexdash.ui.drawing.wall.about import about_lines
from pexdash.ui.drawing.wall.facts import NEEDS_HOST
from pexdash.ui.screens.conference import ConferenceScreen
from pexdash.ui.screens.wall import WallScreen
from pexdash.ui.wall.board import WallBoard
from pexdash.ui.wall_app import WallApp
from tests.eventually import eventually
from tests.session.ruling import rules_of
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

    @property
    def wall(self) -> WallScreen:
        assert self.app.wall is not None
        return self.app.wall

    def told(self) -> str:
        return "\n".join(self.wall._key_bar.notices.texts)

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
    *,
    size: tuple[int, int] = (120, 40),
    read_only: bool = False,
    rules: WallRules | None = None,
) -> AsyncIterator[WallOnNode]:
    """A wall of the conferences `board` and `clinic`, in both of which somebody waits."""
    both = [ConferenceSettings("board"), ConferenceSettings("clinic")]
    begins = () if rules is None else (rules.begin,)
    plan = listed("board", "clinic")
    async with walling(plan, *both, read_only=read_only, begins=begins) as walled:
        fleet = walled.fleet

        async def runs_already() -> None:
            await asyncio.Event().wait()

        fleet.run = runs_already  # type: ignore[method-assign]
        app = WallApp(
            fleet,
            keys={Place.WALL: keys_with({}, Place.WALL), Place.CONFERENCE: keys_with({})},
            frame_seconds=0.0,
            rules=rules,
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


async def test_k_in_an_opened_conference_acknowledges_its_alarms_on_the_wall() -> None:
    async with wall_on_node() as shown:
        await shown.press("n", "enter")
        await shown.shows("alarm: 2 wait", "k Ack")
        await shown.press("k")
        await shown.shows("Acknowledged: 2 wait", "acked ")
        alarms = shown.walled.fleet.alarms.listed()
        assert {one.key.conference.alias for one in alarms if one.is_unacked} == {"clinic"}
        await shown.press("k")
        await shown.shows("Every alarm of this conference is acknowledged")
        assert "k Ack" not in shown.text()


async def test_a_form_that_an_alarm_suggests_opens_in_its_conference_filled_in() -> None:
    async with wall_on_node() as shown:
        wanted = Expectations(required=("room1@example.com",))
        board, clinic = (Wanted(alias, is_bare=True) for alias in ("board", "clinic"))
        plan = Plan("wall", "", (board, replace(clinic, expects=wanted)))
        shown.walled.fleet.adopt(plan)
        await shown.walled.pass_time(62, step=20)
        await shown.shows("required room1@example.com missing")
        await shown.press("n", "exclamation_mark")
        await shown.shows("Dial out", "room1@example.com")
        await shown.answer("escape")
        await shown.shows("w Back to the wall", "Ida")
        await shown.press("w")
        await shown.shows("ALARMS")
        assert "dial" not in shown.requests("clinic")


def test_every_action_that_an_alarm_suggests_is_one() -> None:
    for rule in RULES.values():
        if rule.action and rule.action != JOIN_AGAIN:
            assert action_at(Place.CONFERENCE, rule.action).bound


async def test_rules_are_armed_from_the_palette_in_every_conference(tmp_path: Path) -> None:
    text = '[[rule]]\nname = "shut"\nwhen = "empty"\ndo = "lock"\n'
    text += '[[rule]]\nname = "in"\nwhen = "waiting"\ndo = "admit"\n'
    rules = WallRules(rules_of(tmp_path, text), arm=False, say=lambda _: None)
    async with wall_on_node(rules=rules) as shown:
        await shown.shows("RULES 0/2")
        await shown.press("ctrl+p", *"shut")
        await shown.shows("Arm the rule shut everywhere", "armed in 0 of 2 conferences")
        await shown.press("enter")
        await eventually(lambda: "armed everywhere" in shown.told())
        shown.wall.second_passed()
        await shown.shows("RULES 1/2")
        assert [one.armed for one in rules.standings()] == [2, 0]
        shut, only_suggests = shown.wall.arming.standings()
        shown.wall.arming.arm(only_suggests, is_armed=True)
        assert "only suggests" in shown.told()
        shown.wall.arming.arm(shut, is_armed=False)
        assert [one.armed for one in rules.standings()] == [0, 0]


async def test_what_a_guest_cannot_be_told_is_said() -> None:
    conference = ConferenceSettings("board", host_pin="1234")
    wanted = Wanted("board", is_bare=True, expects=Expectations(required=("room1@example.com",)))
    async with walling(Plan("wall", "", (wanted,)), conference) as walled:
        await walled.live("board")
        board = WallBoard(walled.fleet, UNICODE, "!")
        board.take_slots()
        slot = walled.place("board")
        assert NEEDS_HOST in board.facts(slot).flags
        about = board.telling.about(slot, board.summary(slot.key), None, 0, lambda *_: ())
        assert about.unjudged == ("required-missing",)
        drawn = [span.text for line in about_lines(about, 80, 8, UNICODE) for span in line]
        assert "needs Host: required-missing" in drawn


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
        await shown.press("k")
        await shown.shows("with --local-ack it acknowledges for itself")
        assert all(one.is_unacked for one in shown.walled.fleet.alarms.listed())
        await shown.press("q")
        await eventually(lambda: cast(object, shown.app.return_value) == 0)
