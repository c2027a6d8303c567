"""The journal: the requests we sent and how each one ended, for the host to read."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from enum import Enum

from msgspec import Struct

MOST_ENTRIES = 1000


KEY, CLICK, PALETTE, CTL = "key", "click", "palette", "ctl"
"""What our requests come from, beside rules and alarms."""
OF_RULE, OF_ALARM = "rule:", "alarm:"
"""What stands before the name of the rule, or the id of the alarm, that a request comes from."""


source_now: ContextVar[str] = ContextVar("source_now", default="")
"""What the request that is being sent comes from, "" where nobody has said so."""


@contextmanager
def coming_from(source: str) -> Iterator[None]:
    """Requests within come from `source`, as whoever sends them for us may ask."""
    token = source_now.set(source)
    try:
        yield
    finally:
        source_now.reset(token)


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


class Origin(Struct, frozen=True):
    """How a request came about: by `source`, of the constants above.

    `action` is the id of the action, "" for what is no action; `confirmed` is "no", "yes" or
    "typed".
    """

    source: str = KEY
    action: str = ""
    confirmed: str = "no"


class Entry(Struct):
    """One request: the Unix time when we sent it, its title, its participant, and its outcome.

    `fields` are those of its body, with secrets masked. `answered` is the Unix time of the node's
    answer and `http` the status of that, None where there was none. `is_awaited` is whether an
    event was awaited after the answer. `result` is that of the answer, masked, as JSON has it.
    """

    time: float
    title: str
    request: str
    name: str = ""
    uuid: str = ""
    outcome: Outcome = Outcome.SENT
    reason: str = ""
    fields: Mapping[str, object] | None = None
    origin: Origin = Origin()
    answered: float | None = None
    http: int | None = None
    result: object = None
    is_awaited: bool = False


class Journal:
    """The last 1,000 requests, oldest first; `version` grows with each change."""

    def __init__(self) -> None:
        self.entries: deque[Entry] = deque(maxlen=MOST_ENTRIES)
        self.version = 0
        self._hearers: tuple[Callable[[Entry], None], ...] = ()

    def on_ended(self, hear: Callable[[Entry], None]) -> None:
        """Call `hear` with each request that has ended, in the order of these calls."""
        self._hearers = (*self._hearers, hear)

    def add(self, entry: Entry) -> Entry:
        """Append `entry`, and return it for `tell`."""
        self.entries.append(entry)
        self.version += 1
        return entry

    def tell(self, entry: Entry, outcome: Outcome, reason: str = "") -> None:
        """Note the outcome of the request of `entry`."""
        entry.outcome, entry.reason = outcome, reason
        entry.is_awaited |= outcome is Outcome.ACCEPTED
        self.version += 1
        if not outcome.is_open:
            for hear in self._hearers:
                hear(entry)
