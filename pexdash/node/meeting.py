"""A conference with breakout rooms: their making, their end, and who goes from one to another."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from pexdash.clock import Clock
from pexdash.node.breakout_room import BreakoutRoom, RoomPlan
from pexdash.node.conference import ENDED_BY_HOST, NodeConference
from pexdash.node.moving import take_in
from pexdash.node.participant import NodeParticipant, make_uuid
from pexdash.node.settings import ConferenceSettings

MAIN = "main"
"""The word for the main room in requests and events."""
MOST_ROOMS = 50
ROOM_CLOSED = "Conference terminated by another participant"


class Meeting(NodeConference):
    """A conference whose `rooms` are open beside it; the settings name those of the beginning.

    `hearing_rooms` are the clients that know rooms.
    """

    def __init__(
        self, settings: ConferenceSettings, clock: Clock | None = None, expires: float = 120.0
    ) -> None:
        super().__init__(settings, clock, expires)
        self.rooms: dict[str, BreakoutRoom] = {}
        self.hearing_rooms: set[str] = set()
        self._rooms_rng = random.Random(f"{settings.seed} {settings.alias} rooms")
        self._open_first_rooms()

    def _open_first_rooms(self) -> None:
        for name in self.settings.rooms:
            self.open_room(RoomPlan(name))

    def places(self) -> list[NodeConference]:
        """The main room and every other."""
        return [self, *self.rooms.values()]

    @property
    def people(self) -> int:
        """How many participants are in it and in its rooms."""
        return sum(len(place.participants) for place in self.places())

    def home_of(self, token: str) -> NodeConference:
        """The room that gave `token`; the main room for any other."""
        held = (place for place in self.places() if place.tokens.holder(token) is not None)
        return next(held, self)

    def hears_rooms(self, uuid: str) -> bool:
        """Whether a participant is a Host whose client is told of the breakout rooms."""
        one = self.participants.get(uuid)
        return one is not None and one.role == "chair" and uuid in self.hearing_rooms

    def status(self) -> dict[str, object]:
        return {**super().status(), "breakout_rooms": True}

    def open_room(self, plan: RoomPlan) -> BreakoutRoom:
        """Open a room; every Host is told of it."""
        uuid = make_uuid(self._rooms_rng)
        room = self.rooms[uuid] = BreakoutRoom(
            uuid,
            self,
            plan,
            hears=lambda one: uuid in self.rooms and self.hears_rooms(one),
            closes=self.close_room,
        )
        for owner in self.audience.listeners:
            if self.hears_rooms(owner):
                room.introduce(owner)
        if plan.duration:
            self.tasks.start(self._end_in_time(room))
        return room

    async def _end_in_time(self, room: BreakoutRoom) -> None:
        await self.clock.sleep(room.plan.duration)
        if self.rooms.get(room.uuid) is room:
            self.close_room(room.uuid)

    def close_room(self, uuid: str) -> None:
        """End a room: its people come back or are disconnected, as its plan says."""
        room = self.rooms.get(uuid)
        if room is None:
            return
        if room.plan.end_action == "disconnect":
            for one in list(room.participants):
                room.remove(one, ROOM_CLOSED)
        else:
            self.empty_room(room)
        del self.rooms[uuid]
        room.audience.end_all()
        room.tokens.clear()
        for owner in self.audience.listeners:
            if self.hears_rooms(owner):
                self._end_for(owner, room)

    def empty_room(self, room: BreakoutRoom) -> None:
        """Bring everybody in a room back to the main room."""
        self.move(list(room.participants), room, self)

    def move(
        self,
        uuids: Sequence[str],
        source: NodeConference,
        target: NodeConference,
        asked_by: str = "",
    ) -> None:
        """Move people of `source` to `target`; whoever is not there is left out.

        A client that holds a token is asked to go: it comes with a token for one use, and its old
        self stays until it releases it. A Host who is a client keeps the token and hears
        breakout_refer.
        """
        for uuid in uuids:
            one = source.participants.get(uuid)
            if one is None or source is target:
                continue
            if self.hears_rooms(uuid):
                self._ask_host(uuid, source, target, asked_by)
            elif source.tokens.has(uuid):
                self._refer(one, source, target)
            else:
                source.leave(uuid)
                take_in(target, one, one.role, uuid)
                if not one.waiting:
                    target.admit(uuid)

    def _ask_host(
        self, uuid: str, source: NodeConference, target: NodeConference, asked_by: str
    ) -> None:
        """Ask a Host to go to a room; back to the main room, where a Host is all along."""
        if not isinstance(target, BreakoutRoom):
            source.leave(uuid)
        else:
            data = {
                "breakout_uuid": target.uuid,
                "breakout_name": target.plan.name,
                "requester_uuid": asked_by,
            }
            self.audience.tell(uuid, "breakout_refer", data)

    def _refer(self, one: NodeParticipant, source: NodeConference, target: NodeConference) -> None:
        data: dict[str, object] = {
            "alias": self.alias,
            "token": target.tokens.refer(one.role, one.display_name),
            "target": MAIN,
        }
        if isinstance(target, BreakoutRoom):
            data |= {"target": "breakout", "breakout_name": target.plan.name}
        source.audience.tell(one.uuid, "refer", data)

    def fill(self, room: BreakoutRoom, people: Mapping[str, Sequence[str]], asked_by: str) -> None:
        """Move people into a room, by the rooms they are in now ("main" or a uuid)."""
        for name, uuids in people.items():
            source = self if name == MAIN else self.rooms.get(name)
            if source is not None:
                self.move(uuids, source, room, asked_by)

    def leave(self, uuid: str) -> None:
        super().leave(uuid)
        for room in self.rooms.values():
            room.leave(uuid)
        self.hearing_rooms.discard(uuid)

    def change_role(self, uuid: str, role: str) -> None:
        heard = self.hears_rooms(uuid)
        super().change_role(uuid, role)
        if self.hears_rooms(uuid) is not heard:
            for room in self.rooms.values():
                if heard:
                    room.leave(uuid)
                    self._end_for(uuid, room)
                else:
                    room.introduce(uuid)

    def greet(self, uuid: str) -> None:
        super().greet(uuid)
        if self.hears_rooms(uuid):
            for room in self.rooms.values():
                room.introduce(uuid)

    def end(self, reason: str = ENDED_BY_HOST) -> None:
        for room in self.rooms.values():
            for uuid in list(room.participants):
                room.remove(uuid, reason)
            room.audience.end_all()
            room.tokens.clear()
        self.rooms.clear()
        self.hearing_rooms.clear()
        super().end(reason)
        self._open_first_rooms()

    def _end_for(self, host: str, room: BreakoutRoom) -> None:
        ended = {"breakout_uuid": room.uuid, "participant_uuid": host}
        self.audience.tell(host, "breakout_end", ended)
