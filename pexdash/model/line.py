"""Our line to one conference of many, as a value that the session hands down."""

from __future__ import annotations

from enum import Enum

import msgspec

from pexdash.model.participant import Role


class LineState(Enum):
    """How our line to a conference stands; the values are the words for it."""

    JOINING = "joining"
    LIVE = "live"
    LOST = "stale"
    REFUSED = "refused"
    REMOVED = "removed"
    ENDED = "ended"


class Line(msgspec.Struct, frozen=True, gc=False):
    """What is known of our line; times are seconds of the clock that the model is handed.

    A line is LIVE only while its stream brings events and the participant list is complete. It is
    JOINING until it was live for the first time. `since` is when the state began: for JOINING the
    conference's turn to join, None before it; for LOST the last live moment. `why` is the node's
    sentence for a refusal or a removal. `role` and `service_type` are our own. `node_ahead` is the
    node's Unix time less the handed time, as seen when we joined, and `skew` the same less our own
    Unix time at that moment. `token_ends` is set only while refreshing the token fails, with the
    token's whole life in seconds beside it.
    """

    state: LineState = LineState.JOINING
    since: float | None = None
    why: str = ""
    node: str = ""
    role: Role = Role.UNKNOWN
    service_type: str = "conference"
    node_ahead: float | None = None
    skew: float | None = None
    token_ends: float | None = None
    token_life: float = 0.0

    @property
    def is_live(self) -> bool:
        return self.state is LineState.LIVE
