"""The journal: the requests we sent and how each one ended, for the host to read."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from enum import Enum

from msgspec import Struct

MOST_ENTRIES = 1000


class Outcome(Enum):
    """The state of a request; the values are the words of the journal."""

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
    """One request: the Unix time when we sent it, its title, its participant, and its outcome.

    `fields` are those of its body, with secrets masked.
    """

    time: float
    title: str
    request: str
    name: str = ""
    uuid: str = ""
    outcome: Outcome = Outcome.SENT
    reason: str = ""
    fields: Mapping[str, object] | None = None


class Journal:
    """The last 1,000 requests, oldest first; `version` grows with each change.

    `hears` is called with an entry whenever its outcome is told.
    """

    def __init__(self) -> None:
        self.entries: deque[Entry] = deque(maxlen=MOST_ENTRIES)
        self.version = 0
        self.hears: Callable[[Entry], None] = lambda _: None

    def add(self, entry: Entry) -> Entry:
        """Append `entry`, and return it for `tell`."""
        self.entries.append(entry)
        self.version += 1
        return entry

    def tell(self, entry: Entry, outcome: Outcome, reason: str = "") -> None:
        """Note the outcome of the request of `entry`."""
        entry.outcome, entry.reason = outcome, reason
        self.version += 1
        self.hears(entry)
