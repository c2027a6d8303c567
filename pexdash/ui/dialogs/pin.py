"""The dialog that asks for the PIN of a conference."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from pexdash.secret import Secret
from pexdash.session.membership.invitation import NO_PIN, PinQuestion
from pexdash.text import trimmed
from pexdash.ui.dialogs.guarded import GuardedDialog
from pexdash.ui.framework.key_place import Deed
from pexdash.ui.widgets.line_input import AnsweringInput


class PinDialog(GuardedDialog[Secret | None]):
    """Asks for the PIN; returns it, or `NO_PIN` for a Guest without a PIN, or None to leave.

    Where the dialog `interrupts` a meeting, only tab gives its field the focus: the host may be
    typing something else at that moment.
    """

    DEFAULT_CSS = """
    PinDialog > .dialog { width: 60; }
    PinDialog .wrong { color: $muted; }
    PinDialog .hint { margin-top: 1; }
    PinDialog Input { margin-top: 1; }
    """

    AUTO_FOCUS = ""
    # It opens by itself: what was typed before is no PIN, what is typed from then on is.
    guard = 0.0
    BINDINGS = [
        Binding("escape", "leave", "Leave", show=False),
        Binding("enter", "submit", "Join", show=False),
    ]
    acting_keys = ("enter",)

    def __init__(self, alias: str, question: PinQuestion, *, interrupts: bool = False) -> None:
        super().__init__()
        self._interrupts = interrupts
        self._alias = alias
        self._question = question

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            node = self._question.node
            on_node = f" on {node}, which the link names" if node else ""
            yield Static(Content(f"PIN for {self._alias}{on_node}"))
            if self._question.wrong:
                tries = self._question.tries_left
                said = f"That PIN was wrong; {tries} {'try' if tries == 1 else 'tries'} left."
                yield Static(Content(said), classes="wrong")
            field = AnsweringInput(
                password=True, placeholder="Host or Guest PIN", id="pin", max_length=64
            )
            field.cursor_blink = False
            yield field
            hint = "enter joins   esc leaves"
            if self._interrupts:
                hint = "The node wants the PIN again: tab to type it   " + hint
            if not self._question.guest_needs_pin:
                hint = "Leave it empty to join as a Guest.   " + hint
            yield Static(Content(hint), classes="hint")

    def on_mount(self) -> None:
        if not self._interrupts:
            self.query_one(Input).focus()
        self.enter_may_be_held()

    def action_leave(self) -> None:
        """Leave, unless the host may have pressed escape for what they typed before."""
        if self.focused is not None or not self._interrupts:
            self.dismiss(None)

    def deed_of(self, key: str) -> Deed:
        return self.action_submit

    def action_submit(self) -> None:
        """Close with the PIN, unless there is none and one is needed."""
        field = self.query_one(Input)
        pin = trimmed(field.value)
        if not self.is_current or not field.has_focus:
            return
        if not pin and self._question.guest_needs_pin:
            return
        self.dismiss(Secret(pin) if pin else NO_PIN)
