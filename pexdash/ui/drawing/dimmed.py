"""What a dialog is open over, dimmed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.renderables.background_screen import BackgroundScreen

_KEPT_STYLES = 4096
"""How many dimmed styles are kept; a screen has some dozens."""


class DimmedScreen(BackgroundScreen):
    """The framework's tinted screen, which works out each style once and not for each segment."""

    @classmethod
    def process_segments(cls, segments: Iterable[Segment], color: Color) -> Iterator[Segment]:
        """Segments with `color` laid over them, and without links and meta."""
        for segment in segments:
            if segment.control:
                yield segment
            else:
                yield Segment(segment.text, _dimmed(segment.style, color))


@lru_cache(_KEPT_STYLES)
def _dimmed(style: Style | None, color: Color) -> Style | None:
    (dimmed,) = BackgroundScreen.process_segments([Segment("", style)], color)
    return dimmed.style
