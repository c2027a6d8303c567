"""A dialog that offers a few things to do, or a list to choose from."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from pexdash.ui.dialogs.guarded import GuardedDialog
from pexdash.ui.framework.key_place import Deed


class ChoosingDialog(GuardedDialog[int | None]):
    """Offers `options` under `details`; returns the place of the chosen one, or None.

    `verb` says what enter does.
    """

    SIZE = "-broad"
    BINDINGS = [Binding("escape,q", "dismiss(None)", "Back", show=False)]
    acting_keys = ("enter",)
    AUTO_FOCUS = "OptionList"

    def __init__(
        self, title: str, options: Sequence[str], *, details: Sequence[str] = (), verb: str
    ) -> None:
        super().__init__(title, f"up, down choose   enter {verb}   esc back")
        self._options = options
        self._details = details

    def inside(self) -> ComposeResult:
        if self._details:
            yield Static(Content("\n".join(self._details)), classes="detail")
        yield OptionList(*(Option(Content(one)) for one in self._options), markup=False)

    def deed_of(self, key: str) -> Deed:
        return self.query_one(OptionList).action_select

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        if self.is_current:
            self.dismiss(event.option_index)
