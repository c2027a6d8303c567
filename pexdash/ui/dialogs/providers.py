"""The dialog that asks at which identity provider to sign in."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from pexdash.errors import IdentityProvider
from pexdash.session.membership.invitation import ProviderQuestion
from pexdash.ui.dialogs.interrupting import InterruptingDialog
from pexdash.ui.framework.key_place import Deed


class ProviderDialog(InterruptingDialog[IdentityProvider]):
    """Offers the providers; returns the chosen one, or None to leave."""

    ANSWERED_IN = OptionList
    acting_keys = ("enter",)

    def __init__(self, question: ProviderQuestion, *, interrupts: bool = False) -> None:
        keys = "up, down choose   enter signs in   esc leaves"
        title = f"Sign in to {question.alias}"
        super().__init__(title, keys, tab="tab to choose", interrupts=interrupts)
        self._question = question

    def inside(self) -> ComposeResult:
        question = self._question
        if self._interrupts:
            yield Static(Content("The node wants you to sign in again."), classes="detail")
        if question.failed:
            yield Static(Content(question.failed), classes="wrong")
        names = (Option(Content(one.name)) for one in question.providers)
        yield OptionList(*names, markup=False)

    def deed_of(self, key: str) -> Deed:
        listed = self.query_one(OptionList)
        return listed.action_select if listed.has_focus else lambda: None

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._question.providers[event.option_index])
