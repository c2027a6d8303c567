"""Dialogs that take no key that was meant for the screen below them."""

from __future__ import annotations

from math import inf
from typing import TypeVar

from textual import events, on
from textual.screen import ModalScreen

from pexdash.ui.framework.key_place import KeyPlace
from pexdash.ui.framework.ordered_keys import OrderedKeys

GUARD_SECONDS = 0.25
"""How long after its opening a dialog takes no key."""

Answer = TypeVar("Answer")


class GuardedDialog(KeyPlace, ModalScreen[Answer]):
    """A dialog to which the app gives no key typed before it was open for `guard` seconds.

    A key pressed twice, or typed while the dialog was on its way over a slow line, must not
    answer the dialog.
    """

    DEFAULT_CSS = """
    GuardedDialog { align: center middle; background: $ground 50%; }
    GuardedDialog > .dialog {
        width: 64; max-width: 95%; height: auto; max-height: 90%;
        padding: 1 2; background: $ground; border: round $line;
    }
    GuardedDialog .question { height: auto; text-style: bold; margin-bottom: 1; }
    GuardedDialog .detail { height: auto; max-height: 12; margin-bottom: 1; }
    GuardedDialog .hint { height: auto; color: $dim; }
    GuardedDialog .buttons { height: auto; align-horizontal: right; }
    GuardedDialog Button { margin-left: 2; min-width: 10; }
    GuardedDialog Button.-style-default.-primary:ansi { background: $ground; }
    GuardedDialog Button.-style-default.-error:ansi { background: $ground; }
    GuardedDialog OptionList:nocolor:focus > .option-list--option-highlighted {
        text-style: bold underline;
    }
    GuardedDialog.-low > .dialog { padding: 0 1; max-height: 100%; }
    GuardedDialog.-low .question, GuardedDialog.-low .detail { margin-bottom: 0; }
    GuardedDialog.-low .detail { max-height: 3; }
    """

    VERTICAL_BREAKPOINTS = [(0, "-low"), (16, "-tall")]

    guard = GUARD_SECONDS
    _hears_from = inf

    @on(events.Mount)
    def _guard(self, event: events.Mount) -> None:
        self._hears_from = event.time + self.guard

    def enter_may_be_held(self) -> None:
        """Have a held enter answer nothing, of a dialog that comes up by itself."""
        if isinstance(self.app, OrderedKeys):
            self.app.may_be_held("enter")

    def hears(self, typed_at: float, key: str = "") -> bool:
        return typed_at >= self._hears_from
