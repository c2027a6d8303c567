"""Finds what a layout has changed since the layout before it, and not since the last look-up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.geometry import Size
from textual.widget import Widget

from pexdash.ui.framework.surface import Part, stands

if TYPE_CHECKING or stands(Part.LAYOUT):
    from textual._compositor import Compositor, CompositorMap, ReflowResult

    class LaidOut(Compositor):
        """A compositor that tells each widget which it has not laid out before as one to draw.

        The framework compares a layout with its map of the screen. Asked for the place of a widget
        that was just mounted, as when that gets the focus, it makes this map anew. The layout then
        finds the widget in it, takes nothing for changed, and leaves its cells as they were.
        """

        def __init__(self) -> None:
            super().__init__()
            self._laid_out: CompositorMap | None = None

        def reflow(self, parent: Widget, size: Size) -> ReflowResult:
            """Lay `parent` out in `size` cells, and tell what changed."""
            if self._laid_out is not None:
                self._full_map = self._laid_out
            changed = super().reflow(parent, size)
            self._laid_out = self._full_map
            return changed
