"""A key press that knows whether the terminal marked it as a repeat."""

from __future__ import annotations

from textual import events


class KeyPress(events.Key):
    """A key as the terminal reported it.

    `is_repeat` is True for a press that the terminal made while the key was held, False for the
    press itself, and None where the terminal does not mark this key.
    """

    __slots__ = ["is_repeat"]

    def __init__(self, key: str, character: str | None, *, is_repeat: bool | None = None) -> None:
        super().__init__(key, character)
        self.is_repeat = is_repeat


# The framework derives this name from the name of the class, and widgets handle keys by it.
KeyPress.handler_name = events.Key.handler_name
