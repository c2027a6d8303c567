"""What one or more events changed, small enough to merge hundreds into one frame."""

from __future__ import annotations

import msgspec

from pexdash.model.chat import Message
from pexdash.model.participant import Participant


class Changes(msgspec.Struct):
    """The difference between two states of a conference.

    `before` maps each touched uuid to the participant as it was at the first of the merged
    events, None for one who was not there. `arrived` and `left` name real arrivals and
    departures only: a list sent again after a reconnect announces nobody. `own` is a change of
    our side alone: the link, our role, a request under way.
    """

    before: dict[str, Participant | None] = {}
    arrived: list[str] = []
    left: list[Participant] = []
    messages: list[Message] = []
    conference: bool = False
    stage: bool = False
    layout: bool = False
    presentation: bool = False
    frame: bool = False
    synced: bool = False
    own: bool = False

    def __bool__(self) -> bool:
        return bool(
            self.before
            or self.messages
            or self.conference
            or self.stage
            or self.layout
            or self.presentation
            or self.frame
            or self.synced
            or self.own
        )

    def merge(self, later: Changes) -> None:
        """Add what `later` changed after this."""
        for uuid, participant in later.before.items():
            self.before.setdefault(uuid, participant)
        self.arrived += later.arrived
        self.left += later.left
        self.messages += later.messages
        self.conference |= later.conference
        self.stage |= later.stage
        self.layout |= later.layout
        self.presentation |= later.presentation
        self.frame |= later.frame
        self.synced |= later.synced
        self.own |= later.own
