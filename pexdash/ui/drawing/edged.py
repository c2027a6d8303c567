"""A container that shows nothing of its own but an edge."""

from __future__ import annotations

from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


class Edged(Widget):
    """A widget with a border above or at the left; all its lines but the first are alike.

    The framework would make each line anew, which costs as much as a whole roster.
    """

    def render_lines(self, crop: Region) -> list[Strip]:
        top = Region(crop.x, 0, crop.width, min(2, crop.bottom))
        alike = super().render_lines(top)
        return [alike[min(y, 1)] for y in crop.line_range]
