"""Which program tells others of an alarm, where several have it."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from typing import Protocol

from pexdash.model.alarms.edge import Edge
from pexdash.model.alarms.keys import AlarmKey


class Whose(Enum):
    """Whose an alarm is to tell: its beginning, that it lasts, and its end."""

    OURS = auto()
    ENDING = auto()
    """Over for us, and another may still have it: nobody is told of its end yet."""
    ANOTHERS = auto()


class Told(Protocol):
    """What is told to other programs, in order, and whose it is."""

    def on_edges(self, hear: Callable[[list[Edge]], None]) -> object: ...
    def whose(self, key: AlarmKey) -> Whose: ...
