"""The columns of the roster: which a width has room for, and what each writes of a participant."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from msgspec import Struct

from pexdash.model.participant import without_scheme
from pexdash.model.sections import Section
from pexdash.model.sorting import Order, SortedBy
from pexdash.text import simple_width
from pexdash.ui.drawing.glyphs import Glyphs
from pexdash.ui.drawing.row_facts import RowFacts
from pexdash.ui.drawing.spans import Span, cells_in, fit, fit_spans
from pexdash.ui.drawing.state_words import joined, words_of
from pexdash.ui.drawing.times import duration, minutes

LEAD = 4
"""Cells before the name: the cursor, the mark, one sign for sound, and a blank."""
NAME = 25
"""Cells of a name, in every window of 60 columns and more; never fewer in a wider window."""
FOR = 6
"""Cells of how long."""
VOICE = 8
_MOST_NAME = 40
_STATE = 14
_ADDRESS = 16
_IDENTITY = len("not verified")
_LEAST_ADDRESS = 20
"""Cells of an address that tell who somebody is."""
_TALK = 5
_BY = 6
_LEAST_SHARE = 0.005
"""The least share of the talk that is told: what rounds to nothing is nothing."""
_AMPLE = 95
"""Cells of a roster from which on addresses grow, and then names."""
_MORE_ADDRESS = 14
_LASTING_ROOM: Mapping[int, int] = {100: 57, 170: 85}
"""From so many columns of the window on the roster has at least so many cells.

A wider window gives the other panes more room first: what a roster shows must not vanish there.
"""


class Columns(Struct, frozen=True):
    """The cells of each column, 0 for one that is not there; there is a blank between two."""

    name: int
    address: int
    state: int
    voice: int
    talk: int
    by: int

    @property
    def between(self) -> int:
        """The cells between the name and how long, the blanks at both ends left out."""
        inner = (self.address, self.state, self.voice, self.talk, self.by)
        shown = [cells for cells in inner if cells]
        return sum(shown) + len(shown) - 1

    @property
    def titled(self) -> list[tuple[str, int, SortedBy | None]]:
        """The title of each column that is there, its cells, and what a click on it sorts by."""
        columns = [
            ("name", self.name, SortedBy.NAME),
            ("address", self.address, None),
            ("state", self.state, SortedBy.STATE),
            ("voice", self.voice, SortedBy.AUDIO),
            ("talk", self.talk, SortedBy.TALK),
            ("by", self.by, SortedBy.PROTOCOL),
            ("for", FOR, SortedBy.SINCE),
        ]
        return [column for column in columns if column[1]]


def lasting_room(width: int, window: int) -> int:
    """How many of the roster's `width` cells it has in every window that is wider, too."""
    return min([width, *(room for step, room in _LASTING_ROOM.items() if window < step)])


@lru_cache(64)
def columns_for(width: int, room: int) -> Columns:
    """The columns of a roster of `width` cells that keeps `room` of them in wider windows.

    More room only adds columns or cells; the state takes what is left.
    """
    fixed = LEAD + 1 + FOR
    name = max(8, min(NAME, room - fixed - 1 - _STATE))
    name += min(_MOST_NAME - NAME, max(0, room - _AMPLE - _MORE_ADDRESS) // 4)
    cells = {"address": 0, "voice": 0, "talk": 0, "by": 0}
    need = fixed + NAME + 1 + _STATE
    for title, wide in (("address", _ADDRESS), ("voice", VOICE), ("talk", _TALK), ("by", _BY)):
        need += 1 + wide
        if room >= need:
            cells[title] = wide
    if cells["by"]:
        cells["address"] += min(_MORE_ADDRESS, max(0, room - _AMPLE))
    others = sum(wide + 1 for wide in cells.values() if wide)
    return Columns(name=name, state=max(0, width - fixed - name - 1 - others), **cells)


def title_spans(columns: Columns, order: Order, glyphs: Glyphs) -> list[Span]:
    """The titles of the columns; the one the rows are sorted by has an arrow.

    Where no column shows what the rows are sorted by, the title of the name says so.
    """
    arrow = glyphs.up if order.backwards else glyphs.down
    is_shown = order.by in {by for _, _, by in columns.titled}
    spans = [Span(" " * LEAD)]
    for title, cells, by in columns.titled:
        is_last = title == "for"
        if by is order.by:
            title = f"{arrow} {title}" if is_last else f"{title} {arrow}"
        elif title == "name" and not is_shown:
            by_what = f"by {order.by.value} {arrow}"
            title = f"name {by_what}" if len(by_what) + len("name ") <= cells else by_what
        if cells == _TALK:
            title = title.replace(" ", "")
        spans.append(Span(fit(title, cells, glyphs.ellipsis, right=is_last), "dim"))
        spans.append(Span("" if is_last else " "))
    return spans


def sorted_by_at(columns: Columns, x: int) -> SortedBy | None:
    """What a click on cell `x` of the titles sorts by; None where that is nothing."""
    left = LEAD
    for _, cells, by in columns.titled:
        if left <= x < left + cells:
            return by
        left += cells + 1
    return None


def row_spans(facts: RowFacts, columns: Columns, width: int, glyphs: Glyphs) -> tuple[Span, ...]:
    """The spans of one row, exactly `width` cells together; rows of equal spans look the same."""
    name = fit(simple_width(facts.participant.name), columns.name, glyphs.ellipsis)
    spans = [
        Span((glyphs.cursor if facts.cursor else " ") + (glyphs.mark if facts.marked else " ")),
        _sound(facts, glyphs),
        Span(" "),
        Span(name, _name_look(facts)),
        Span(" "),
    ]
    if facts.section is Section.WAITING or facts.told_apart:
        spans += _who(facts, columns, glyphs)
    else:
        spans += _cells(facts, columns, glyphs)
    spans += [Span(" "), _how_long(facts)]
    if sum([cells_in(text) for text, _ in spans]) != width:
        return tuple(fit_spans(spans, width, glyphs.ellipsis))
    return tuple(spans)


def _name_look(facts: RowFacts) -> str:
    if facts.is_heard:
        return "voice strong"
    return "strong" if facts.cursor else ""


def _sound(facts: RowFacts, glyphs: Glyphs) -> Span:
    one = facts.participant
    if facts.departed:
        return Span(" ")
    if one.is_muted:
        return Span(glyphs.muted, "dim" if facts.muted_ordinary else "muted")
    if facts.is_heard:
        return Span(glyphs.speaking, "voice strong")
    return Span(glyphs.muted, "dim") if one.is_client_muted else Span(" ")


def _cells(facts: RowFacts, columns: Columns, glyphs: Glyphs) -> list[Span]:
    """Address, state, voice and protocol, each in its column."""
    one = facts.participant
    spans = []
    if columns.address:
        domain = simple_width(one.uri).rpartition("@")[2] if not one.is_api else ""
        spans += [Span(fit(domain, columns.address, glyphs.ellipsis), "dim"), Span(" ")]
    spans += joined(words_of(facts, glyphs), columns.state, glyphs)
    if columns.voice:
        spans += [Span(" "), _bar(facts, glyphs)]
    if columns.talk:
        share = f"{facts.share:.0%}" if facts.share >= _LEAST_SHARE else ""
        spans += [Span(" "), Span(fit(share, _TALK - 1, right=True) + " ", "dim")]
    if columns.by:
        protocol = "" if one.protocol == "webrtc" else one.protocol
        spans += [Span(" "), Span(fit(protocol, columns.by), "dim")]
    return spans


def _bar(facts: RowFacts, glyphs: Glyphs) -> Span:
    if not facts.is_heard:
        return Span(" " * VOICE)
    return Span(fit(glyphs.eighths[8] * facts.voice, VOICE), "voice")


def _who(facts: RowFacts, columns: Columns, glyphs: Glyphs) -> list[Span]:
    """Whom one looks at: the whole address, by which a host decides, and then the words."""
    one, words, width = facts.participant, words_of(facts, glyphs), columns.between
    parts = [simple_width(without_scheme(one.uri)), facts.sign]
    told = f" {glyphs.between} ".join(part for part in parts if part)
    if not told:
        return joined(words, width, glyphs)
    room = width
    if words:
        # Who vouches for somebody is told in words where enough of the address is left.
        said = min(_STATE, sum(word.width + 2 for word in words) - 2)
        of_words = said if width - said - 1 >= _LEAST_ADDRESS else len(f"+{len(words)}")
        room = max(1, width - of_words - 1)
    address = _shortened(told, room, glyphs.ellipsis)
    look = "" if facts.cursor or facts.section is not Section.WAITING else "dim"
    shown = Span(address, look)
    # Words stand below each other: below the title, or else at the right end.
    gap = columns.address + 1 - shown.width
    if gap <= 0 or not columns.address:
        left = max(0, width - shown.width - 1)
        of_words = min(left, max(_IDENTITY, sum(word.width + 2 for word in words) - 2))
        gap = width - shown.width - of_words
    return [shown, Span(" " * gap), *joined(words, width - shown.width - gap, glyphs)]


def _shortened(text: str, width: int, ellipsis: str) -> str:
    """`text` in at most so many cells, cut in the middle: its end tells where somebody is from."""
    cut = Span(text)
    if cut.width <= width:
        return text
    end = width // 2
    tail = ""
    for letter in reversed(text):
        if Span(letter + tail).width > end:
            break
        tail = letter + tail
    return fit(text, width - Span(tail).width, ellipsis) + tail


def _how_long(facts: RowFacts) -> Span:
    """How long somebody has waited or had a hand up, or has been in the conference."""
    one = facts.participant
    unsure = "?" if facts.is_stale else ""
    calls = facts.section in (Section.WAITING, Section.HANDS)
    began = one.start_time
    if facts.section is Section.HANDS and one.buzz_time is not None:
        began = one.buzz_time
    elif facts.section is Section.WAITING:
        began = one.start_time or facts.first_seen
    if began is None:
        return Span(" " * FOR)
    words = duration if calls else minutes
    return Span(
        fit(words(facts.now - began) + unsure, FOR, right=True), "attention" if calls else "dim"
    )
