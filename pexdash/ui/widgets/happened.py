"""What happened lately, beside the roster."""

from __future__ import annotations

from pexdash.session.moderation.log import Log
from pexdash.text import simple_width
from pexdash.ui.drawing.glyphs import Glyphs
from pexdash.ui.drawing.pane import Pane, Title
from pexdash.ui.drawing.spans import Span
from pexdash.ui.drawing.times import clock_time
from pexdash.ui.drawing.wrapping import wrapped
from pexdash.ui.framework.frames import FrameGate

LOOK_SECONDS = 0.2
"""How often new lines are drawn at most: in a flood each of them would move all others."""
_TIME_WIDTH = 8


class HappenedPane(Pane):
    """The latest lines of `log`, the last at the bottom; `key` opens all of them."""

    def __init__(self, log: Log, glyphs: Glyphs, key: str) -> None:
        super().__init__(glyphs, id="happened")
        self._log = log
        self._key = key
        self._seen: object = None
        self._gate = FrameGate(LOOK_SECONDS, self._look)

    def on_unmount(self) -> None:
        self._gate.close()

    def title(self) -> Title:
        right = [Span(self._key, "accent"), Span(" Log")] if self._key else []
        return [Span("WHAT HAPPENED", "heading")], right

    def body(self, width: int, height: int) -> list[list[Span]]:
        lines: list[list[Span]] = []
        room = max(8, width - _TIME_WIDTH - 1)
        for one in reversed(self._log.latest(height)):
            texts = wrapped(simple_width(one.short), room, room)
            look = "muted" if one.failed else ""
            told = [[Span(" " * _TIME_WIDTH), Span(text, look)] for text in texts]
            told[0][0] = Span(f" {clock_time(one.time)}  ", "dim")
            if len(lines) + len(told) > height:
                break
            lines = told + lines
        return lines

    def look(self) -> None:
        """Draw what is new since the last call, soon."""
        if self._log.version != self._seen and self.size.height:
            self._gate.poke()

    def _look(self) -> None:
        if (version := self._log.version) != self._seen and self.size.height:
            self._seen = version
            self.redraw()
