"""Dialogs that ask before an action that nobody can undo."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input, Static

from pexdash.ui.dialogs.guarded import GuardedDialog
from pexdash.ui.framework.key_place import Deed
from pexdash.ui.framework.own_keys import bind_too
from pexdash.ui.widgets.line_input import LineInput


class Confirm(GuardedDialog[bool]):
    """Asks `question` about `details`; returns the answer. The safe answer has the focus.

    `again` is one more key for yes: the key of the action, so that pressing it twice confirms.
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
        self, question: str, details: list[str], *, yes: str, no: str, again: str = ""
    ) -> None:
        super().__init__()
        self._question = question
        self._details = details
        self._yes = yes
        self._no = no
        self.acting_keys = {"y", again, "enter"}
        if again:
            bind_too(self, again, "answer(True)")

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(Content(self._question), classes="question")
            if self._details:
                with VerticalScroll(classes="detail", can_focus=False):
                    yield Static(Content("\n".join(self._details)))
            with Horizontal(classes="buttons"):
                yield Button(Content(self._no), id="no", variant="primary", compact=True)
                yield Button(Content(self._yes), id="yes", variant="error", compact=True)
            yield Static(Content("y yes   n or esc no"), classes="hint")

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


class TypedConfirm(GuardedDialog[bool]):
    """Asks the host to type `word` before an action that ends the meeting for everybody."""

    def __init__(self, question: str, details: list[str], *, word: str) -> None:
        super().__init__()
        self._question = question
        self._details = details
        self._word = word

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(Content(self._question), classes="question")
            yield Static(Content("\n".join(self._details)), classes="detail")
            yield Static(Content(f"Type {self._word} and press enter; esc goes back."))
            yield LineInput("", id="word")
            yield Static(Content(""), classes="hint", id="wrong")

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
