"""Who is in a conference when the node starts."""

from __future__ import annotations

import random

from pexdash.node.conference import NodeConference
from pexdash.node.meeting import Meeting
from pexdash.node.participant import NodeParticipant
from pexdash.node.people import RECORDER, People, Person, vendor_of

_PEOPLE_A_HOST = 8
_MOST_HOSTS = 5
_PEOPLE_A_ROOM = 3
_AN_HOUR = 3600.0
"""How many seconds ago the first of them joined, at most."""


def populate(conference: Meeting, people: People) -> None:
    """Let in the people who are there at the start: they joined within an hour, some are muted.

    Where anybody is there, three more are in each breakout room.
    """
    settings = conference.settings
    if not settings.participants:
        return
    rng = random.Random(f"{settings.seed} population")
    hosts = max(1, min(settings.participants // _PEOPLE_A_HOST, _MOST_HOSTS))
    now = conference.clock.wall()
    since = sorted(rng.uniform(30.0, _AN_HOUR) for _ in range(settings.participants))
    for number, ago in enumerate(reversed(since)):
        role = "chair" if number < hosts else "guest"
        seat(conference, people.next(), role=role, start_time=now - ago)
    _mute_some(conference, rng)
    if settings.habits.is_recorded:
        seat(conference, RECORDER, start_time=now - since[0])
    for one in _speakers(conference)[: settings.habits.unencrypted]:
        conference.update(one.uuid, encryption="Off")
    if settings.participants >= _PEOPLE_A_HOST:
        chosen = rng.choice(_speakers(conference)).uuid
        conference.update(chosen, spotlight=now - rng.uniform(5.0, 25.0))
    for room in conference.rooms.values():
        for _ in range(_PEOPLE_A_ROOM):
            seat(room, people.next(), start_time=now - rng.uniform(30.0, _AN_HOUR))


def seat(
    conference: NodeConference, person: Person, *, role: str = "guest", **fields: object
) -> NodeParticipant:
    """Let `person` join."""
    waiting = bool(fields.pop("waiting", False))
    return conference.join(
        person.name,
        role=role,
        protocol=person.protocol,
        uri=person.uri,
        waiting=waiting,
        **{
            "vendor": vendor_of(person.protocol),
            "is_idp_authenticated": _is_verified(person),
            **person.fields,
            **fields,
        },
    )


def _is_verified(person: Person) -> bool:
    """Whether an identity provider knows a person: those of the house, who come by a browser."""
    return person.protocol == "webrtc" and person.uri.endswith("@example.com")


def _mute_some(conference: NodeConference, rng: random.Random) -> None:
    guests = [one for one in _speakers(conference) if one.role != "chair"]
    for one in rng.sample(guests, min(2, len(guests) // 3)):
        conference.update(one.uuid, is_muted="YES")


def _speakers(conference: NodeConference) -> list[NodeParticipant]:
    return [one for one in conference.participants.values() if one.can_speak]
