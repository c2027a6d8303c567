"""The line below the top line that tells of the alarm for which a conference was opened."""

from __future__ import annotations

from collections.abc import Callable

from pexdash.text import simple_width
from pexdash.ui.drawing.panel import Panel
from pexdash.ui.drawing.spans import Span, fit_spans


class AlarmTold(Panel):
    """The words of the alarm, and the key that leads back to the wall."""

    DEFAULT_CSS = """
    AlarmTold { height: 1; }
    """

    def __init__(self, told: Callable[[], str], back_key: str) -> None:
        super().__init__(id="alarm-told")
        self._told = told
        self._back_key = back_key

    def lines(self, width: int, height: int) -> list[list[Span]]:
        right = [Span("  "), Span(self._back_key, "accent strong"), Span(" Back to the wall ")]
        left = [Span(" alarm: ", "dim"), Span(simple_width(self._told()), "attention")]
        room = width - sum(span.width for span in right)
        return [[*fit_spans(left, room), *right]]


def alarm_told_for(told: Callable[[], str] | None, back_key: str) -> AlarmTold | None:
    """The line for a conference that was opened from an alarm of a wall, None for any other."""
    return AlarmTold(told, back_key) if told is not None and told() else None
