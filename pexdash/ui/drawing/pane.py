"""A panel with a title, in a thin frame where the terminal has room for one."""

from __future__ import annotations

from collections.abc import Sequence

from pexdash.ui.drawing.frame import floor_spans, title_spans, walled
from pexdash.ui.drawing.glyphs import Glyphs
from pexdash.ui.drawing.panel import Panel
from pexdash.ui.drawing.spans import Span

Title = tuple[Sequence[Span], Sequence[Span]]
"""What stands at the left and at the right of the first line."""


class Pane(Panel):
    """Draws a title and, below it, what `body` returns.

    The screen sets `framed`. In a single line only `line` is drawn.
    """

    def __init__(self, glyphs: Glyphs, *, id: str) -> None:
        super().__init__(id=id)
        self._glyphs = glyphs
        self._framed = False

    @property
    def framed(self) -> bool:
        return self._framed

    @framed.setter
    def framed(self, framed: bool) -> None:
        if framed != self._framed:
            self._framed = framed
            if self.is_attached:
                self.redraw()

    def title(self) -> Title:
        """The spans at the left of the title's line, and those at its right end."""
        raise NotImplementedError

    def body(self, width: int, height: int) -> list[list[Span]]:
        """The lines below the title: at most `height`, each cut to `width` cells."""
        raise NotImplementedError

    def line(self, width: int) -> list[Span]:
        """All there is to see where the pane has a single line."""
        left, right = self.title()
        return title_spans(left, right, width, self._glyphs, framed=False)

    def lines(self, width: int, height: int) -> list[list[Span]]:
        if height < 1 or width < 1:
            # Between two resizes the framework draws what has no room any more.
            return []
        if height == 1:
            return [self.line(width)]
        left, right = self.title()
        top = title_spans(left, right, width, self._glyphs, framed=self._framed)
        if not self._framed:
            return [top, *self.body(width, height - 1)]
        room = height - 2
        body = self.body(max(0, width - 2), room)[:room]
        blank = walled([], width, self._glyphs)
        return [
            top,
            *(walled(one, width, self._glyphs) for one in body),
            *(blank for _ in range(room - len(body))),
            floor_spans(width, self._glyphs),
        ]
