"""What is drawn of one conference on a wall: equal facts are drawn alike."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from pexdash.ui.drawing.glyphs import Glyphs


class Mark(Enum):
    """The one sign of a conference on a wall."""

    FINE = "fine"
    EMPTY = "empty"
    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"
    STALE = "stale"
    OUT = "out"
    JOINING = "joining"
    GONE = "off the list"


NEEDS_HOST = "NEEDS HOST"
"""The flag of a conference in which rules want to know what only a Host is shown."""


class AlarmLine(Struct, frozen=True):
    """One alarm of a tile: the words, and whether somebody has to take note of it."""

    mark: Mark
    text: str
    is_loud: bool


class TileFacts(Struct, frozen=True):
    """One conference, ready to draw; "" and () for what is not so.

    `word` says what the mark means, such as `UNACK` or `stale 0:47`. A tile `is_loud` while an
    alarm of it is unacknowledged, and `is_critical` where one of these is. `digits` is a time that
    counts, and `cause` what it is of. `is_stale` is whether the counts are of the last live moment.
    `curve` has the number of people of each minute, None where it was not known.
    """

    label: str
    mark: Mark
    word: str = ""
    is_loud: bool = False
    is_critical: bool = False
    is_known: bool = False
    is_stale: bool = False
    people: int = 0
    hosts: int = 0
    waiting: int = 0
    waited: str = ""
    flags: tuple[str, ...] = ()
    speaker: str = ""
    presenter: str = ""
    curve: tuple[int | None, ...] = ()
    alarms: tuple[AlarmLine, ...] = ()
    digits: str = ""
    cause: tuple[str, ...] = ()
    advice: str = ""
    why: str = ""
    node: str = ""
    lasts: str = ""
    events: tuple[str, ...] = ()


def sign_of(mark: Mark, glyphs: Glyphs) -> str:
    """The sign of a mark, one cell wide."""
    return {
        Mark.FINE: " ",
        Mark.EMPTY: glyphs.between,
        Mark.CRITICAL: glyphs.critical,
        Mark.WARNING: glyphs.warning,
        Mark.INFO: glyphs.information,
        Mark.STALE: "?",
        Mark.OUT: glyphs.out,
        Mark.JOINING: glyphs.pending,
        Mark.GONE: glyphs.between,
    }[mark]
