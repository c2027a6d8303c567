"""A container of which nothing but an edge is seen."""

from __future__ import annotations

from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


class Edged(Widget):
    """Has a border above or at the left, and so lines that are all alike but for the first.

    The framework makes each of them anew, for as much as a roster costs.
    """

    def render_lines(self, crop: Region) -> list[Strip]:
        top = Region(crop.x, 0, crop.width, min(2, crop.bottom))
        alike = super().render_lines(top)
        return [alike[min(y, 1)] for y in crop.line_range]
