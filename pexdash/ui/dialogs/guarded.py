"""Dialogs that take no key that was meant for the screen below them."""

from __future__ import annotations

from math import inf
from typing import TypeVar

from textual import events, on

from pexdash.ui.dialogs.overlay import Overlay
from pexdash.ui.framework.key_place import CLICK_SECONDS, KeyPlace
from pexdash.ui.framework.ordered_keys import OrderedKeys

GUARD_SECONDS = 0.25
"""How long after its opening a dialog takes no key."""

Answer = TypeVar("Answer")


class GuardedDialog(KeyPlace, Overlay[Answer]):
    """A dialog to which the app gives no key typed before it was open for `guard` seconds.

    A key pressed twice, or typed while the dialog was on its way over a slow line, must not
    answer the dialog.
    """

    guard = GUARD_SECONDS
    _hears_from = inf

    @on(events.Mount)
    def _guard(self, event: events.Mount) -> None:
        self._hears_from = event.time + self.guard

    def hears_click(self, clicked_at: float) -> bool:
        """Whether a click was meant for this dialog, and not for what it lies over."""
        return clicked_at >= self._hears_from - self.guard + CLICK_SECONDS

    def enter_may_be_held(self) -> None:
        """Have a held enter answer nothing, of a dialog that comes up by itself."""
        if isinstance(self.app, OrderedKeys):
            self.app.may_be_held("enter")

    def hears(self, typed_at: float, key: str = "") -> bool:
        return typed_at >= self._hears_from
