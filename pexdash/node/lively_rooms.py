"""What goes on by itself in the breakout rooms of a lively meeting."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable

from pexdash.node.breakout_room import BreakoutRoom
from pexdash.node.chatter import make_line
from pexdash.node.meeting import Meeting


class LivelyRooms:
    """A room asks for help now and then, and somebody goes from one room to another.

    `wait` lets so many seconds of the meeting pass.
    """

    def __init__(self, meeting: Meeting, wait: Callable[[float], Awaitable[None]]) -> None:
        self._meeting = meeting
        self._wait = wait

    async def ask_for_help(self, rng: random.Random) -> None:
        """Let a room ask, unless all do, and need no help any more a while later."""
        calm = [room for room in self._with_people() if not room.cry["value"]]
        if calm:
            room = rng.choice(calm)
            room.ask_for_help(True)
            self._write(room, rng)
            await self._wait(rng.uniform(25.0, 40.0))
            room.ask_for_help(False)

    async def change_rooms(self, rng: random.Random) -> None:
        """Let somebody go to another room, or write in theirs where there is no other."""
        rooms = self._with_people()
        if not rooms:
            return
        source = rng.choice(rooms)
        others = [room for room in self._meeting.rooms.values() if room is not source]
        movable = self._played(source)
        if others and len(movable) > 1:
            self._meeting.move([rng.choice(movable)], source, rng.choice(others))
        else:
            self._write(source, rng)

    def _write(self, room: BreakoutRoom, rng: random.Random) -> None:
        sender, other = rng.choice(self._played(room)), rng.choice(list(room.participants.values()))
        room.say(sender, make_line(rng, other.display_name))

    def _played(self, room: BreakoutRoom) -> list[str]:
        """The uuids of those in a room whom the node plays."""
        return [uuid for uuid in room.participants if not room.is_client(uuid)]

    def _with_people(self) -> list[BreakoutRoom]:
        return [room for room in self._meeting.rooms.values() if self._played(room)]
