"""A widget that is drawn line by line, and of which only the lines that changed are drawn again."""

from __future__ import annotations

from collections.abc import Collection

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from pexdash.ui.changed_cells import ChangedCellsApp


class Lines(Widget):
    """Draws what `segments` returns for each of its lines.

    `redraw_lines` hands lines that changed straight to the cells of the terminal, where the app
    keeps them and nothing lies over the widget; else the framework repaints them.
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._drawn_styles: dict[Style | None, Style | None] = {}

    def segments(self, y: int) -> list[Segment]:
        """Line `y` of what is in view, in exactly the width of the content."""
        raise NotImplementedError

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines of a repaint, made anew: the framework would keep them, and what it cut."""
        width = self.scrollable_content_region.width
        beyond = []
        if crop.right > width:
            # Where a scrollbar stands.
            beyond = [Segment(" " * (crop.right - width), self.rich_style)]
        length = max(width, crop.right)
        strips = [Strip(self._as_drawn(self.segments(y) + beyond), length) for y in crop.line_range]
        if crop.x or crop.right < width:
            return [strip.crop(crop.x, crop.right) for strip in strips]
        return strips

    def redraw_lines(self, lines: Collection[int]) -> None:
        """Draw these lines of what is in view again: they have changed."""
        if not lines:
            return
        app = self.app
        if not isinstance(app, ChangedCellsApp) or (place := app.place_of(self)) is None:
            self.refresh(*(Region(0, y, self.size.width, 1) for y in lines))
            return
        for y in lines:
            if y < place.height:
                app.put(place.x, place.y + y, self._as_drawn(self.segments(y)))

    def _as_drawn(self, segments: list[Segment]) -> list[Segment]:
        """Segments as they come out of the framework's filters, for fewer colours or none."""
        filters = self.get_line_filters()
        if not filters:
            return segments
        drawn = self._drawn_styles
        for _, style, _ in segments:
            if style not in drawn:
                strip, background = Strip([Segment("x", style)], 1), self.background_colors[1]
                for one in filters:
                    strip = strip.apply_filter(one, background)
                drawn[style] = next(iter(strip)).style
        return [Segment(text, drawn[style]) for text, style, _ in segments]

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._drawn_styles.clear()
