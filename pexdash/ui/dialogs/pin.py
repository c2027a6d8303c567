"""The dialog that asks for the PIN of a conference."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import Input, Static

from pexdash.secret import Secret
from pexdash.session.membership.invitation import NO_PIN, PinQuestion
from pexdash.text import trimmed
from pexdash.ui.dialogs.interrupting import InterruptingDialog
from pexdash.ui.framework.key_place import Deed
from pexdash.ui.widgets.line_input import AnsweringInput


class PinDialog(InterruptingDialog[Secret]):
    """Asks for the PIN; returns it, or `NO_PIN` for a Guest without a PIN, or None to leave."""

    DEFAULT_CSS = """
    PinDialog .question { margin-bottom: 0; }
    PinDialog Input { margin-top: 1; }
    """

    ANSWERED_IN = Input
    # It opens by itself: what was typed before is no PIN, what is typed from then on is.
    guard = 0.0
    BINDINGS = [Binding("enter", "submit", "Join", show=False)]
    acting_keys = ("enter",)

    def __init__(self, alias: str, question: PinQuestion, *, interrupts: bool = False) -> None:
        keys = "enter joins   esc leaves"
        super().__init__("PIN", keys, tab="tab to type it", interrupts=interrupts)
        self._alias = alias
        self._question = question

    def inside(self) -> ComposeResult:
        node = self._question.node
        on_node = f" on {node}, which the link names" if node else ""
        if self._interrupts:
            yield Static(Content("The node wants the PIN again."), classes="detail")
        yield Static(Content(f"PIN for {self._alias}{on_node}"), classes="question")
        if self._question.wrong:
            tries = self._question.tries_left
            said = f"That PIN was wrong; {tries} {'try' if tries == 1 else 'tries'} left."
            yield Static(Content(said), classes="wrong")
        if not self._question.guest_needs_pin:
            yield Static(Content("Leave it empty to join as a Guest."), classes="detail")
        field = AnsweringInput(
            password=True, placeholder="Host or Guest PIN", id="pin", max_length=64
        )
        field.cursor_blink = False
        yield field

    def deed_of(self, key: str) -> Deed:
        return self.action_submit

    def action_submit(self) -> None:
        """Close with the PIN, unless there is none and one is needed."""
        if not self.is_current:
            return
        field = self.query_one(Input)
        if not field.has_focus:
            return
        pin = trimmed(field.value)
        if not pin and self._question.guest_needs_pin:
            return
        self.dismiss(Secret(pin) if pin else NO_PIN)
