"""Dialogs that open by themselves, perhaps in the middle of a meeting."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding
from textual.widget import Widget

from pexdash.ui.dialogs.guarded import GuardedDialog
from pexdash.ui.dialogs.overlay import Answer


class InterruptingDialog(GuardedDialog[Answer | None]):
    """A dialog that opens by itself, and returns None to leave.

    Where it `interrupts` a meeting, only tab gives the widget of the type `ANSWERED_IN` the focus:
    the host may be typing something else at that moment. `tab` says what tab is for.
    """

    ANSWERED_IN: ClassVar[type[Widget]]
    AUTO_FOCUS = ""
    BINDINGS = [Binding("escape", "leave", "Leave", show=False)]

    def __init__(self, title: str, keys: str, *, tab: str, interrupts: bool) -> None:
        super().__init__(title, f"{tab}   {keys}" if interrupts else keys)
        self._interrupts = interrupts

    def on_mount(self) -> None:
        if not self._interrupts:
            self.query_one(self.ANSWERED_IN).focus()
        self.enter_may_be_held()

    def action_leave(self) -> None:
        """Leave, unless the host may have pressed escape for what they typed before."""
        if self.focused is not None or not self._interrupts:
            self.dismiss(None)
