"""Rules on who comes, stays, leaves, or does not come at all."""

from __future__ import annotations

from pexdash.model.alarms.keys import Severity
from pexdash.model.alarms.memory import GAVE_UP_SECONDS, LOSS_KEPT_SECONDS, address_of
from pexdash.model.alarms.rule import (
    Found,
    Limits,
    Moment,
    Rule,
    clock_words,
    minutes_words,
    told_as_found,
)
from pexdash.model.alarms.watched import Watched
from pexdash.model.tally import LEFT, ON_HOLD, PERSON, PLACED, TRANSFERRING

_LOSS_PART = 0.3
"""The part of the people that have to leave for it to be a loss."""
_FLAPS_TOLD_SECONDS = GAVE_UP_SECONDS
"""How long it is told that somebody comes and goes."""
_CALL_TOLD_SECONDS = 900.0
"""How long a failed call is told."""
_BAND_PART = 0.1
"""The part of an expected number that people have to come nearer for the alarm to end."""
_HOUR_SECONDS = 3600.0  # the unit of a long meeting


def _loss(watched: Watched, limits: Limits, now: float, was: bool) -> Found | None:
    loss = watched.memory.loss
    if loss is None or loss.left < limits.value or loss.left < _LOSS_PART * loss.people:
        return None
    words = f"{loss.left} of {loss.people} left within {max(1, round(loss.seconds))} s"
    return Found(
        "",
        loss.at,
        loss.at,
        loss.at + LOSS_KEPT_SECONDS,
        facts=(words,),
        measured=(loss.left, limits.value),
    )


def _flaps(watched: Watched, limits: Limits, now: float, was: bool) -> list[Found]:
    return [
        Found(
            identity,
            at,
            at,
            at + _FLAPS_TOLD_SECONDS,
            facts=(f"{name} joined {count} x in 5 min",),
            measured=(count, limits.value),
        )
        for identity, (at, count, name) in watched.memory.flaps.items()
        if count >= limits.value and now < at + _FLAPS_TOLD_SECONDS
    ]


def _failed_calls(watched: Watched, limits: Limits, now: float, was: bool) -> list[Found]:
    found = []
    for subject, call in watched.memory.failed_calls.items():
        if not (call.is_own or limits.is_named or call.address in watched.required):
            continue
        if now >= call.at + _CALL_TOLD_SECONDS:
            continue
        how = "was rejected" if call.rang < limits.value else "did not answer"
        words = f"{call.name} {how} ({call.rang:.0f} s)"
        found.append(Found(subject, call.at, call.at, call.at + _CALL_TOLD_SECONDS, facts=(words,)))
    return found


def _forget_call(watched: Watched, subject: str) -> None:
    watched.memory.failed_calls.pop(subject, None)


def _missing(watched: Watched, limits: Limits, now: float, was: bool) -> list[Found]:
    if watched.people < limits.value:
        return []
    people = watched.conference.participants
    there = {address_of(people[uuid]) for uuid in watched.tally.members[PERSON] if uuid in people}
    return [
        Found(address, facts=(address,)) for address in watched.required if address not in there
    ]


def _missing_words(found: Found, since: float, now: float, moment: Moment) -> str:
    return f"required {found.facts[0]} missing {clock_words(now - since)}"


def _band(number: float) -> float:
    return max(1, int(number * _BAND_PART))


def _too_few(watched: Watched, limits: Limits, now: float, was: bool) -> Found | None:
    least, people = limits.value or watched.expects.people_min or 0, watched.people
    # Counted from the greatest number that raises it, so that one who makes it up ends a small one.
    if not people or people >= (least - 1 + _band(least) if was else least):
        return None
    words = f"{people} in, at least {least:.0f} expected"
    return Found(facts=(words,), measured=(people, least))


def _too_many(watched: Watched, limits: Limits, now: float, was: bool) -> Found | None:
    most, people = limits.value or watched.expects.people_max or 0, watched.people
    if not most or people <= (most + 1 - _band(most) if was else most):
        return None
    words = f"{people} in, at most {most:.0f} expected"
    return Found(facts=(words,), measured=(people, most))


def _one_left(watched: Watched, limits: Limits, now: float, was: bool) -> Found | None:
    if watched.people != limits.value:
        return None
    (uuid, *_) = watched.tally.members[PERSON]
    return Found(person=uuid, facts=(watched.name_of(uuid),))


def _one_left_words(found: Found, since: float, now: float, moment: Moment) -> str:
    return f"{found.facts[0]} alone {minutes_words(now - since)}"


def _empty(watched: Watched, limits: Limits, now: float, was: bool) -> Found | None:
    since = watched.memory.emptied_at
    return None if since is None else Found(since=since, holds=since)


def _long(watched: Watched, limits: Limits, now: float, was: bool) -> Found | None:
    began = watched.began
    return None if began is None else Found(since=began, holds=began + limits.value * _HOUR_SECONDS)


def _transfer(watched: Watched, limits: Limits, now: float, was: bool) -> list[Found]:
    return [
        Found(uuid, person=uuid, facts=(f"{watched.name_of(uuid)} is still being transferred",))
        for uuid in watched.tally.members[TRANSFERRING]
    ]


def _on_hold(watched: Watched, limits: Limits, now: float, was: bool) -> list[Found]:
    people = watched.conference.participants
    return [
        Found(uuid, person=uuid, facts=(watched.name_of(uuid),))
        for uuid in watched.tally.members[ON_HOLD]
        if uuid in people and address_of(people[uuid]) in watched.required
    ]


def _on_hold_words(found: Found, since: float, now: float, moment: Moment) -> str:
    return f"{found.facts[0]} on hold {clock_words(now - since)}"


def _empty_words(found: Found, since: float, now: float, moment: Moment) -> str:
    return f"empty {minutes_words(now - since)}"


def _long_words(found: Found, since: float, now: float, moment: Moment) -> str:
    return minutes_words(now - since)


ATTENDANCE_RULES = (
    Rule(
        id="sudden-loss",
        severity=Severity.WARNING,
        words=told_as_found,
        on=5,
        off=0,
        judge=_loss,
        reads=PERSON,
        value=4,
        is_default=True,
        advice="Check the link, dial",
        action="dial",
    ),
    Rule(
        id="participant-flaps",
        severity=Severity.WARNING,
        words=told_as_found,
        on=0,
        off=0,
        judge=_flaps,
        reads=PERSON,
        value=3,
        is_default=True,
        advice="Call the site",
    ),
    Rule(
        id="dial-failed",
        severity=Severity.WARNING,
        words=told_as_found,
        on=0,
        off=0,
        judge=_failed_calls,
        reads=LEFT | PERSON,
        value=29,
        is_default=True,
        ends_by_ack=True,
        forget=_forget_call,
        advice="Dial again",
        action="dial",
    ),
    Rule(
        id="required-missing",
        severity=Severity.CRITICAL,
        words=_missing_words,
        on=60,
        off=10,
        judge=_missing,
        reads=PERSON | PLACED,
        value=1,
        is_set=lambda expects: bool(expects.required),
        needs_host=True,
        advice="Dial",
        action="dial",
    ),
    Rule(
        id="people-low",
        severity=Severity.WARNING,
        words=told_as_found,
        on=60,
        off=60,
        judge=_too_few,
        reads=PERSON,
        is_set=lambda expects: expects.people_min is not None,
    ),
    Rule(
        id="people-high",
        severity=Severity.WARNING,
        words=told_as_found,
        on=60,
        off=60,
        judge=_too_many,
        reads=PERSON,
        is_set=lambda expects: expects.people_max is not None,
    ),
    Rule(
        id="one-left",
        severity=Severity.INFO,
        words=_one_left_words,
        on=1800,
        off=10,
        judge=_one_left,
        reads=PERSON,
        value=1,
        advice="End it",
        action="disconnect-all",
    ),
    Rule(
        id="empty-alive",
        severity=Severity.INFO,
        words=_empty_words,
        on=900,
        off=10,
        judge=_empty,
        reads=PERSON,
    ),
    Rule(
        id="long-meeting",
        severity=Severity.INFO,
        words=_long_words,
        on=0,
        off=0,
        judge=_long,
        reads=PERSON,
        value=12,
    ),
    Rule(
        id="transfer-stuck",
        severity=Severity.INFO,
        words=told_as_found,
        on=20,
        off=5,
        judge=_transfer,
        reads=TRANSFERRING,
    ),
    Rule(
        id="on-hold",
        severity=Severity.INFO,
        words=_on_hold_words,
        on=120,
        off=5,
        judge=_on_hold,
        reads=ON_HOLD | PLACED,
        needs_host=True,
    ),
)
