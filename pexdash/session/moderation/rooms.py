"""What a Host does with the breakout rooms: opens and fills them, writes to them, closes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from pexdash.api.requests import (
    BREAKOUT_MOVE,
    BREAKOUTS,
    BREAKOUTS_DISCONNECT,
    BREAKOUTS_EMPTY,
    BREAKOUTS_MESSAGE,
    CLEAR_BREAKOUT_BUZZ,
    DISCONNECT_ALL,
    MESSAGE,
    Request,
)
from pexdash.model.conference import BreakoutRoom, Conference
from pexdash.session.feed.feed import Feed
from pexdash.session.moderation.action import Action
from pexdash.session.moderation.asking import Ask
from pexdash.session.moderation.journal import Origin

MAIN = "main"
"""The API's word for the main room, where a room is named by its uuid."""
MAIN_NAME = "the main room"

People = Mapping[str, Sequence[str]]
"""The uuids of people, by the room that they are in: its uuid, or `MAIN`."""

_CONFIRMED = Origin(confirmed="yes")
"""Of what the rooms of a meeting are asked about before it is sent."""


class NewRoom(Struct, frozen=True):
    """A room to be opened; it ends after `seconds`, 0 for never.

    At its end its people go back to the main room, or leave the meeting where `disconnects`.
    """

    name: str
    description: str = ""
    seconds: float = 0.0
    disconnects: bool = False
    guests_may_leave: bool = True


class Rooms:
    """Sends the requests of breakout rooms; each raises PexdashError after the host was told."""

    def __init__(self, feed: Feed, *, ask: Ask) -> None:
        self._conference = feed.conference
        self._ask = ask

    def name(self, room: str) -> str:
        """The name of a room as a sentence has it."""
        if room == MAIN:
            return MAIN_NAME
        known = self._conference.rooms.get(room)
        return known.name if known is not None else room[:8]

    async def create(self, new: NewRoom, people: People) -> None:
        """Open a room, and move these people into it."""
        body: dict[str, object] = {
            "name": new.name,
            "end_action": "disconnect" if new.disconnects else "transfer",
            "guests_allowed_to_leave": new.guests_may_leave,
        }
        if new.description:
            body["description"] = new.description
        if new.seconds:
            body["duration"] = new.seconds
        if people:
            body["participants"] = {
                room: self._spelled(room, uuids) for room, uuids in people.items()
            }
        await self._ask(f"Open {new.name}", BREAKOUTS, body=body)

    async def move(self, people: People, target: str) -> None:
        """Move people to another room, with a request for each room that they are in."""
        for room, uuids in people.items():
            if room != target:
                body = {"breakout_uuid": target, "participants": self._spelled(room, uuids)}
                title = f"Move {len(uuids)} to {self.name(target)}"
                await self._to(room, title, BREAKOUT_MOVE, body)

    async def say(self, text: str, room: str) -> None:
        """Send a line to everybody in a room."""
        body = {"type": "text/plain", "payload": text}
        await self._to(room, f"Message to {self.name(room)}", MESSAGE, body)

    async def say_to_all(self, text: str) -> None:
        """Send a line to everybody in every breakout room."""
        body = {"type": "text/plain", "payload": text}
        await self._ask("Message to all rooms", BREAKOUTS_MESSAGE, body=body)

    async def close(self, room: str) -> None:
        """Close a room, as the host has confirmed; of its people was said when it was opened."""
        await self._to(room, f"Close {self.name(room)}", DISCONNECT_ALL, origin=_CONFIRMED)

    async def close_all(self) -> None:
        """Close every breakout room, as the host has confirmed."""
        await self._ask("Close all rooms", BREAKOUTS_DISCONNECT, origin=_CONFIRMED)

    async def empty(self) -> None:
        """Bring everybody back to the main room, as the host has confirmed; the rooms stay."""
        await self._ask("Bring everybody back", BREAKOUTS_EMPTY, origin=_CONFIRMED)

    async def toggle(self, action: Action, room: str) -> None:
        """Take the step of `action` that the room, or the main room, does not show yet."""
        place: Conference | None = self._place(room)
        if place is not None:
            undone = (step for step in action.steps if not step.shown(place, ""))
            step = next(undone, action.steps[0])
            await self._to(room, f"{step.title} in {self.name(room)}", step.request, step.body)

    async def answer(self, room: str) -> None:
        """Take down the room's cry for help."""
        await self._to(room, f"Help in {self.name(room)}", CLEAR_BREAKOUT_BUZZ)

    async def _to(
        self,
        room: str,
        title: str,
        request: Request,
        body: Mapping[str, object] | None = None,
        origin: Origin = Origin(),  # noqa: B008 - it is frozen
    ) -> None:
        place = "" if room == MAIN else room
        await self._ask(title, request, room=place, body=body, origin=origin)

    def _place(self, room: str) -> Conference | BreakoutRoom | None:
        return self._conference if room == MAIN else self._conference.rooms.get(room)

    def _spelled(self, room: str, uuids: Sequence[str]) -> list[str]:
        """The uuids as the node spells them."""
        place = self._place(room)
        people = place.participants if place is not None else {}
        return [people[uuid].path_uuid if uuid in people else uuid for uuid in uuids]
