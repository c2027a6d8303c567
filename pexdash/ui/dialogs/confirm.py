"""Questions before an action that nobody can undo: they rise from the line of keys."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input, Static

from pexdash.ui.dialogs.guarded import GuardedDialog
from pexdash.ui.dialogs.overlay import Answer
from pexdash.ui.framework.key_place import Deed
from pexdash.ui.framework.own_keys import bind_too
from pexdash.ui.widgets.line_input import LineInput

_AROUND = (4, 4)
"""How many cells across and down of a question are not for its details."""
_WIDEST = 120
MOST_NAMED = 4
"""How many people a question names at once; of more, it tells the number and can be scrolled."""


class Rising(GuardedDialog[Answer]):
    """A dialog that rises from the line of keys, or hangs from the top line.

    It hangs where it then covers fewer of `rows`, the lines of the screen that it is about.
    """

    DEFAULT_CSS = """
    Rising { align: left bottom; background: transparent; }
    Rising > .dialog { width: 100%; max-width: 120; }
    Rising.-hanging { align: left top; }
    Rising.-hanging > .dialog { margin-top: 1; }
    Rising .buttons { height: auto; margin-top: 1; }
    Rising .hint { margin-top: 0; }
    Rising .rest { height: 1; color: $dim; }
    Rising .-many { max-height: 4; }
    Rising.-low .buttons { margin-top: 0; }
    """

    def __init__(
        self, title: str, keys: str, details: Sequence[str], rows: Sequence[int], rest: str = ""
    ) -> None:
        super().__init__(title, keys)
        self._details = details
        self._rest = rest
        self._rows = rows

    @on(events.Mount)
    @on(events.Resize)
    def _keep_off_the_row(self) -> None:
        width, height = self.app.size
        across, down = _AROUND
        room = max(1, min(width, _WIDEST) - across)
        lines = sum(max(1, -(-cell_len(line) // room)) for line in self._details)
        needed = down + (MOST_NAMED + 1 if self._rest else lines)
        below = sum(row >= height - needed for row in self._rows)
        above = sum(row <= needed for row in self._rows)
        self.set_class(above < below, "-hanging")


class Confirm(Rising[bool]):
    """Asks `question` about `details`; returns the answer. The safe answer has the focus.

    Where there are more details than can be read at once, `rest` says so.

    `again` is one more key for yes: the key of the action, so that pressing it twice confirms.
    `rows` are the lines of the screen that should stay in sight.
    """

    BINDINGS = [
        Binding("escape,n", "answer(False)", "No", show=False),
        Binding("y", "answer(True)", "Yes", show=False),
        Binding("left,right", "app.focus_next", "Other button", show=False),
        Binding("up", "read(-1)", "Up", show=False),
        Binding("down", "read(1)", "Down", show=False),
        Binding("pageup", "read(-8)", "Page up", show=False),
        Binding("pagedown", "read(8)", "Page down", show=False),
    ]

    def __init__(
        self,
        question: str,
        details: Sequence[str],
        *,
        yes: str,
        no: str,
        again: str = "",
        rows: Sequence[int] = (),
        rest: str = "",
    ) -> None:
        super().__init__(question, "", details, rows, rest)
        self._yes = yes
        self._no = no
        self.acting_keys = {"y", again, "enter"}
        if again:
            bind_too(self, again, "answer(True)")

    def inside(self) -> ComposeResult:
        if self._details:
            many = " -many" if self._rest else ""
            with VerticalScroll(classes=f"detail{many}", can_focus=False):
                yield Static(Content("\n".join(self._details)))
        if self._rest:
            yield Static(Content(self._rest), classes="rest")
        with Horizontal(classes="buttons"):
            yield Button(Content(f"esc {self._no}"), id="no", variant="primary", compact=True)
            yield Button(Content(f"y {self._yes}"), id="yes", variant="error", compact=True)

    def on_mount(self) -> None:
        self.query_one("#no", Button).focus()

    def action_read(self, by: int) -> None:
        """Scroll the details by so many lines."""
        if self._details:
            self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)

    def deed_of(self, key: str) -> Deed:
        answer = key != "enter" or self.query_one("#yes", Button).has_focus
        return lambda: self.action_answer(answer)

    def action_answer(self, answer: bool) -> None:
        """Close with `answer`, unless the dialog is not there any more."""
        if self.is_current:
            self.dismiss(answer)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "yes")


class TypedConfirm(Rising[bool]):
    """Asks the host to type `word` before an action that ends the meeting for everybody."""

    def __init__(self, question: str, details: Sequence[str], *, word: str) -> None:
        super().__init__(question, "esc goes back   enter confirms", details, ())
        self._word = word

    def inside(self) -> ComposeResult:
        yield Static(Content("\n".join(self._details)), classes="detail")
        yield Static(Content(f"Type {self._word} and press enter; esc goes back."))
        yield LineInput("", id="word")
        yield Static(Content(""), classes="wrong", id="wrong")

    @on(LineInput.GivenUp)
    def _given_up(self) -> None:
        self.dismiss(False)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip() == self._word:
            self.dismiss(True)
        else:
            self.query_one("#wrong", Static).update(Content("That is not its name."))
