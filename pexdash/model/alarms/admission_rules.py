"""Rules on who waits, and on the Hosts who could let them in."""

from __future__ import annotations

from pexdash.model.alarms.keys import Severity
from pexdash.model.alarms.memory import GAVE_UP_SECONDS, address_of
from pexdash.model.alarms.rule import Found, Limits, Moment, Rule, clock_words, told_as_found
from pexdash.model.alarms.watched import Watched
from pexdash.model.participant import domain_of
from pexdash.model.tally import ADMITTER, HOST, LEFT, PERSON, STATUS, WAITING

_CROWD_OVER = 0.7
"""The part of a crowd below which it is none any more."""
_ROLE_TOLD_SECONDS = 900.0
"""How long it is told that somebody became a Host."""


def _waiting(watched: Watched, limits: Limits, now: float, was: bool) -> Found | list[Found] | None:
    tally = watched.tally
    if not tally.members[WAITING]:
        return None
    waits = tally.waits(watched.line.node_ahead)
    if _is_each(limits):
        return [_wait(watched, limits, *wait, subject=wait[2], count=1) for wait in waits]
    return _wait(watched, limits, *min(waits), subject="", count=len(tally.members[WAITING]))


def _is_each(limits: Limits) -> bool:
    """Whether everybody who waits is an alarm, and not the longest wait."""
    return limits.value <= 0


def _one_waits(watched: Watched, limits: Limits, uuid: str) -> Found | None:
    tally = watched.tally
    if (seen := tally.members[WAITING].get(uuid)) is None:
        return None
    since, is_longer = tally.since(uuid, seen, watched.line.node_ahead)
    return _wait(watched, limits, since, is_longer, uuid, subject=uuid, count=1)


def _wait(
    watched: Watched,
    limits: Limits,
    since: float,
    is_longer: bool,
    uuid: str,
    *,
    subject: str,
    count: int,
) -> Found:
    one = watched.conference.participants.get(uuid)
    domain = "" if one is None else domain_of(address_of(one))
    return Found(
        subject,
        since,
        since + limits.value,
        person=uuid,
        facts=(count, watched.name_of(uuid), domain, is_longer),
    )


def _waiting_words(found: Found, since: float, now: float, moment: Moment) -> str:
    count, name, domain, is_longer = found.facts
    waited = f"{'>= ' if is_longer else ''}{clock_words(now - since)}"
    who = f"{name} {domain}".strip()
    if found.subject:
        return f"{who} waits {waited}"
    wait = "wait" if count != 1 else "waits"
    return f"{count} {wait}, longest {waited} {who}"


def _no_admitter(watched: Watched, limits: Limits, now: float, was: bool) -> Found | None:
    tally = watched.tally
    if not tally.members[WAITING] or tally.members[ADMITTER]:
        return None
    if watched.conference.status.started is False:
        return None
    _, _, uuid = min(tally.waits(watched.line.node_ahead))
    return Found(person=uuid, facts=(len(tally.members[WAITING]),))


def _no_admitter_words(found: Found, since: float, now: float, moment: Moment) -> str:
    (count,) = found.facts
    return "1 waits, only we can admit" if count == 1 else f"{count} wait, only we can admit them"


def _crowd(watched: Watched, limits: Limits, now: float, was: bool) -> Found | None:
    count = len(watched.tally.members[WAITING])
    if count < limits.value * (_CROWD_OVER if was else 1):
        return None
    return Found(facts=(f"{count} wait",), measured=(count, limits.value))


def _gave_up(watched: Watched, limits: Limits, now: float, was: bool) -> Found | None:
    times = [at for at in watched.memory.gave_up if now - at < GAVE_UP_SECONDS]
    if not times or len(times) < (1 if was else limits.value):
        return None
    minutes = round(GAVE_UP_SECONDS / 60)
    words = f"{len(times)} gave up waiting in {minutes} min"
    return Found(
        until=times[-1] + GAVE_UP_SECONDS,
        facts=(words,),
        measured=(len(times), limits.value),
    )


def _host_missing(watched: Watched, limits: Limits, now: float, was: bool) -> Found | None:
    left, memory = watched.memory.host_left_at, watched.memory
    if left is None or watched.people < limits.value:
        return None
    if watched.conference.status.started is False:
        return None
    return Found(since=left, holds=left, facts=(memory.last_host,))


def _host_missing_words(found: Found, since: float, now: float, moment: Moment) -> str:
    return f"last Host left {clock_words(now - since)} ago; node ends it 60 s after (default)"


def _not_started(watched: Watched, limits: Limits, now: float, was: bool) -> Found | None:
    tally = watched.tally
    if watched.conference.status.started is not False or not tally.members[WAITING]:
        return None
    since, _, uuid = min(tally.waits(watched.line.node_ahead))
    return Found(since=since, holds=since, person=uuid, facts=(len(tally.members[WAITING]),))


def _not_started_words(found: Found, since: float, now: float, moment: Moment) -> str:
    (count,) = found.facts
    wait = "1 Guest waits" if count == 1 else f"{count} Guests wait"
    return f"not started, {wait} {clock_words(now - since)} (node drops at 15:00, default)"


def _role_change(watched: Watched, limits: Limits, now: float, was: bool) -> list[Found]:
    return [
        Found(uuid, at, at, at + _ROLE_TOLD_SECONDS, uuid, (f"{name} became Host",))
        for uuid, (at, name) in watched.memory.new_roles.items()
        if now < at + _ROLE_TOLD_SECONDS
    ]


ADMISSION_RULES = (
    Rule(
        id="waiting",
        severity=Severity.WARNING,
        words=_waiting_words,
        on=0,
        off=10,
        judge=_waiting,
        judge_one=lambda limits: _one_waits if _is_each(limits) else None,
        reads=WAITING,
        value=60,
        critical_after=300,
        is_default=True,
        waits=True,
        advice="Admit them",
        action="admit",
    ),
    Rule(
        id="no-admitter",
        severity=Severity.CRITICAL,
        words=_no_admitter_words,
        on=30,
        off=5,
        judge=_no_admitter,
        reads=WAITING | ADMITTER | STATUS,
        is_default=True,
        advice="Admit them",
        action="admit",
    ),
    Rule(
        id="lobby-crowd",
        severity=Severity.WARNING,
        words=told_as_found,
        on=30,
        off=30,
        judge=_crowd,
        reads=WAITING,
        value=10,
        advice="Unlock, or ask",
        action="lock",
    ),
    Rule(
        id="gave-up",
        severity=Severity.INFO,
        words=told_as_found,
        on=0,
        off=0,
        judge=_gave_up,
        reads=LEFT,
        value=3,
        advice="See that somebody admits",
    ),
    Rule(
        id="host-missing",
        severity=Severity.CRITICAL,
        words=_host_missing_words,
        on=10,
        off=5,
        judge=_host_missing,
        reads=PERSON | HOST | STATUS,
        value=1,
        is_default=True,
        advice="Make a Host",
        action="role",
    ),
    Rule(
        id="not-started",
        severity=Severity.WARNING,
        words=_not_started_words,
        on=300,
        off=5,
        judge=_not_started,
        reads=WAITING | STATUS,
        critical_after=780,
        is_default=True,
        waits=True,
        advice="Start it",
        action="start",
    ),
    Rule(
        id="role-change",
        severity=Severity.INFO,
        words=told_as_found,
        on=0,
        off=0,
        judge=_role_change,
        reads=HOST | ADMITTER,
    ),
)
