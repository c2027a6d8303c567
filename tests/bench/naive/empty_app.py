"""An empty Textual app, with one word so that its first paint can be seen; or with a clock."""

from __future__ import annotations

import sys

from textual.app import App, ComposeResult
from textual.widgets import Header, Static

WORD = "emptiness"


class EmptyApp(App[None]):
    """Nothing but a word, or a header with a clock."""

    def compose(self) -> ComposeResult:
        if "--clock" in sys.argv:
            yield Header(show_clock=True)
        yield Static(WORD)


if __name__ == "__main__":
    EmptyApp().run()
