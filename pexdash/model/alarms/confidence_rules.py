"""Rules on recording, locking, and who may see and hear a meeting."""

from __future__ import annotations

from pexdash.model.alarms.keys import Severity
from pexdash.model.alarms.memory import address_of
from pexdash.model.alarms.rule import Found, Limits, Rule, told_as_found
from pexdash.model.alarms.watched import Watched
from pexdash.model.participant import domain_of
from pexdash.model.tally import (
    BOT,
    PERSON,
    RECORDER,
    STATUS,
    UNENCRYPTED,
    UNVERIFIED,
)


def _recording_gone(watched: Watched, limits: Limits, now: float, was: bool) -> Found | None:
    since, people = watched.memory.recording_gone_at, watched.people
    if since is None or (people < limits.value and not was):
        return None
    return Found(since=since, holds=since, facts=(f"recording ended while {people} are in",))


def _forget_recording(watched: Watched, subject: str) -> None:
    watched.memory.recording_gone_at = None


def _record_expected(watched: Watched, limits: Limits, now: float, was: bool) -> Found | None:
    status, expects = watched.conference.status, watched.expects
    if not expects.record or watched.people < limits.value:
        return None
    if status.recording is True or watched.tally.members[RECORDER]:
        return None
    return Found(facts=("not being recorded",))


def _lock_expected(watched: Watched, limits: Limits, now: float, was: bool) -> Found | None:
    if not watched.expects.locked or watched.people < limits.value:
        return None
    return Found(facts=("should be locked",)) if watched.conference.status.locked is False else None


def _named(watched: Watched, kind: int, what: str) -> Found | None:
    """One alarm for all of a kind, about the first of them."""
    of = watched.tally.members[kind]
    if not of:
        return None
    uuid = min(of, key=lambda one: (of[one], one))
    one = watched.conference.participants.get(uuid)
    shown = watched.name_of(uuid) if one is None else address_of(one) or one.name
    more = " …" if len(of) > 1 else ""
    return Found(person=uuid, facts=(f"{len(of)} {what}: {shown}{more}",))


def _unencrypted(watched: Watched, limits: Limits, now: float, was: bool) -> Found | None:
    return _named(watched, UNENCRYPTED, "unencrypted")


def _unverified(watched: Watched, limits: Limits, now: float, was: bool) -> Found | None:
    return _named(watched, UNVERIFIED, "not verified")


def _outsiders(watched: Watched, limits: Limits, now: float, was: bool) -> list[Found]:
    home = watched.home_domains
    if not home:
        return []
    return [
        Found(
            uuid,
            at,
            at,
            person=uuid,
            facts=(f"{domain_of(address) or watched.name_of(uuid)} came into a locked meeting",),
        )
        for uuid, (at, address) in watched.memory.outsiders.items()
        if domain_of(address) not in home
    ]


def _forget_outsider(watched: Watched, subject: str) -> None:
    watched.memory.outsiders.pop(subject, None)


def _bot(watched: Watched, limits: Limits, now: float, was: bool) -> Found | None:
    status = watched.conference.status
    people = watched.conference.participants
    bots = [people[uuid] for uuid in watched.tally.members[BOT] if uuid in people]
    scribe = next((one.uuid for one in bots if one.is_transcribing), "")
    listener = next((one.uuid for one in bots if one.is_ai_enabled), "")
    if status.public_streaming is True:
        return Found(facts=("public streaming began",))
    if status.transcribing is True or scribe:
        return Found(person=scribe, facts=("transcription began",))
    if status.ai_enabled is True or listener:
        return Found(person=listener, facts=("an AI listens",))
    return None


def _classification(watched: Watched, limits: Limits, now: float, was: bool) -> Found | None:
    wanted, shown = watched.expects.classification, watched.conference.status.classification
    if not wanted or shown is None or not shown.levels:
        return None
    numbers = {name.casefold(): number for number, name in shown.levels.items()}
    least = numbers.get(wanted.casefold())
    if least is not None and shown.current is not None and shown.current >= least:
        return None
    current = "nothing" if shown.current is None else shown.levels.get(shown.current, "nothing")
    return Found(facts=(f"{wanted} wanted, {current} shown",))


CONFIDENCE_RULES = (
    Rule(
        id="recording-gone",
        severity=Severity.CRITICAL,
        words=told_as_found,
        on=5,
        off=0,
        judge=_recording_gone,
        reads=RECORDER | STATUS | PERSON,
        value=2,
        is_default=True,
        ends_by_ack=True,
        forget=_forget_recording,
        advice="Start recording again",
    ),
    Rule(
        id="record-expected",
        severity=Severity.CRITICAL,
        words=told_as_found,
        on=60,
        off=5,
        judge=_record_expected,
        reads=RECORDER | STATUS | PERSON,
        value=2,
        is_set=lambda expects: bool(expects.record),
        advice="Start recording",
    ),
    Rule(
        id="lock-expected",
        severity=Severity.WARNING,
        words=told_as_found,
        on=60,
        off=5,
        judge=_lock_expected,
        reads=STATUS | PERSON,
        value=2,
        is_set=lambda expects: bool(expects.locked),
        advice="Lock it",
        action="lock",
    ),
    Rule(
        id="unencrypted",
        severity=Severity.WARNING,
        words=told_as_found,
        on=10,
        off=10,
        judge=_unencrypted,
        reads=UNENCRYPTED,
        needs_host=True,
        advice="Remove, or ask",
        action="disconnect",
    ),
    Rule(
        id="outsider-locked",
        severity=Severity.WARNING,
        words=told_as_found,
        on=5,
        off=0,
        judge=_outsiders,
        reads=PERSON,
        is_set=lambda expects: bool(expects.home_domains),
        ends_by_ack=True,
        needs_host=True,
        forget=_forget_outsider,
        advice="Check who it is",
    ),
    Rule(
        id="unverified",
        severity=Severity.WARNING,
        words=told_as_found,
        on=10,
        off=5,
        judge=_unverified,
        reads=UNVERIFIED,
        is_set=lambda expects: bool(expects.verified),
    ),
    Rule(
        id="unwanted-bot",
        severity=Severity.CRITICAL,
        words=told_as_found,
        on=0,
        off=0,
        judge=_bot,
        reads=BOT | STATUS,
        is_latched=True,
        advice="Stop it",
        action="disconnect",
    ),
    Rule(
        id="classification-low",
        severity=Severity.WARNING,
        words=told_as_found,
        on=5,
        off=5,
        judge=_classification,
        reads=STATUS,
        is_set=lambda expects: bool(expects.classification),
        advice="Set it",
        action="settings",
    ),
)
