"""A dialog of text to read and close."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from pexdash.ui.dialogs.overlay import Overlay


class Reading(Overlay[None]):
    """Shows what `text` returns, scrolled by the arrow keys, closed by escape."""

    DEFAULT_CSS = """
    Reading .text { height: 1fr; }
    Reading .text Static { height: auto; }
    """

    SIZE = "-long"
    BINDINGS = [Binding("escape,q,enter", "dismiss", "Close", show=False)]

    def __init__(self, title: str, text: Callable[[], Content]) -> None:
        super().__init__(title, "up, down   page up, page down   esc closes")
        self._text = text
        self._shown: Content | None = None

    def inside(self) -> ComposeResult:
        with VerticalScroll(classes="text"):
            yield from self.picture()
            yield Static(id="text")

    def picture(self) -> ComposeResult:
        """The widgets above the text."""
        yield from ()

    def on_mount(self) -> None:
        self._draw()
        self.set_interval(0.5, self._draw)

    def _draw(self) -> None:
        text = self._text()
        if text == self._shown:
            return
        self._shown = text
        self.query_one("#text", Static).update(text)
