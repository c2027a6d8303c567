"""A container that draws the edge of a pane around its widgets."""

from __future__ import annotations

from textual.geometry import Region
from textual.strip import Strip

from pexdash.ui.drawing.frame import floor_spans, title_spans
from pexdash.ui.drawing.glyphs import Glyphs
from pexdash.ui.drawing.lines import Lines
from pexdash.ui.drawing.pane import Title
from pexdash.ui.drawing.spans import Span


class Framed(Lines):
    """Holds widgets inside a frame, or under a title alone; the padding leaves room for either.

    The screen sets `framed`.
    """

    DEFAULT_CSS = """
    Framed { layout: vertical; padding: 1 0 0 0; }
    Framed.-framed { padding: 1; }
    """

    def __init__(self, glyphs: Glyphs, *, id: str) -> None:
        super().__init__(id=id)
        self._glyphs = glyphs
        self._title: list[Span] = []

    @property
    def framed(self) -> bool:
        return self.has_class("-framed")

    @framed.setter
    def framed(self, framed: bool) -> None:
        self.set_class(framed, "-framed")

    def title(self) -> Title:
        """The spans at the left of the title's line, and those at its right end."""
        raise NotImplementedError

    def redraw_title(self) -> None:
        """Draw the title again where it has changed since the last call."""
        width = self.outer_size.width
        if (title := self._first_line(width)) != self._title:
            self._title = title
            # The framework counts from where the content begins.
            x, y = self.content_offset
            self.refresh(Region(-x, -y, width, 1))

    def _first_line(self, width: int) -> list[Span]:
        left, right = self.title()
        return title_spans(left, right, width, self._glyphs, framed=self.framed)

    def spans(self, y: int, width: int) -> list[Span]:
        if y == 0:
            return self._first_line(width)
        if not self.framed:
            return [Span(" " * width)]
        if y == self.outer_size.height - 1:
            return floor_spans(width, self._glyphs)
        side = Span(self._glyphs.box[1], "line")
        return [side, Span(" " * (width - 2)), side]

    def render_lines(self, crop: Region) -> list[Strip]:
        width = self.outer_size.width
        lines = (self._segments(self.spans(y, width)) for y in crop.line_range)
        strips = [Strip(line, width) for line in lines]
        if crop.x or crop.right < width:
            return [strip.crop(crop.x, crop.right) for strip in strips]
        return strips
