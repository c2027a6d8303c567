"""What the app asks the screen on top before it hands a key on."""

from __future__ import annotations

from collections.abc import Callable, Collection

from textual.message import Message

Deed = Callable[[], None]
CLICK_SECONDS = 0.5
"""How long after a picture has changed as a whole a click may still be meant for the one before.

The second press of a double click comes so late.
"""


class KeyPlace:
    """A screen that knows which of its keys act on somebody, and which keys were meant for it.

    `acting_keys` holds the framework's names of the keys that act on a person or the meeting, or
    that answer what the screen asks: such a key acts once, however long it is held.
    """

    acting_keys: Collection[str] = ()

    def hears(self, typed_at: float, key: str = "") -> bool:
        """Whether this screen takes a key typed at `typed_at`, in seconds of `event_time`.

        The time of typing counts, because a busy program reads keys late. `key` is the
        framework's name of the key, or "" for text.
        """
        return True

    def hears_click(self, clicked_at: float) -> bool:
        """Whether this screen takes a click made at `clicked_at`, in seconds of `event_time`."""
        return self.hears(clicked_at)

    def deed_of(self, key: str) -> Deed:
        """What one of the `acting_keys` does now; for whom it does it is settled by this call."""
        raise NotImplementedError

    def opener_of(self, character: str) -> str:
        """The framework's name of the key `character` if it opens a line to type in, or ""."""
        return ""


def event_time() -> float:
    """Now, in seconds of the clock with which the framework stamps its events."""
    return Message().time
