"""The line above a section of the roster: how many people are below it, and the keys for them."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from pexdash.model.roster import Row, Section
from pexdash.session.moderation.action import Action
from pexdash.ui.drawing.glyphs import Glyphs
from pexdash.ui.drawing.spans import Span, fit, fit_spans
from pexdash.ui.drawing.times import duration

_TITLES = {
    Section.WAITING: "WAITING",
    Section.HANDS: "HANDS",
    Section.HOSTS: "HOSTS",
    Section.GUESTS: "GUESTS",
}
_NEED_THE_HOST = frozenset({Section.WAITING, Section.HANDS})


class SectionKey(Struct, frozen=True):
    """A key in the line of a section, its word, and whether it would act on anybody there now."""

    action: Action
    key: str
    word: str
    acts: bool

    @property
    def spans(self) -> list[Span]:
        """The key and its word, in the accent while it would act."""
        look = "accent" if self.acts else "dim"
        return [Span(f" {self.key} {self.word} ", look)]


def section_spans(
    row: Row, longest: float | None, keys: Sequence[SectionKey], width: int, glyphs: Glyphs
) -> list[Span]:
    """The line of a section in `width` cells.

    `longest` is how many seconds the first in the section has waited, None where nobody waits for
    anything. Where there is no room, that goes first and then the keys from the last on.
    """
    title = f" {_TITLES[row.section]} {row.count}"
    if row.hidden:
        title += f" of {row.count + row.hidden}"
    if row.left:
        title += f" {glyphs.between} {row.left} left"
    waited = "" if longest is None else f" {glyphs.between} longest {duration(longest)}"
    look = "attention strong" if row.section in _NEED_THE_HOST else "heading"
    ends = [span for key in keys for span in key.spans]
    room = width - len(title) - 1
    while ends and sum(span.width for span in ends) > room:
        ends.pop()
    room -= sum(span.width for span in ends)
    if len(waited) > room:
        waited = ""
    if not ends:
        return [Span(fit(title + waited, width), look)]
    rule = glyphs.rule * max(0, room - len(waited) - 1)
    return fit_spans([Span(title + waited, look), Span(f" {rule} ", "line"), *ends], width)
