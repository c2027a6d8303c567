"""The size of a terminal in cells, as far as it can be believed."""

from __future__ import annotations

import os
from contextlib import suppress

from textual import events
from textual.geometry import Size

LARGEST = Size(1000, 500)
"""No larger size in cells is drawn, whatever a terminal says: memory and time grow with it."""
USUAL = Size(80, 24)
"""The size in cells where the terminal knows none."""


def size_of(terminal: int) -> Size:
    """The size in cells that the terminal behind a descriptor says it has, bounded.

    The environment (COLUMNS, LINES) does not count: it is the shell's, and old after a resize.
    """
    size = Size(0, 0)
    with suppress(OSError):
        size = Size(*os.get_terminal_size(terminal))
    return bounded(size) if size.area else USUAL


def bounded(size: Size) -> Size:
    """`size`, cut to the `LARGEST`."""
    return Size(min(size.width, LARGEST.width), min(size.height, LARGEST.height))


def bounded_resize(event: events.Resize) -> events.Resize | None:
    """A resize that the terminal reported in band, to a size we draw; None for no size at all."""
    size = bounded(event.size)
    if not size.area:
        return None
    return events.Resize(size, size, size, event.pixel_size) if size != event.size else event
