"""The rows of the list of alarms: one column each for age, conference, state and what to do."""

from __future__ import annotations

from msgspec import Struct

from pexdash.text import simple_width
from pexdash.ui.drawing.glyphs import Glyphs
from pexdash.ui.drawing.spans import Span, fit, fit_spans

_AGE, _STATE, _ADVICE = 5, 12, 17
_AROUND = 16
"""The cells of cursor, sign, age and the blanks between all columns."""
_LEAST_LABEL, _MOST_LABEL = 10, 24
_ADVICE_WIDTH = 96
"""From so many cells on a row says what to do."""


class AlarmRow(Struct, frozen=True):
    """One alarm, ready to draw.

    `sign` is one cell wide, `age` has no unit, `state` is a word such as `UNACK`, and `advice`
    begins with the key. A row `is_loud` until somebody has taken note of it.
    """

    sign: str
    age: str
    label: str
    text: str
    state: str
    advice: str = ""
    is_loud: bool = False
    is_critical: bool = False


def alarm_line(
    row: AlarmRow, width: int, glyphs: Glyphs, *, longest: int = _MOST_LABEL, cursor: str = ""
) -> list[Span]:
    """A row in exactly `width` cells; the longest label of all takes `longest` cells.

    `cursor` is the look of the row's ground, "" without a cursor.
    """
    label = max(_LEAST_LABEL, min(_MOST_LABEL, longest, width // 4))
    advice = _ADVICE if width >= _ADVICE_WIDTH else 0
    text = max(0, width - _AROUND - label - _STATE - advice)
    head = "attention strong" if row.is_loud and row.is_critical else "" if row.is_loud else "dim"
    look = "" if row.is_loud else "dim"
    here = glyphs.cursor if cursor else " "
    state = fit(row.state, _STATE - 2, glyphs.ellipsis)
    spans = [
        Span(f" {here} ", "accent strong"),
        Span(f"{row.sign} {row.age:>{_AGE}}  ", head),
        Span(fit(simple_width(row.label), label, glyphs.ellipsis) + "  ", head),
        Span(fit(simple_width(row.text), text, glyphs.ellipsis) + "  ", look),
    ]
    if row.state == "UNACK":
        spans += [Span(row.state, "attention reversed"), Span(" " * (_STATE - len(row.state)))]
    else:
        spans.append(Span(f"{state}  ", "dim"))
    if advice:
        key, _, words = row.advice.partition(" ")
        spans += [Span(key, "accent strong" if row.is_loud else "dim")]
        spans.append(Span(f" {words}" if words else "", "accent strong" if row.is_loud else "dim"))
    spans = fit_spans(spans, width, glyphs.ellipsis)
    if cursor:
        spans = [
            Span(one, style if "reversed" in style else f"{style} {cursor}".lstrip())
            for one, style in spans
        ]
    return spans
