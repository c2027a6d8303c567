"""The columns of the roster: their titles, their widths and what each writes for a participant."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from msgspec import Struct

from pexdash.model.participant import Participant, Presence, Role
from pexdash.model.sorting import Order, SortedBy
from pexdash.text import simple_width
from pexdash.ui.drawing.glyphs import Glyphs
from pexdash.ui.drawing.spans import Span, fit, fit_spans
from pexdash.ui.drawing.times import duration, since


class RowFacts(Struct, frozen=True):
    """All that a row shows; times are Unix times in seconds, a `spotlight_place` of 0 is none."""

    participant: Participant
    now: float
    speaking: bool = False
    spotlight_place: int = 0
    you: str = ""
    departed: bool = False
    cursor: bool = False
    marked: bool = False
    pending: bool = False
    first_seen: float | None = None


class Column(Struct, frozen=True):
    """A column: its title, its width in cells (0 takes the rest) and the spans it writes."""

    title: str
    width: int
    write: Callable[[RowFacts, Glyphs], list[Span]]
    right: bool = False


def _name(facts: RowFacts, glyphs: Glyphs) -> list[Span]:
    one = facts.participant
    spans = [Span(simple_width(one.name), "strong" if facts.cursor else "")]
    if facts.you:
        spans.append(Span(f" ({facts.you})", "dim"))
    if one.overlay:
        spans.append(Span(f" {glyphs.between} {simple_width(one.overlay)}", "dim"))
    return spans


def _address(facts: RowFacts, _: Glyphs) -> list[Span]:
    return [Span(simple_width(facts.participant.uri), "dim")]


def _role(facts: RowFacts, _: Glyphs) -> list[Span]:
    words = {Role.HOST: "Host", Role.GUEST: "Guest", Role.UNKNOWN: "?"}
    return [Span(words[facts.participant.role])]


_STATE_STYLES = {
    Presence.WAITING: "attention",
    Presence.CONNECTING: "accent",
    Presence.PIN_ENTRY: "accent",
    Presence.ON_HOLD: "accent",
    Presence.IN: "dim",
}


def _state(facts: RowFacts, glyphs: Glyphs) -> list[Span]:
    one = facts.participant
    if facts.departed:
        return [Span("left", "dim")]
    if one.has_hand_up and one.presence is Presence.IN:
        return [Span(f"{glyphs.hand} hand", "attention")]
    if one.is_transferring:
        return [Span("moving", "accent")]
    return [Span(one.presence.value, _STATE_STYLES[one.presence])]


def _audio(facts: RowFacts, glyphs: Glyphs) -> list[Span]:
    one = facts.participant
    if facts.departed:
        return []
    if one.is_muted:
        return [Span(f"{glyphs.muted} muted", "muted")]
    if facts.speaking:
        return [Span(f"{glyphs.speaking} speaking", "voice")]
    if one.is_client_muted:
        return [Span(f"{glyphs.muted} own mute", "dim")]
    return []


def _status(facts: RowFacts, glyphs: Glyphs) -> list[Span]:
    """State and audio in one column, for narrow rosters."""
    audio = _audio(facts, glyphs)
    unremarkable = facts.participant.presence is Presence.IN and not facts.departed
    return audio if audio and unremarkable else _state(facts, glyphs)


def _video(facts: RowFacts, _: Glyphs) -> list[Span]:
    one = facts.participant
    if one.is_api:
        return [Span("-", "dim")]
    if one.is_audio_only_call:
        return [Span("audio", "dim")]
    if one.is_video_muted:
        return [Span("off", "dim")]
    return [Span("cam")] if one.is_video_call else [Span("-", "dim")]


def _presenting(facts: RowFacts, glyphs: Glyphs) -> list[Span]:
    if facts.participant.is_presenting:
        return [Span(f"{glyphs.presenting} pres", "accent")]
    if not facts.participant.rx_presentation_allowed:
        return [Span("denied", "muted")]
    return []


def _spotlight(facts: RowFacts, glyphs: Glyphs) -> list[Span]:
    if not facts.spotlight_place:
        return []
    return [Span(f"{glyphs.spotlight}{facts.spotlight_place}", "accent")]


def _protocol(facts: RowFacts, _: Glyphs) -> list[Span]:
    return [Span(facts.participant.protocol, "dim")]


def _since(facts: RowFacts, _: Glyphs) -> list[Span]:
    one = facts.participant
    if one.presence in (Presence.WAITING, Presence.CONNECTING):
        # A ringing call has no start time yet, so its time runs from when we first saw it.
        began = one.start_time or facts.first_seen
        look = "attention" if one.is_waiting else "dim"
        return [] if began is None else [Span(duration(facts.now - began), look)]
    if one.has_hand_up and one.buzz_time is not None:
        return [Span(duration(facts.now - one.buzz_time), "attention")]
    if one.start_time is None:
        return []
    return [Span(since(one.start_time, facts.now), "dim")]


NAME = Column("name", 0, _name)
ADDRESS = Column("address", 0, _address)
ROLE = Column("role", 5, _role)
STATE = Column("state", 10, _state)
AUDIO = Column("audio", 10, _audio)
STATUS = Column("status", 10, _status)
VIDEO = Column("video", 5, _video)
PRESENTING = Column("pres", 6, _presenting)
SPOTLIGHT = Column("spot", 4, _spotlight)
PROTOCOL = Column("proto", 6, _protocol)
SINCE = Column("since", 6, _since, right=True)

_LEAD = 3
_FULL = (NAME, ROLE, STATE, AUDIO, VIDEO, PRESENTING, SPOTLIGHT, PROTOCOL, SINCE)


def columns_for(width: int) -> tuple[Column, ...]:
    """The columns a roster of `width` cells has room for."""
    if width >= 116:
        return (NAME, ADDRESS, *_FULL[1:])
    if width >= 88:
        return _FULL
    if width >= 72:
        return tuple(column for column in _FULL if column is not ROLE)
    if width >= 56:
        return (NAME, STATUS, VIDEO, PRESENTING, SPOTLIGHT, SINCE)
    return (NAME, STATUS, SINCE)


@lru_cache(16)
def widths_of(columns: tuple[Column, ...], width: int) -> tuple[int, ...]:
    """The width of each column in cells; columns with a width of 0 share the rest."""
    fixed = sum(column.width for column in columns) + _LEAD + len(columns) - 1
    flexible = sum(not column.width for column in columns)
    share, extra = divmod(max(0, width - fixed), flexible)
    widths = []
    for column in columns:
        widths.append(column.width or share + extra)
        extra = extra if column.width else 0
    return tuple(widths)


_SORTED = {
    NAME: SortedBy.NAME,
    SINCE: SortedBy.SINCE,
    ROLE: SortedBy.ROLE,
    STATE: SortedBy.STATE,
    STATUS: SortedBy.STATE,
    AUDIO: SortedBy.AUDIO,
    PROTOCOL: SortedBy.PROTOCOL,
}
"""What a click on the title of a column sorts by."""


def heading_spans(
    columns: tuple[Column, ...], width: int, order: Order, glyphs: Glyphs
) -> list[Span]:
    """The line above the rows; the sorted column carries an arrow.

    Where no column shows what is sorted by, the title of the name says so.
    """
    arrow = glyphs.up if order.backwards else glyphs.down
    shown = {_SORTED.get(column) for column in columns}
    text = " " * _LEAD
    for column, cells in zip(columns, widths_of(columns, width), strict=True):
        title = column.title
        if _SORTED.get(column) is order.by:
            title += arrow
        elif column is NAME and order.by not in shown:
            title += f" by {order.by.value}{arrow}"
        text += fit(title, cells, right=column.right) + " "
    return [Span(fit(text[:-1], width))]


def sorted_by_at(columns: tuple[Column, ...], width: int, x: int) -> SortedBy | None:
    """What a click on cell `x` of the heading sorts by; None where that is nothing."""
    left = _LEAD
    for column, cells in zip(columns, widths_of(columns, width), strict=True):
        if left <= x < left + cells:
            return _SORTED.get(column)
        left += cells + 1
    return None


def _who(facts: RowFacts, _: Glyphs) -> list[Span]:
    """Where somebody who waits calls from; the whole address, as one decides by it."""
    return [Span(simple_width(facts.participant.uri))]


def _verified(facts: RowFacts, _: Glyphs) -> list[Span]:
    """Whether the identity was checked; nothing where the node does not say."""
    verified = facts.participant.is_idp_authenticated
    if verified is None:
        return []
    return [Span("verified", "dim") if verified else Span("not verified")]


_WHO = Column("address", 0, _who)
_VERIFIED = Column("identity", 12, _verified)


@lru_cache(16)
def _outside(
    columns: tuple[Column, ...], widths: tuple[int, ...]
) -> tuple[tuple[Column, ...], tuple[int, ...]]:
    """The columns of somebody who waits, and their widths.

    Between the name and the time, one decides by the address and the identity alone.
    """
    between = sum(widths[1:-1]) + len(widths) - 3
    address = between - _VERIFIED.width - 1
    if address < 1:
        return (columns[0], _VERIFIED, columns[-1]), (widths[0], between, widths[-1])
    inside = (widths[0], address, _VERIFIED.width, widths[-1])
    return (columns[0], _WHO, _VERIFIED, columns[-1]), inside


def row_spans(
    facts: RowFacts, columns: tuple[Column, ...], width: int, glyphs: Glyphs
) -> tuple[Span, ...]:
    """The spans of one row, exactly `width` cells together; rows of equal spans look the same."""
    lead = (
        (glyphs.cursor if facts.cursor else " ")
        + (glyphs.mark if facts.marked else " ")
        + (glyphs.pending if facts.pending else " ")
    )
    spans = [Span(lead, "accent strong" if facts.marked else "accent")]
    widths = widths_of(columns, width)
    if facts.participant.is_waiting and not facts.departed:
        columns, widths = _outside(columns, widths)
    for column, cells in zip(columns, widths, strict=True):
        if len(spans) > 1:
            spans.append(Span(" "))
        written = column.write(facts, glyphs)
        if column.right and written:
            spans.append(Span(fit(written[0].text, cells, right=True), written[0].style))
        else:
            spans += fit_spans(written, cells, glyphs.ellipsis)
    if _LEAD + sum(widths) + len(columns) - 1 == width:
        return tuple(spans)
    return tuple(fit_spans(spans, width, glyphs.ellipsis))
