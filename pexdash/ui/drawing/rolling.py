"""A list that the mouse scrolls by its wheel and by the bar beside it."""

from __future__ import annotations

from textual import events
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollDown, ScrollTo, ScrollUp

WHEEL_LINES = 3
"""By how many lines one turn of the wheel scrolls."""


class Rolling(ScrollView):
    """Calls `roll` for each turn of the wheel, and for what is done to the bar."""

    def roll(self, by: int) -> None:
        """Scroll by so many lines, up for a negative number."""
        raise NotImplementedError

    @property
    def page_lines(self) -> int:
        """How many lines a click beside the bar scrolls by."""
        raise NotImplementedError

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._roll(event, WHEEL_LINES)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._roll(event, -WHEEL_LINES)

    def on_scroll_to(self, event: ScrollTo) -> None:
        self._roll(event, round(event.y or 0) - self.scroll_offset.y)

    def on_scroll_down(self, event: ScrollDown) -> None:
        self._roll(event, self.page_lines)

    def on_scroll_up(self, event: ScrollUp) -> None:
        self._roll(event, -self.page_lines)

    def _roll(self, event: Message, by: int) -> None:
        event.stop()
        event.prevent_default()
        self.roll(by)
