"""The line above a section of the roster: how many people are below it, and the keys for them."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, field

from pexdash.model.ordinary import SectionTally
from pexdash.model.sections import Row, Section
from pexdash.session.moderation.action import Action
from pexdash.ui.drawing.glyphs import Glyphs
from pexdash.ui.drawing.spans import Span, fit_spans
from pexdash.ui.drawing.times import clock_seconds, duration

_WORDS = {
    Section.WAITING: ("waiting", "waiting"),
    Section.HANDS: ("hand up", "hands up"),
    Section.HOSTS: ("Host", "Hosts"),
    Section.GUESTS: ("Guest", "Guests"),
}


_APART = 2
"""How many blanks stand before a key."""


class SectionKey(Struct, frozen=True):
    """A key in the line of a section, its word, and whether it would act on anybody there now."""

    action: Action
    key: str
    word: str
    acts: bool

    @property
    def spans(self) -> list[Span]:
        """The key and its word, the key in the accent while it would act."""
        if not self.acts:
            return [Span(f"{' ' * _APART}{self.key} {self.word}", "dim")]
        return [Span(" " * _APART), Span(self.key, "accent strong"), Span(f" {self.word}")]


class OutOfSight(Struct, frozen=True):
    """What of a section is out of sight.

    `first` and `last` are the places of those in view, `below` is how many come after them, and
    `beyond` has the sections that lie below the last line, with their numbers.
    """

    first: int = 1
    last: int = 0
    below: int = 0
    beyond: tuple[tuple[Section, int], ...] = ()


class SectionFacts(Struct, frozen=True):
    """All that the line of a section shows.

    `longest` is how many seconds the first in it has waited, None where nobody waits for anything.
    `as_of` is the Unix time from which on nothing is known, None while the line is live.
    """

    row: Row
    keys: Sequence[SectionKey]
    longest: float | None = None
    tally: SectionTally = field(default_factory=SectionTally)
    muted_ordinary: bool = False
    unseen: OutOfSight = OutOfSight()
    as_of: float | None = None


def section_spans(facts: SectionFacts, width: int, glyphs: Glyphs) -> list[Span]:
    """The line of a section in `width` cells.

    Where there is no room, the sections beyond go first, then what follows the number, then the
    keys from the last on, and then how many are out of sight.
    """
    left, ends, keys = _arranged(facts, width, glyphs)
    ends = [*ends, *(span for key in keys for span in key)]
    room = width - _width(left) - _width(ends)
    rule = glyphs.rule * max(0, room - 1)
    return fit_spans([*left, Span(f" {rule}", "line"), *ends], width, glyphs.ellipsis)


def section_key_at(facts: SectionFacts, width: int, glyphs: Glyphs, x: int) -> SectionKey | None:
    """The key that stands at cell `x` of the line of a section; None where none does."""
    if facts.as_of is not None:
        return None
    _, _, shown = _arranged(facts, width, glyphs)
    end = width - sum(map(_width, shown))
    for key, spans in zip(facts.keys, shown, strict=False):
        start, end = end, end + _width(spans)
        if start + _APART <= x < end:
            return key
    return None


def _arranged(
    facts: SectionFacts, width: int, glyphs: Glyphs
) -> tuple[list[Span], list[Span], list[list[Span]]]:
    """What stands left, what stands right before the keys, and the keys there is room for."""
    title, more = _title(facts, glyphs), _more(facts, glyphs)
    unseen, beyond = _unseen(facts.unseen, glyphs), _beyond(facts.unseen, glyphs)
    keys = [key.spans for key in facts.keys]
    if facts.as_of is not None:
        keys = [[Span(f"  as of {clock_seconds(facts.as_of)}", "dim")]]
    while True:
        left, ends = [*title, *more], [*unseen, *beyond]
        if ends and keys:
            ends.append(Span(f"  {glyphs.rule * 2}", "line"))
        needed = _width(left) + _width(ends) + sum(map(_width, keys))
        if width - needed >= 2 or not (ends or keys):
            return left, ends, keys
        if beyond:
            beyond = []
        elif more:
            more = []
        elif keys:
            keys.pop()
        else:
            unseen = []


def _title(facts: SectionFacts, glyphs: Glyphs) -> list[Span]:
    row, unsure = facts.row, "" if facts.as_of is None else "?"
    calls = row.section in (Section.WAITING, Section.HANDS)
    number = f"{row.count}{unsure}"
    if row.hidden:
        number += f" of {row.count + row.hidden}{unsure}"
    return [Span(f" {row.section.name} {number}", "attention strong" if calls else "heading")]


def _more(facts: SectionFacts, glyphs: Glyphs) -> list[Span]:
    """What follows the number."""
    between, unsure = f" {glyphs.between} ", "" if facts.as_of is None else "?"
    spans = []
    if facts.row.left:
        spans.append(Span(f"{between}{facts.row.left} left", "dim"))
    if facts.longest is not None:
        spans.append(
            Span(f"{between}longest {duration(facts.longest)}{unsure}", "attention strong")
        )
    elif facts.muted_ordinary:
        muted = f"{facts.tally.muted} muted{between}{facts.tally.open} open"
        spans.append(Span(between + muted, "dim"))
    elif facts.tally.muted:
        spans.append(Span(f"{between}{facts.tally.muted} muted", "dim"))
    return spans


def _unseen(unseen: OutOfSight, glyphs: Glyphs) -> list[Span]:
    spans = []
    in_view = 1 < unseen.first <= unseen.last
    if in_view:
        spans.append(Span(f"  {unseen.first}-{unseen.last}", "dim"))
    if in_view and unseen.below:
        spans.append(Span(f"  {glyphs.rule * 2}", "line"))
    if unseen.below:
        spans.append(Span(f"  {glyphs.below} {unseen.below} more", "dim"))
    return spans


def _beyond(unseen: OutOfSight, glyphs: Glyphs) -> list[Span]:
    words = [f"{number} {_WORDS[one][number != 1]}" for one, number in unseen.beyond]
    if not words:
        return []
    return [Span(f"{',' if unseen.below else f'  {glyphs.below}'} {', '.join(words)}", "dim")]


def _width(spans: Sequence[Span]) -> int:
    return sum(span.width for span in spans)
