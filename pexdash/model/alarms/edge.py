"""What alarms tell of themselves: each change once, and how many there are."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from pexdash.model.alarms.alarm import STANDING_SECONDS, Alarm, Change, State
from pexdash.model.alarms.keys import AlarmKey, Severity


class Edge(Struct, frozen=True):
    """One change of an alarm, at a time of the handed clock.

    `text` are its words then, `began` is when its cause began, `person` the uuid of whom it is
    about, `by` who did it where a person did. `was_announced` is whether other programs have been
    told of it, and are to be told of its end. `value` is what was measured and `threshold` what is
    allowed: a number, or seconds since the cause began; None where neither was compared.
    `is_chattering` is whether the alarm comes and goes, `in_flood` whether there is a flood.
    """

    at: float
    change: Change
    key: AlarmKey
    severity: Severity
    began: float
    text: str
    person: str = ""
    node: str = ""
    by: str = ""
    was_announced: bool = False
    value: float | None = None
    threshold: float | None = None
    is_chattering: bool = False
    in_flood: bool = False


class Counts(Struct, frozen=True):
    """How many alarms there are: of each severity what is not shelved, suppressed or returned.

    `lately` is how many were raised within ten minutes.
    """

    critical: int
    warning: int
    info: int
    unacked: int
    returned: int
    shelved: int
    suppressed: int
    standing: int
    lately: int
    is_flood: bool


def counts_of(listed: Iterable[Alarm], now: float, lately: int, *, is_flood: bool) -> Counts:
    """How many of all that is listed there are at a time; the rest is handed on."""
    active: list[Severity] = []
    unacked = returned = shelved = suppressed = standing = 0
    # Once, and without the properties: a wall counts a thousand of them every second.
    for one in listed:
        if one.is_shelved:
            shelved += 1
        elif one.parent:
            suppressed += 1
        elif one.state is State.ACTIVE:
            active.append(one.severity)
            unacked += one.ack is None and one.severity is not Severity.INFO
            standing += now - one.raised_at > STANDING_SECONDS
        elif one.state is State.RETURNED:
            returned += 1
    return Counts(
        active.count(Severity.CRITICAL),
        active.count(Severity.WARNING),
        active.count(Severity.INFO),
        unacked,
        returned,
        shelved,
        suppressed,
        standing,
        lately,
        is_flood,
    )
