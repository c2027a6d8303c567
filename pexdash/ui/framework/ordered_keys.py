"""Keys one after the other: each takes its whole effect before the next is looked at."""

from __future__ import annotations

from collections import deque
from typing import TypeVar

from textual import events
from textual.message import Message
from textual.message_pump import MessagePump
from textual.timer import Timer
from textual.widgets import Input

from pexdash.ui.framework.changed_cells import ChangedCellsApp

LOST_SECONDS = 0.3
"""How long a key waits for the key before it, whose widget may be gone and never answer."""
BUILDING_SECONDS = 0.02
"""How often to look whether a dialog that is being built can take a key."""
PASTED_SECONDS = 0.1
"""A key that comes so soon after a paste is part of the paste."""
Result = TypeVar("Result")


class KeyDone(Message):
    """Follows a key through the same queues, and so arrives when the key has had its effect.

    It is sent twice: a widget may answer a key with a message to itself, which then waits in the
    queue behind the first `KeyDone`.
    """

    def __init__(self, target: MessagePump, *, again: bool = True) -> None:
        super().__init__()
        self.target = target
        self.again = again


class OrderedKeys(ChangedCellsApp[Result]):
    """An app that hands keys on one at a time.

    Textual sends each key to the widget that has the focus when it is read. Over a slow line
    keys come in bursts: after `c` for the chat, the letters of the message would still reach the
    roster, where `m` mutes. A subclass says by `is_deaf` which keys are dropped.
    """

    def __init__(self, *, ansi_color: bool | None = None) -> None:
        super().__init__(ansi_color=ansi_color)
        self._pasted_at = float("-inf")
        self._waiting_keys: deque[events.Key | events.Paste] = deque()
        self._patience: Timer | None = None
        self._under_way: MessagePump | None = None

    def is_deaf(self, typed_at: float) -> bool:
        """Whether to drop a key typed at `typed_at` (in seconds of the framework's clock)."""
        return False

    async def on_event(self, event: events.Event) -> None:
        """Queue a typed key or a paste; hand every other event on at once."""
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await super().on_event(event)
            return
        self._waiting_keys.append(event)
        if self._patience is None:
            await self._next_key()

    async def _next_key(self) -> None:
        self._patience = None
        while self._waiting_keys and self.screen_stack:
            if not self.screen.is_mounted:
                # A dialog that is still being built cannot act on a key yet.
                self._patience = self.set_timer(BUILDING_SECONDS, self._next_key)
                return
            key = self._waiting_keys.popleft()
            if self.is_deaf(key.time) or self._follows_paste(key):
                continue
            target = self.focused or self.screen
            await super().on_event(key)
            self._under_way = target
            if target.post_message(KeyDone(target)):
                # A key may remove its own widget, which then never answers.
                self._patience = self.set_timer(LOST_SECONDS, self._next_key)
                return

    def _follows_paste(self, key: events.Key | events.Paste) -> bool:
        """Whether a key is the rest of a paste that held an end mark; then it is no command."""
        if isinstance(key, events.Paste):
            self._pasted_at = key.time
            return False
        at_once = key.time - self._pasted_at < PASTED_SECONDS
        return at_once and not isinstance(self.focused, Input)

    async def on_key_done(self, event: KeyDone) -> None:
        """Hand on the next key: the one before has had its effect."""
        if event.again and event.target.post_message(KeyDone(event.target, again=False)):
            return
        if self._patience is not None and event.target is self._under_way:
            self._patience.stop()
            await self._next_key()
