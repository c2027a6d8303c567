"""Bytes for the input stage, read by read on a clock of its own, and what it makes of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import pairwise

from textual import events
from textual.message import Message

from pexdash.ui.framework.burst import Burst
from pexdash.ui.framework.input.stage import InputStage

SHORT = 0.05
"""A pause, in seconds, in which nothing is given up."""
ACTING = "mLGS"
"""Keys that act on somebody."""
LONG = 5.0
"""A pause in which everything is."""


class Terminal:
    """A stage, and `told`, all that it has made of what it was given."""

    def __init__(self, acting: Collection[str] = ACTING) -> None:
        self.stage = InputStage(acting.__contains__)
        self.told: list[Message] = []
        self._now = 0.0

    def wait(self, seconds: float) -> None:
        """Let time go by."""
        until = self._now + seconds
        while self.stage.due is not None and self.stage.due <= until:
            self._now = self.stage.due
            self.told += self.stage.tick(self._now)
        self._now = until

    def send(self, *reads: bytes, pause: float = SHORT) -> None:
        """Give what each read takes, `pause` seconds apart."""
        for at, read in enumerate(reads):
            if at:
                self.wait(pause)
            self.told += self.stage.feed(read, self._now)

    @property
    def keys(self) -> list[str]:
        return [one.key for one in self.told if isinstance(one, events.Key)]

    @property
    def bursts(self) -> list[str]:
        return [one.text for one in self.told if isinstance(one, Burst)]

    @property
    def pasted(self) -> list[str]:
        return [one.text for one in self.told if type(one) is events.Paste]

    @property
    def held(self) -> int:
        """Characters that the stage keeps for later."""
        late = self.stage._late
        pastes = [self.stage._pasting, late and late.pasting]
        held = len(self.stage._held) + len(late.begun if late else "")
        return held + sum(sum(map(len, one._taken)) + len(one._tail) for one in pastes if one)


def told(*reads: bytes, pause: float = SHORT) -> Terminal:
    """A terminal that has sent `reads`, `pause` seconds apart, and then nothing for long."""
    terminal = Terminal()
    terminal.send(*reads, pause=pause)
    terminal.wait(LONG)
    return terminal


def keys_of(*reads: bytes, pause: float = SHORT) -> list[str]:
    """The keys that come of it."""
    return told(*reads, pause=pause).keys


def cut(data: bytes, cuts: Iterable[int]) -> list[bytes]:
    """`data` in reads, cut at these places as far as it reaches."""
    places = sorted({0, len(data), *(one for one in cuts if 0 < one < len(data))})
    return [data[a:b] for a, b in pairwise(places)]
