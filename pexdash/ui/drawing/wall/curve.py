"""The number of people over the last minutes, as a line of bars."""

from __future__ import annotations

from collections.abc import Sequence

from pexdash.ui.drawing.glyphs import Glyphs

_LEVELS = 5
"""How many of the heights are used."""


def curve_line(counts: Sequence[int | None], width: int, glyphs: Glyphs) -> str:
    """The newest of `counts` as bars in at most `width` cells, a blank where it was not known.

    The highest of those shown fills half of its cell or a little more: whole ones would be loud.
    """
    shown = counts[-width:] if width > 0 else ()
    top = max((one for one in shown if one), default=0)
    bars = glyphs.bars[:_LEVELS]
    return "".join(
        " " if one is None else bars[0 if not top else round(one / top * (len(bars) - 1))]
        for one in shown
    )
