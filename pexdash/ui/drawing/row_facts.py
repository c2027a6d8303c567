"""What a row of the roster shows of a participant."""

from __future__ import annotations

from msgspec import Struct

from pexdash.model.participant import Participant
from pexdash.model.sections import Section


class RowFacts(Struct, frozen=True):
    """All that a row shows; times are Unix times in seconds, a `spotlight_place` of 0 is none.

    `told_apart` is whether somebody else's name reads the same, and `sign` is what tells the two
    apart beside the address. `asked` are the titles of what was asked for and is under way. `voice`
    is from 0 to 8, and `share` is of all talk of late. Where to be muted, or not to be verified, is
    ordinary, only the others are put into words. `is_stale` says that `now` stands still.
    """

    participant: Participant
    section: Section
    now: float
    voice: int = 0
    share: float = 0.0
    spotlight_place: int = 0
    you: str = ""
    departed: bool = False
    cursor: bool = False
    marked: bool = False
    asked: tuple[str, ...] = ()
    first_seen: float | None = None
    told_apart: bool = False
    sign: str = ""
    muted_ordinary: bool = False
    unverified_ordinary: bool = False
    is_stale: bool = False

    @property
    def speaks(self) -> bool:
        """Whether the node hears a voice now, also of somebody who is muted."""
        return self.voice > 0

    @property
    def is_heard(self) -> bool:
        """Whether the others hear a voice now."""
        return self.speaks and not self.participant.is_silenced and not self.departed
