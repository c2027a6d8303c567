"""Rules on who is heard, seen and answered."""

from __future__ import annotations

from pexdash.model.alarms.keys import Severity
from pexdash.model.alarms.memory import address_of
from pexdash.model.alarms.rule import Found, Limits, Moment, Rule, clock_words, told_as_found
from pexdash.model.alarms.watched import Watched
from pexdash.model.participant import Role
from pexdash.model.tally import (
    HAND,
    HOST,
    NO_PICTURE,
    OPEN,
    PERSON,
    PLACED,
    PRESENTATION,
    ROOMS,
    SPOTLIT,
    STAGE,
)


def _silence(watched: Watched, limits: Limits, now: float, was: bool) -> Found | None:
    microphones = len(watched.tally.members[OPEN])
    if watched.people < limits.value or not microphones:
        return None
    if any(speaker.vad > 0 for speaker in watched.conference.speakers):
        return None
    return Found(facts=(microphones,))


def _silence_words(found: Found, since: float, now: float, moment: Moment) -> str:
    (count,) = found.facts
    open_ones = "1 open microphone" if count == 1 else f"{count} open microphones"
    return f"silent {clock_words(now - since)}, {open_ones}"


def _all_muted(watched: Watched, limits: Limits, now: float, was: bool) -> Found | None:
    people = watched.people
    if people < limits.value or watched.tally.members[OPEN]:
        return None
    return Found(facts=(f"all {people} muted",))


def _talks_muted(watched: Watched, limits: Limits, now: float, was: bool) -> list[Found]:
    people, persons = watched.conference.participants, watched.tally.members[PERSON]
    return [
        Found(
            speaker.uuid,
            person=speaker.uuid,
            facts=(f"{one.name} talks while muted",),
        )
        for speaker in watched.conference.speakers
        if speaker.vad > 0
        and speaker.uuid in persons
        and (one := people.get(speaker.uuid)) is not None
        and one.is_muted
    ]


def _no_picture(watched: Watched, limits: Limits, now: float, was: bool) -> list[Found]:
    people, dark = watched.conference.participants, watched.tally.members[NO_PICTURE]
    if not dark:
        return []
    return [
        Found(uuid, person=uuid, facts=(f"no picture from {one.name}",))
        for uuid in dark
        if (one := people.get(uuid)) is not None
        and (
            one.role is Role.HOST
            or uuid in watched.tally.members[SPOTLIT]
            or address_of(one) in watched.required
        )
    ]


def _presenter_lost(watched: Watched, limits: Limits, now: float, was: bool) -> Found | None:
    conference = watched.conference
    shown = conference.presentation
    if shown is None or not shown.uuid or shown.uuid in conference.participants:
        return None
    return Found(facts=("presentation of somebody who left",))


def _hands(watched: Watched, limits: Limits, now: float, was: bool) -> list[Found]:
    found = (_hand(watched, limits, uuid) for uuid in watched.tally.members[HAND])
    return [one for one in found if one is not None]


def _hand(watched: Watched, limits: Limits, uuid: str) -> Found | None:
    tally, one = watched.tally, watched.conference.participants.get(uuid)
    if one is None or (seen := tally.members[HAND].get(uuid)) is None:
        return None
    since, _ = tally.since(uuid, seen, watched.line.node_ahead)
    return Found(uuid, since, since + limits.value, person=uuid, facts=(one.name,))


def _hand_words(found: Found, since: float, now: float, moment: Moment) -> str:
    return f"hand up {clock_words(now - since)} {found.facts[0]}"


def _help(watched: Watched, limits: Limits, now: float, was: bool) -> list[Found]:
    return [
        Found(uuid, facts=(f"room {room.name} asks for help",))
        for uuid, room in watched.conference.rooms.items()
        if room.asks_for_help
    ]


SOUND_RULES = (
    Rule(
        id="silence",
        severity=Severity.INFO,
        words=_silence_words,
        on=120,
        off=2,
        judge=_silence,
        reads=STAGE | PERSON | OPEN,
        value=3,
        advice="Ask",
    ),
    Rule(
        id="all-muted",
        severity=Severity.INFO,
        words=told_as_found,
        on=120,
        off=5,
        judge=_all_muted,
        reads=PERSON | OPEN,
        value=3,
    ),
    Rule(
        id="talks-muted",
        severity=Severity.INFO,
        words=told_as_found,
        on=5,
        off=10,
        judge=_talks_muted,
        reads=STAGE | PERSON | OPEN,
        advice="Unmute",
        action="mute",
    ),
    Rule(
        id="no-picture",
        severity=Severity.WARNING,
        words=told_as_found,
        on=30,
        off=10,
        judge=_no_picture,
        reads=NO_PICTURE | SPOTLIT | HOST | PLACED,
        advice="Call them",
    ),
    Rule(
        id="presenter-lost",
        severity=Severity.WARNING,
        words=told_as_found,
        on=15,
        off=5,
        judge=_presenter_lost,
        reads=PRESENTATION | PLACED,
        is_default=True,
    ),
    Rule(
        id="hand-long",
        severity=Severity.INFO,
        words=_hand_words,
        on=0,
        off=2,
        judge=_hands,
        judge_one=lambda limits: _hand,
        reads=HAND,
        value=120,
        action="hand",
        advice="Lower the hand",
    ),
    Rule(
        id="help-asked",
        severity=Severity.WARNING,
        words=told_as_found,
        on=10,
        off=2,
        judge=_help,
        reads=ROOMS,
        is_default=True,
        advice="Go to the room",
    ),
)
