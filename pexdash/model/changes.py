"""What one or more events changed, small enough to merge hundreds into one frame."""

from __future__ import annotations

import msgspec

from pexdash.model.chat import Message
from pexdash.model.participant import Participant


class Changes(msgspec.Struct):
    """The difference between two states of a conference.

    `before` maps the uuid of each participant that changed to the participant before the first of
    the merged events, None for one who was not there. `arrived` and `left` have real arrivals and
    departures only: a list that is sent again after a reconnect announces nobody. `placed`
    has the uuids of those who came, left, or changed in a field that a roster is arranged by;
    `spotlit` is whether a spotlight changed. `conference` has the names of the properties of it
    that differ. `rooms` has what changed in each breakout room, by its uuid; one that is over is no
    longer in the conference. `own` is a change on our side alone: the link, our role, a request
    under way, what the node asks of us.
    """

    before: dict[str, Participant | None] = {}
    arrived: list[str] = []
    left: list[Participant] = []
    messages: list[Message] = []
    placed: set[str] = set()
    spotlit: bool = False
    conference: frozenset[str] = frozenset()
    stage: bool = False
    layout: bool = False
    presentation: bool = False
    frame: bool = False
    captions: bool = False
    synced: bool = False
    own: bool = False
    rooms: dict[str, Changes] = {}

    def __bool__(self) -> bool:
        return bool(
            self.before
            or self.messages
            or self.conference
            or self.stage
            or self.layout
            or self.presentation
            or self.frame
            or self.captions
            or self.synced
            or self.own
            or self.rooms
        )

    def merge(self, later: Changes) -> None:
        """Add what `later` changed after this."""
        if not self.before:
            self.before = later.before.copy()
        else:
            for uuid, participant in later.before.items():
                self.before.setdefault(uuid, participant)
        # Most events change one thing: to ask takes less time than to add nothing.
        if later.arrived:
            self.arrived += later.arrived
        if later.left:
            self.left += later.left
        if later.messages:
            self.messages += later.messages
        if later.placed:
            self.placed |= later.placed
        if later.spotlit:
            self.spotlit = True
        if later.conference:
            self.conference |= later.conference
        if later.stage:
            self.stage = True
        if later.layout:
            self.layout = True
        if later.presentation:
            self.presentation = True
        if later.frame:
            self.frame = True
        if later.synced:
            self.synced = True
        if later.captions:
            self.captions = True
        if later.own:
            self.own = True
        if later.rooms:
            for room, changes in later.rooms.items():
                self.of_room(room).merge(changes)

    def of_room(self, room: str) -> Changes:
        """What changed in a breakout room; to be added to."""
        if (changes := self.rooms.get(room)) is None:
            changes = self.rooms[room] = Changes()
        return changes


def everything() -> Changes:
    """What there is to show for whoever looks at a conference for the first time."""
    return Changes(stage=True, layout=True, presentation=True, synced=True)
