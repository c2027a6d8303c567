"""A widget that draws itself line by line, and again only the lines that changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cached_property

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from pexdash.ui.drawing.spans import Span
from pexdash.ui.drawing.text_look import style_of
from pexdash.ui.framework.changed_cells import ChangedCellsApp


class Lines(Widget):
    """Draws what `spans` returns for each of its lines.

    A span names looks of `text_look.LOOKS`; a later look lies over an earlier one. `redraw_lines`
    puts changed lines straight into the terminal's cells. Where the app keeps no cells, the
    framework repaints the lines instead.
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._styles = _Styles(self)

    def spans(self, y: int, width: int) -> Iterable[Span]:
        """The spans of line `y` in view, exactly `width` cells together."""
        raise NotImplementedError

    def forget_styles(self) -> None:
        """Make each style anew when a line next needs it."""
        self._styles = _Styles(self)

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines of a repaint, made anew: the framework would keep them, whole and cut."""
        width = self.scrollable_content_region.width
        length = max(width, crop.right)
        # A scrollbar covers these cells.
        beyond = [Span(" " * (length - width))] if length > width else []
        lines = (self._segments([*self.spans(y, width), *beyond]) for y in crop.line_range)
        strips = [Strip(line, length) for line in lines]
        if crop.x or crop.right < width:
            return [strip.crop(crop.x, crop.right) for strip in strips]
        return strips

    def redraw_lines(self, lines: Collection[int]) -> None:
        """Draw these lines in view again, because they have changed."""
        if not lines:
            return
        app = self.app
        if not isinstance(app, ChangedCellsApp) or (place := app.place_of(self)) is None:
            self.refresh(*(Region(0, y, self.size.width, 1) for y in lines))
            return
        for y in lines:
            if y < place.lines.height:
                app.put(place, y, self._segments(self.spans(y, place.lines.width)))

    def _segments(self, spans: Iterable[Span]) -> list[Segment]:
        styles = self._styles
        return [Segment(text, styles[style]) for text, style in spans]

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self.forget_styles()


class _Styles(dict[str, Style]):
    """The styles that a widget draws with, by the names of their looks."""

    def __init__(self, widget: Widget) -> None:
        super().__init__()
        self._widget = widget

    @cached_property
    def _own(self) -> tuple[Style, Color]:
        """What lies below all looks: the framework asks every widget above for it each time."""
        return self._widget.rich_style, self._widget.background_colors[1]

    def __missing__(self, names: str) -> Style:
        own, background = self._own
        style = style_of(self._widget, own, names.split())
        # The framework's filters allow fewer colours or none.
        strip = Strip([Segment("x", style)], 1)
        for one in self._widget.get_line_filters():
            strip = strip.apply_filter(one, background)
        style = self[names] = next(iter(strip)).style or style
        return style
