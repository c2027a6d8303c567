"""The bar beside a list that is longer than its pane: one thin column, in whole cells."""

from __future__ import annotations

from typing import ClassVar

from rich.color import Color
from rich.segment import Segment, Segments
from rich.style import Style
from textual.scrollbar import ScrollBar, ScrollBarRender

_NO_COLOUR = Color.default()
_UP, _GRAB, _DOWN = ({"@mouse.down": what} for what in ("scroll_up", "grab", "scroll_down"))


class ThinBar(ScrollBarRender):
    """Draws `SIGN` where what is in view stands in the whole list, and nothing elsewhere.

    It touches an end only where the list is scrolled to that end.
    """

    SIGN: ClassVar[str] = ""

    @classmethod
    def render_bar(
        cls,
        size: int = 25,
        virtual_size: float = 50,
        window_size: float = 20,
        position: float = 0,
        thickness: int = 1,
        vertical: bool = True,
        back_color: Color = _NO_COLOUR,
        bar_color: Color = _NO_COLOUR,
    ) -> Segments:
        if not vertical:
            return super().render_bar(
                size,
                virtual_size,
                window_size,
                position,
                thickness,
                vertical,
                back_color,
                bar_color,
            )
        above, shown = bar_cells(size, virtual_size, window_size, position)
        blank = " " * thickness
        up = Segment(blank, Style(bgcolor=back_color, meta=_UP))
        bar = Segment(cls.SIGN * thickness, Style(color=bar_color, bgcolor=back_color, meta=_GRAB))
        down = Segment(blank, Style(bgcolor=back_color, meta=_DOWN))
        below = size - above - shown
        return Segments([up] * above + [bar] * shown + [down] * below, new_lines=True)


def bar_cells(size: int, lines: float, in_view: float, first: float) -> tuple[int, int]:
    """The blank cells above the bar, and its cells, of `size` in all.

    `first` is the first of the `in_view` lines of `lines`.
    """
    if not 0 < in_view < lines or size < 1:
        return 0, 0
    shown = max(1, min(size - 1, round(size * in_view / lines)))
    room, unseen = size - shown, lines - in_view
    if first <= 0 or first >= unseen:
        return 0 if first <= 0 else room, shown
    within = min(max(round(room * first / unseen), min(1, room)), max(room - 1, 0))
    return within, shown


def draw_bars_with(sign: str) -> None:
    """Draw every bar of the program with `sign`."""

    class _Bar(ThinBar):
        SIGN = sign

    ScrollBar.renderer = _Bar
