"""What the alarms and the summary of a changed conference cost: `python -m tests.bench.alarming N`.

A hundred conferences of 20 people are told N events: half are voices, most others microphones, and
a tenth are people who come, go and wait. What the model itself takes for that is measured apart,
and taken off.
"""

from __future__ import annotations

import gc
import json
import random
import sys
import time
from collections.abc import Callable

import msgspec

from pexdash.model.alarms.alarms import Alarms
from pexdash.model.alarms.keys import ConferenceKey
from pexdash.model.alarms.policy import policy_of
from pexdash.model.changes import Changes
from pexdash.model.conference import Conference
from pexdash.model.events import (
    Event,
    ParticipantCreated,
    ParticipantDeleted,
    ParticipantUpdated,
    Speaker,
    StageUpdated,
    SyncBegun,
    SyncEnded,
)
from pexdash.model.line import Line, LineState
from pexdash.model.participant import Participant, Role
from tests.bench.limits.alarms import conditions, count

CONFERENCES = 100
PEOPLE = 20
TURNS = 9
APART_SECONDS = 0.01
"""How much time passes from one event to the next: an event a second in each conference."""

Take = Callable[[int, Changes, float], object]
Told = list[tuple[int, Event]]


def participant(uuid: str, **fields: object) -> Participant:
    """Somebody in the conference: two are Hosts."""
    role = Role.HOST if uuid in ("0", "1") else Role.GUEST
    one = Participant(uuid=uuid, display_name=f"P{uuid}", role=role, protocol="sip", has_media=True)
    return msgspec.structs.replace(one, **fields)


def conferences() -> list[Conference]:
    """Conferences in which everybody is."""
    made = []
    for at in range(CONFERENCES):
        conference = Conference(f"meet{at}")
        people = [participant(str(uuid)) for uuid in range(PEOPLE)]
        told: list[Event] = [SyncBegun(), *map(ParticipantCreated, people), SyncEnded()]
        for event in told:
            conference.apply(event, 0.0)
        made.append(conference)
    return made


def events(number: int) -> Told:
    """What is told, and of which conference: voices and microphones mostly."""
    rng = random.Random(11)
    told: Told = []
    for _ in range(number):
        at, uuid = rng.randrange(CONFERENCES), str(rng.randrange(PEOPLE))
        kind = rng.random()
        if kind < 0.5:
            event: Event = StageUpdated((Speaker(uuid, 0, rng.randrange(101)),))
        elif kind < 0.9:
            event = ParticipantUpdated(participant(uuid, is_muted=rng.random() < 0.5))
        elif kind < 0.93:
            event = ParticipantUpdated(participant(uuid, service_type="waiting_room"))
        elif kind < 0.96:
            event = ParticipantDeleted(uuid)
        else:
            event = ParticipantCreated(participant(uuid))
        told.append((at, event))
    return told


def ours(made: list[Conference]) -> Take:
    """The product's alarms, and its summary."""
    policy = policy_of()
    alarms = Alarms(policy, str)
    line = Line(LineState.LIVE, 0.0, node="node1", role=Role.HOST, node_ahead=0.0)
    keys = [ConferenceKey("", one.alias) for one in made]
    for key, one in zip(keys, made, strict=True):
        alarms.follow(key, one, line, policy, 0.0)

    def take(at: int, changes: Changes, now: float) -> None:
        alarms.take(keys[at], changes, line, now)
        alarms.summary(keys[at])

    return take


def limit(made: list[Conference]) -> Take:
    """The same numbers by one walk, and five conditions."""

    def take(at: int, changes: Changes, now: float) -> None:
        conditions(made[at], count(made[at]))

    return take


def nothing(made: list[Conference]) -> Take:
    """What the model takes by itself."""
    return lambda at, changes, now: None


def microseconds(make: Callable[[list[Conference]], Take], told: Told) -> float:
    """CPU time of an event."""
    made = conferences()
    take, now = make(made), 0.0
    began = time.process_time()
    for at, event in told:
        now += APART_SECONDS
        take(at, made[at].apply(event, now), now)
    return (time.process_time() - began) / len(told) * 1e6


def cost(number: int, turns: int = TURNS) -> dict[str, list[float]]:
    """Microseconds of an event beyond what the model takes, each contender in turn."""
    told = events(number)
    # What the benchmark itself holds is no garbage of a wall's to walk over.
    gc.freeze()
    took: dict[str, list[float]] = {"ours": [], "limit": []}
    for _ in range(turns):
        model = microseconds(nothing, told)
        took["ours"].append(microseconds(ours, told) - model)
        took["limit"].append(microseconds(limit, told) - model)
    return took


if __name__ == "__main__":
    sys.stdout.write(json.dumps(cost(int(sys.argv[1]))) + "\n")
