"""A list that the mouse scrolls by its wheel and by the bar beside it."""

from __future__ import annotations

from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar, ScrollDown, ScrollTo, ScrollUp

from pexdash.ui.drawing.scroll_bar import bar_cells
from pexdash.ui.framework.changed_cells import ChangedCellsApp

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

    def tell_lines(self, lines: int) -> None:
        """Tell the framework how many lines there are.

        It would lay out the whole screen anew, which only a bar that comes or goes is worth.
        """
        before, height = self.virtual_size.height, self.scrollable_content_region.height
        if not height or (lines > height) is not self.show_vertical_scrollbar:
            self.virtual_size = Size(0, lines)
        elif lines != before:
            self.set_reactive(ScrollView.virtual_size, Size(0, lines))
            self.scroll_y = self.validate_scroll_y(self.scroll_y)
            if self.show_vertical_scrollbar:
                bar, top = self.vertical_scrollbar, self.scroll_offset.y
                bar.set_reactive(ScrollBar.window_virtual_size, lines)
                if bar_cells(height, before, height, top) != bar_cells(height, lines, height, top):
                    self._draw_bar(bar)

    def _draw_bar(self, bar: ScrollBar) -> None:
        """Draw the bar alone: beside it the framework would draw every line of the list anew."""
        app = self.app
        if not (isinstance(app, ChangedCellsApp) and app.draw_alone(bar)):
            bar.refresh()

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
