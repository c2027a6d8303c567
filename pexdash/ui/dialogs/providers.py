"""The dialog that asks at which identity provider to sign in."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from pexdash.errors import IdentityProvider
from pexdash.session.membership.invitation import ProviderQuestion
from pexdash.ui.dialogs.guarded import GuardedDialog
from pexdash.ui.framework.key_place import Deed


class ProviderDialog(GuardedDialog[IdentityProvider | None]):
    """Offers the providers; returns the chosen one, or None to leave.

    Where the dialog `interrupts` a meeting, only tab gives the list the focus: the host may be
    typing something else at that moment.
    """

    AUTO_FOCUS = ""
    BINDINGS = [Binding("escape", "leave", "Leave", show=False)]
    acting_keys = ("enter",)

    def __init__(self, question: ProviderQuestion, *, interrupts: bool = False) -> None:
        keys = "up, down choose   enter signs in   esc leaves"
        super().__init__(
            f"Sign in to {question.alias}", f"tab to choose   {keys}" if interrupts else keys
        )
        self._question = question
        self._interrupts = interrupts

    def inside(self) -> ComposeResult:
        question = self._question
        if self._interrupts:
            yield Static(Content("The node wants you to sign in again."), classes="detail")
        if question.failed:
            yield Static(Content(question.failed), classes="wrong")
        names = (Option(Content(one.name)) for one in question.providers)
        yield OptionList(*names, markup=False)

    def on_mount(self) -> None:
        if not self._interrupts:
            self.query_one(OptionList).focus()
        self.enter_may_be_held()

    def deed_of(self, key: str) -> Deed:
        listed = self.query_one(OptionList)
        return listed.action_select if listed.has_focus else lambda: None

    def action_leave(self) -> None:
        """Leave, unless the host may have pressed escape for what they typed before."""
        if self.focused is not None or not self._interrupts:
            self.dismiss(None)

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._question.providers[event.option_index])
