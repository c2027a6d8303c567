"""Tells a key that is held down from one that is pressed again."""

from __future__ import annotations

from enum import Enum

AGAIN_SECONDS = 1.2
"""A key that comes so soon after itself may be held: keyboards wait for up to a second first."""
THIRD_SECONDS = 0.15
"""How long the second press of a key waits for a third, which shows that the key is held."""
QUIET_SECONDS = 0.3
"""How long a held key must be silent before the next press counts."""


class Press(Enum):
    """What a key press is: one to act on, one to wait with, or one of a key that is held."""

    ACTS = "acts"
    WAITS = "waits"
    IS_HELD = "is held"


class HeldKeys:
    """Judges each key press by those before it; all times are in seconds of one clock.

    Where the terminal marks repeats, the mark decides. Elsewhere a key that acts, and that comes
    again within `AGAIN_SECONDS` with no other key between, waits `THIRD_SECONDS` for a third.
    """

    def __init__(self) -> None:
        self._key = ""
        self._at = float("-inf")
        self._waits = False
        self._is_held = False

    def press(self, key: str, at: float, *, acts: bool, is_repeat: bool | None) -> Press:
        """Judge the press of `key` at `at`; keys that do not act may be held.

        After `WAITS` the caller calls `end_wait` unless a press comes first for which `is_third`.
        """
        is_third, is_same, since = self.is_third(key, at), key == self._key, at - self._at
        self._key, self._at, self._waits = key, at, False
        if not acts or is_repeat is False or not (is_same or is_repeat):
            self._is_held = False
            return Press.ACTS
        self._is_held = is_repeat or is_third or (self._is_held and since < QUIET_SECONDS)
        if self._is_held:
            return Press.IS_HELD
        self._waits = since < AGAIN_SECONDS
        return Press.WAITS if self._waits else Press.ACTS

    def is_third(self, key: str, at: float) -> bool:
        """Whether a press of `key` at `at` shows that the key whose press waits is held."""
        return self._waits and key == self._key and at - self._at <= THIRD_SECONDS

    def hold(self, key: str, at: float) -> None:
        """Note that `key` is held at `at`, whatever came before."""
        self._key, self._at, self._waits, self._is_held = key, at, False, True

    def end_wait(self) -> None:
        """Note that the press which waited was one of its own."""
        self._waits = False
