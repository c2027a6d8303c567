"""What alarms tell of themselves: each change once, and how many there are."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from pexdash.model.alarms.alarm import Alarm, Change, State
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
    alarms = list(listed)
    loud = [one for one in alarms if not (one.is_shelved or one.parent)]
    active = [one.severity for one in loud if one.is_active]
    return Counts(
        active.count(Severity.CRITICAL),
        active.count(Severity.WARNING),
        active.count(Severity.INFO),
        sum(one.is_unacked and one.is_active for one in loud),
        sum(one.state is State.RETURNED for one in loud),
        sum(one.is_shelved for one in alarms),
        sum(bool(one.parent) and not one.is_shelved for one in alarms),
        sum(one.is_standing(now) for one in loud),
        lately,
        is_flood,
    )
