"""One-line inputs that clean and cut pasted text; escape leaves a `LineInput`."""

from __future__ import annotations

from textual import events
from textual.binding import Binding
from textual.message import Message
from textual.widgets import Input

from pexdash.text import CHAT_LIMIT, clean
from pexdash.ui.framework.burst import Burst


class CleanInput(Input):
    """An input for a line of text.

    In pasted text, line breaks become spaces and control characters become their pictures. Text
    that does not fit is cut, and a notice says so.
    """

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        start, end = sorted(self.selection)
        limit = self.max_length or CHAT_LIMIT
        room = limit - len(self.value) + end - start
        text = clean(event.text, room + 1)
        if isinstance(event, Burst):
            # The words before it and behind it were typed too.
            text = " " * (event.text[:1] == " ") + text + " " * (event.text[-1:] == " ")
        if len(text) > room:
            self.notify(f"Cut to what fits: {limit:,} characters", markup=False)
        if room > 0:
            self.replace(clean(event.text, room) if len(text) > room else text, start, end)


class AnsweringInput(CleanInput):
    """An input whose enter is the `submit` of its screen, which so can tell that it is held."""

    BINDINGS = [Binding("enter", "screen.submit", "Submit", show=False)]


class LineInput(CleanInput):
    """An input that escape leaves."""

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
        # A blinking cursor would send bytes to the terminal for nothing.
        self.cursor_blink = False

    def action_give_up(self) -> None:
        """Leave the input."""
        self.post_message(self.GivenUp(self))
