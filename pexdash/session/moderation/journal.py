"""The requests we sent and how each ended, for the host to look up."""

from __future__ import annotations

from collections import deque
from enum import Enum

from msgspec import Struct

MOST_ENTRIES = 1000


class Outcome(Enum):
    """How a request stands; the values are the words of the journal."""

    SENT = "sent"
    ACCEPTED = "answered, event awaited"
    SHOWN = "done"
    QUIET = "answered, but the node's state does not show it"
    REFUSED = "refused"
    UNKNOWN = "unknown: no answer"

    @property
    def is_open(self) -> bool:
        return self in (Outcome.SENT, Outcome.ACCEPTED)


class Entry(Struct):
    """One request: Unix time sent, what it was, for whom, and how it stands."""

    time: float
    title: str
    request: str
    name: str = ""
    uuid: str = ""
    outcome: Outcome = Outcome.SENT
    reason: str = ""


class Journal:
    """The last 1,000 requests, oldest first."""

    def __init__(self) -> None:
        self.entries: deque[Entry] = deque(maxlen=MOST_ENTRIES)

    def add(self, entry: Entry) -> Entry:
        """Write `entry` down, and return it so that its outcome can be noted later."""
        self.entries.append(entry)
        return entry

    def tell(self, entry: Entry, outcome: Outcome, reason: str = "") -> None:
        """Note how the request of `entry` stands now."""
        entry.outcome, entry.reason = outcome, reason
