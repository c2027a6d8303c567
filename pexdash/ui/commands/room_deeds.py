"""What the keys of the breakout rooms do, and the question whether we follow into one."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping

from textual.screen import Screen

from pexdash.api.requests import (
    BREAKOUT_MOVE,
    BREAKOUTS,
    BREAKOUTS_DISCONNECT,
    BREAKOUTS_EMPTY,
    BREAKOUTS_MESSAGE,
    CLEAR_ALL_BUZZ,
    CLEAR_BREAKOUT_BUZZ,
    DISCONNECT_ALL,
    LOCK,
    MESSAGE,
    MUTE_GUESTS,
    Request,
)
from pexdash.model.conference import Conference
from pexdash.model.events import BreakoutReferred, Referred
from pexdash.model.participant import Role
from pexdash.model.roster import Roster
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.notices import Notice, Weight
from pexdash.session.membership.part import OurPart
from pexdash.session.moderation import actions
from pexdash.session.moderation.action import Action
from pexdash.session.moderation.policy import ONLY_HOSTS, RECORDED
from pexdash.session.moderation.rooms import MAIN, MAIN_NAME, Rooms
from pexdash.ui.commands.following import Referral, wish_of
from pexdash.ui.commands.sending import run_told
from pexdash.ui.dialogs.confirm import Confirm
from pexdash.ui.dialogs.room_forms import line_form, move_form, new_room, room_form
from pexdash.ui.dialogs.rooms import RoomsDialog, Spot
from pexdash.ui.drawing.glyphs import Glyphs

Values = Mapping[str, str]

_REQUESTS: Mapping[str, Request] = {
    "new": BREAKOUTS,
    "move": BREAKOUT_MOVE,
    "say": MESSAGE,
    "say-to-all": BREAKOUTS_MESSAGE,
    "answer": CLEAR_BREAKOUT_BUZZ,
    "lower": CLEAR_ALL_BUZZ,
    "lock-room": LOCK,
    "mute-room": MUTE_GUESTS,
    "close": DISCONNECT_ALL,
    "empty": BREAKOUTS_EMPTY,
    "close-all": BREAKOUTS_DISCONNECT,
}
"""What each key of the list of rooms sends."""
_TOGGLES: Mapping[str, Action] = {
    "lower": actions.LOWER_HANDS,
    "lock-room": actions.LOCK,
    "mute-room": actions.MUTE_GUESTS,
}
_OF_ALL = ("new", "move", "say-to-all", "empty", "close-all")
"""What is not for the room under the cursor alone."""
_OF_ROOMS = ("answer", "close")
"""What makes no sense for the main room."""


class RoomDeeds:
    """Shows the breakout rooms on `screen`, and does what their keys ask for."""

    def __init__(
        self,
        screen: Screen[None],
        feed: Feed,
        membership: OurPart | None,
        roster: Roster,
        *,
        glyphs: Glyphs,
        say: Callable[[Notice], None],
    ) -> None:
        self._screen = screen
        self._feed = feed
        self._membership = membership
        self._roster = roster
        self._glyphs = glyphs
        self._say = say
        self._marks: set[Spot] = set()

    @property
    def _conference(self) -> Conference:
        return self._feed.conference

    def open(self, at: str = "") -> None:
        """Show the rooms; the marks of the roster are marks there too."""
        if self._feed.role is Role.GUEST and not self._conference.rooms:
            self._say(Notice(ONLY_HOSTS, Weight.WARNING))
            return
        self._marks = {Spot(MAIN, uuid) for uuid in self._roster.marks}
        self._screen.app.push_screen(
            RoomsDialog(
                self._conference,
                self._asked,
                marks=self._marks,
                now=self._feed.clock.wall,
                glyphs=self._glyphs,
                at=at,
            )
        )

    def ask_to_follow(self, referral: Referral, decline: Callable[[Referral], None]) -> None:
        """Ask whether we go where somebody wants us; on no, `decline` is called and that is all."""
        if isinstance(referral, Referred):
            details = ["You leave here, and join there by a token for one use."]
        else:
            details = ["You stay a Host here. Media calls of yours stay where they are."]

        def answered(goes: bool | None) -> None:
            if not goes:
                decline(referral)
            elif isinstance(referral, BreakoutReferred):
                decline(referral)
                self.open(referral.room)
            elif self._membership is not None:
                self._membership.referrals.enter_room(referral)

        question = f"{wish_of(referral, self._conference)}. Go?"
        self._screen.app.push_screen(Confirm(question, details, yes="Go", no="Stay"), answered)

    # What the keys of the list ask for

    def _asked(self, what: str, spot: Spot | None) -> None:
        if self._membership is None:
            self._say(Notice(RECORDED, Weight.WARNING))
        elif refusal := self._membership.policy.refusal_of(_REQUESTS[what]):
            self._say(Notice(refusal, Weight.WARNING))
        elif what in _OF_ALL:
            self._do_with_all(what, spot, self._membership.rooms)
        elif spot is None or (spot.room == MAIN and what in _OF_ROOMS):
            self._say(Notice("No breakout room is under the cursor"))
        else:
            self._do_with_one(what, spot.room, self._membership)

    def _do_with_all(self, what: str, spot: Spot | None, rooms: Rooms) -> None:
        match what:
            case "new":
                self._open_new(rooms)
            case "move":
                self._move(spot, rooms)
            case "say-to-all":
                self._write("all rooms", rooms.say_to_all)
            case "empty":
                self._confirm("Bring everybody back?", [], "Bring back", rooms.empty)
            case "close-all":
                question = "Close all breakout rooms?"
                self._confirm(question, self._endings(), "Close all", rooms.close_all)

    def _do_with_one(self, what: str, room: str, membership: OurPart) -> None:
        rooms = membership.rooms
        if what in _TOGGLES:
            self._run(rooms.toggle(_TOGGLES[what], room))
        elif what == "answer":
            self._run(rooms.answer(room))
        elif what == "close":
            details = self._endings(room)
            self._confirm(f"Close {rooms.name(room)}?", details, "Close", lambda: rooms.close(room))
        elif room == MAIN:
            self._write(MAIN_NAME, membership.moderation.send_message)
        else:
            self._write(rooms.name(room), lambda text: rooms.say(text, room))

    def _endings(self, room: str = "") -> list[str]:
        """What becomes of the people in a room, or in each of them, where it is closed."""
        return [
            f"{one.name}: {one.counts()[0]} people "
            + (
                "leave the meeting"
                if one.status.end_action == "disconnect"
                else "go back to the main room"
            )
            for uuid, one in self._conference.rooms.items()
            if room in ("", uuid)
        ]

    def _open_new(self, rooms: Rooms) -> None:
        """Ask for a room to open, and move the marked people into it."""
        chosen = self._there(self._marks)

        def filled(values: Values | None) -> None:
            if values is not None:
                self._marks.clear()
                self._run(rooms.create(new_room(values), _by_room(chosen)))

        self._screen.app.push_screen(room_form([self._name(one) for one in chosen]), filled)

    def _move(self, spot: Spot | None, rooms: Rooms) -> None:
        """Ask for a room, and move the marked people there, or the one under the cursor."""
        chosen = self._there(self._marks) or self._under(spot)
        if not chosen:
            self._say(Notice("Nobody is marked or under the cursor"))
            return
        targets = self._targets({one.room for one in chosen}, spot)
        if not targets:
            self._say(Notice("There is no other room; n opens one"))
            return

        def filled(values: Values | None) -> None:
            if values is not None:
                self._marks.clear()
                self._run(rooms.move(_by_room(chosen), values["room"]))

        form = move_form([self._name(one) for one in chosen], targets)
        self._screen.app.push_screen(form, filled)

    def _under(self, spot: Spot | None) -> list[Spot]:
        """Whoever is under the cursor: of the roster where that of the list is on a room."""
        if spot is not None and spot.uuid:
            return self._there({spot})
        return self._there({Spot(MAIN, uuid) for uuid in self._roster.targets()})

    def _targets(self, sources: set[str], spot: Spot | None) -> list[tuple[str, str]]:
        """The rooms that people of `sources` can go to, the one under the cursor first."""
        named = {MAIN: MAIN_NAME}
        named.update((uuid, room.name) for uuid, room in self._conference.rooms.items())
        here = spot.room if spot is not None else ""
        others = [room for room in named if sources != {room}]
        return [(room, named[room]) for room in sorted(others, key=lambda room: room != here)]

    def _there(self, spots: set[Spot]) -> list[Spot]:
        """Those who are still where they were marked, by name."""
        there = [one for one in spots if one.uuid in self._people(one.room)]
        return sorted(there, key=lambda one: (self._name(one).casefold(), one.id))

    def _people(self, room: str) -> Mapping[str, object]:
        place = self._conference if room == MAIN else self._conference.rooms.get(room)
        return place.participants if place is not None else {}

    def _name(self, spot: Spot) -> str:
        place = self._conference if spot.room == MAIN else self._conference.rooms[spot.room]
        one = place.participants[spot.uuid]
        return f"{one.name} ({one.short_uuid})"

    def _write(self, whom: str, send: Callable[[str], Coroutine[object, object, object]]) -> None:
        def filled(values: Values | None) -> None:
            if values is not None:
                self._run(send(values["text"]))

        self._screen.app.push_screen(line_form(whom), filled)

    def _confirm(
        self,
        question: str,
        details: list[str],
        yes: str,
        request: Callable[[], Coroutine[object, object, object]],
    ) -> None:
        def decided(confirmed: bool | None) -> None:
            if confirmed:
                self._run(request())

        self._screen.app.push_screen(Confirm(question, details, yes=yes, no="Keep"), decided)

    def _run(self, request: Coroutine[object, object, object]) -> None:
        run_told(self._screen, request)


def _by_room(spots: list[Spot]) -> dict[str, list[str]]:
    people: dict[str, list[str]] = {}
    for one in spots:
        people.setdefault(one.room, []).append(one.uuid)
    return people
