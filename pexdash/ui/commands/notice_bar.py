"""A line of keys that also has the notices."""

from __future__ import annotations

from time import monotonic

from textual.css.scalar import Scalar
from textual.notifications import SeverityLevel

from pexdash.ui.commands.notice_lines import NoticeLines
from pexdash.ui.drawing.panel import Panel
from pexdash.ui.drawing.spans import Span, fit_spans
from pexdash.ui.drawing.sure_places import SurePlaces
from pexdash.ui.framework.key_place import event_time
from pexdash.ui.framework.timers import unskipped

_LEAST_KEYS = 20
"""How many cells the keys keep beside a notice: those of the help and of leaving."""

_EARLY_SECONDS = 0.05
"""By how much a timer may come early: a notice that is not forgotten then would stay for good."""


class NoticeBar(Panel):
    """One line of keys, which `keys` returns; where not all fit, the least prominent are left out.

    Notices stand at the right end of the line; what is longer stands above it, and takes its lines
    from what is above.
    """

    DEFAULT_CSS = """
    NoticeBar { height: 1; }
    """

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._sure = SurePlaces()
        self.notices = NoticeLines()

    def keys(self, room: int) -> tuple[list[Span], list[str]]:
        """The keys for which there is room, and for each cell what a click on it is for."""
        raise NotImplementedError

    def say(self, text: str, severity: SeverityLevel, seconds: float) -> None:
        """Show a notice for so many seconds."""
        self.notices.add(text, severity, monotonic() + seconds)
        unskipped(self.set_timer(seconds, self._forget))
        self._make_room()

    def say_no_more(self) -> None:
        """Show no notice any more."""
        self.notices.clear()
        self._make_room()

    def _forget(self) -> None:
        self.notices.forget(monotonic() + _EARLY_SECONDS)
        self._make_room()

    def on_resize(self) -> None:
        self._make_room()

    def _make_room(self) -> None:
        """Take the lines that the notices need, and draw them."""
        lines = 1
        if not self._are_beside(self.app.size.width):
            most = max(1, self.app.size.height // 4)
            lines += min(most, len(self.notices.lines(self.app.size.width)))
        if self.styles.height != Scalar.from_number(lines):
            self.styles.height = lines
        self.redraw()

    def _are_beside(self, width: int) -> bool:
        """Whether the notices stand in the line of the keys, and leave room for some of these."""
        return sum(span.width for span in self.notices.beside()) + _LEAST_KEYS < width

    def lines(self, width: int, height: int) -> list[list[Span]]:
        told = self.notices.beside() if self._are_beside(width) else []
        above = [] if told else self.notices.lines(width)[: height - 1]
        room = width - sum(span.width for span in told) - bool(told)
        keys, ids = self.keys(room)
        self._sure.note(ids, event_time())
        if told:
            keys = fit_spans(keys, room) + told
        return [*above, *([] for _ in range(height - 1 - len(above))), keys]

    def id_at(self, x: int, y: int, clicked_at: float) -> str:
        """What a click there is for, "" for nothing and for what was another just before."""
        return self._sure.at(x, clicked_at) if y == self.size.height - 1 else ""
