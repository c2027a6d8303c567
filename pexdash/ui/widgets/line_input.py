"""A one-line input that can be left with escape."""

from __future__ import annotations

from textual import events
from textual.binding import Binding
from textual.message import Message
from textual.widgets import Input

from pexdash.text import CHAT_LIMIT, clean


class LineInput(Input):
    """An input for a line of text; pasted breaks and controls become spaces and pictures.

    Of what is pasted beyond 2,000 characters only the beginning is taken, and that is said.
    """

    BINDINGS = [Binding("escape", "give_up", "Back", show=False)]

    DEFAULT_CSS = """
    LineInput, LineInput:focus { height: 1; border: none; padding: 0 1; }
    """

    class GivenUp(Message):
        """Escape was pressed."""

        def __init__(self, input: LineInput) -> None:
            super().__init__()
            self.input = input

        @property
        def control(self) -> LineInput:
            return self.input

    def __init__(self, placeholder: str, *, id: str) -> None:
        super().__init__(
            placeholder=placeholder, id=id, max_length=CHAT_LIMIT, select_on_focus=False
        )
        # A blinking cursor is bytes on the line for nothing.
        self.cursor_blink = False

    def action_give_up(self) -> None:
        """Leave the input."""
        self.post_message(self.GivenUp(self))

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        start, end = sorted(self.selection)
        room = CHAT_LIMIT - len(self.value) + (end - start)
        text = clean(event.text, CHAT_LIMIT + 1)
        if len(text) > room:
            # Textual would insert nothing of what is too long.
            text = text[:room]
            self.notify(
                f"Cut to {CHAT_LIMIT:,} characters, which are the most",
                severity="warning",
                markup=False,
            )
        self.replace(text, start, end)
