"""What people decided about alarms and a restart must not forget: acknowledgements and shelves."""

from __future__ import annotations

from msgspec import Struct

from pexdash.errors import UsageFault
from pexdash.model.alarms.keys import AlarmKey, ConferenceKey, Severity

LONGEST_SHELF_SECONDS = 8 * 3600.0
"""For how long an alarm may be shelved at most."""
LONGEST_SILENCE_SECONDS = 7 * 86_400.0
"""For how long a whole conference or cluster may be shelved at most."""


class Ack(Struct, frozen=True):
    """Somebody took note of an alarm, which had this severity, began `since`, and read `text`."""

    by: str
    at: float
    severity: Severity
    since: float
    text: str = ""


class Shelf(Struct, frozen=True):
    """Somebody put an alarm aside `until` a time, None until it clears, and said `why`."""

    by: str
    at: float
    until: float | None
    why: str


class Kept(Struct, frozen=True):
    """All that is kept; times are Unix times.

    The key of a shelf has no rule where it is for a whole conference, nor an alias where it is for
    a whole cluster.
    """

    acks: dict[AlarmKey, Ack] = {}
    shelves: dict[AlarmKey, Shelf] = {}


class KeptChange(Struct, frozen=True):
    """One thing to write: an acknowledgement or a shelf, or that there is none any more (None)."""

    key: AlarmKey
    is_shelf: bool
    value: Ack | Shelf | None


def check_shelving(key: AlarmKey, seconds: float | None) -> None:
    """Raise UsageFault where something would be shelved for too long."""
    if seconds is None:
        if not key.rule:
            raise UsageFault("A whole conference or cluster is shelved until a time")
    elif seconds > (LONGEST_SHELF_SECONDS if key.rule else LONGEST_SILENCE_SECONDS):
        words = "An alarm is shelved for 8 hours" if key.rule else "Silence is for 7 days"
        raise UsageFault(f"{words} at most")


def changed(kept: Kept, changes: list[KeptChange]) -> Kept:
    """What is kept after changes, whoever else may have written meanwhile."""
    acks, shelves = dict(kept.acks), dict(kept.shelves)
    for change in changes:
        if isinstance(change.value, Ack):
            acks[change.key] = change.value
        elif isinstance(change.value, Shelf):
            shelves[change.key] = change.value
        elif change.is_shelf:
            shelves.pop(change.key, None)
        else:
            acks.pop(change.key, None)
    return Kept(acks, shelves)


def whole(conference: ConferenceKey) -> AlarmKey:
    """The key of a shelf for a whole conference, or a cluster where the alias is ""."""
    return AlarmKey("", conference)


def shelf_keys(key: AlarmKey) -> tuple[AlarmKey, ...]:
    """The keys under which a shelf for an alarm may stand, its own first."""
    cluster = whole(ConferenceKey(key.conference.cluster, ""))
    return key, whole(key.conference), cluster
