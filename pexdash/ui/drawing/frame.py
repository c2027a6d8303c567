"""The edge of a pane: a thin frame with a title in it, or the title alone over a rule."""

from __future__ import annotations

from collections.abc import Sequence

from pexdash.ui.drawing.glyphs import Glyphs
from pexdash.ui.drawing.spans import Span, fit_spans

FRAMED_WIDTH, FRAMED_HEIGHT = 100, 30
"""From how many columns and lines of the terminal on panes have frames."""
_LINE = "line"


def title_spans(
    left: Sequence[Span], right: Sequence[Span], width: int, glyphs: Glyphs, *, framed: bool
) -> list[Span]:
    """The first line of a pane in `width` cells: `left`, a rule, and `right` where it fits."""
    flat, _, first, last = tuple(glyphs.box[:4]) if framed else (glyphs.rule, "", " ", " ")
    shown = fit_spans(list(left), min(width - 3, sum(span.width for span in left)), glyphs.ellipsis)
    lead = Span(f"{first} ", _LINE) if framed else Span(" ")
    room = width - lead.width - 2 - sum(span.width for span in shown)
    ends = [Span(" "), *right, Span(" ")] if right else []
    if sum(span.width for span in ends) + 1 > room:
        ends = []
    rule = flat * max(0, room - sum(span.width for span in ends))
    return fit_spans([lead, *shown, Span(" "), Span(rule, _LINE), *ends, Span(last, _LINE)], width)


def walled(line: Sequence[Span], width: int, glyphs: Glyphs) -> list[Span]:
    """A line between the sides of a frame, in `width` cells."""
    side = Span(glyphs.box[1], _LINE)
    return [side, *fit_spans(list(line), max(0, width - 2), glyphs.ellipsis), side]


def floor_spans(width: int, glyphs: Glyphs) -> list[Span]:
    """The last line of a frame."""
    flat, _, _, _, left, right = tuple(glyphs.box[:6])
    return [Span(left + flat * max(0, width - 2) + right, _LINE)]
