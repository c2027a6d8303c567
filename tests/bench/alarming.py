"""What the alarms and the summary of a changed conference cost: `python -m tests.bench.alarming N`.

The feeds of a hundred conferences of 20 people are told N events: half are voices, most others
microphones, and a tenth are people who come, go and wait. What a feed itself takes for that is
measured apart, and taken off.
"""

from __future__ import annotations

import gc
import json
import random
import sys
import time
from collections.abc import Callable

import msgspec

from pexdash.model.alarms.keys import ConferenceKey
from pexdash.model.alarms.policy import policy_of
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
from pexdash.session.alarms.at_work import AlarmsAtWork
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.link import LinkState
from pexdash.session.feed.told import Heard
from pexdash.session.feed.told import Line as ToldLine
from tests.bench.limits.alarms import conditions, count

CONFERENCES = 100
PEOPLE = 20
TURNS = 9
APART_SECONDS = 0.01
"""How much time passes from one event to the next: an event a second in each conference."""

Look = Callable[[int], object]
Told = list[tuple[int, Event]]


def participant(uuid: str, **fields: object) -> Participant:
    """Somebody in the conference: two are Hosts."""
    role = Role.HOST if uuid in ("0", "1") else Role.GUEST
    one = Participant(uuid=uuid, display_name=f"P{uuid}", role=role, protocol="sip", has_media=True)
    return msgspec.structs.replace(one, **fields)


class BenchClock:
    """A clock that stands still until it is set."""

    now = 0.0

    def wall(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        raise NotImplementedError("nothing waits here")


def feeds(clock: BenchClock) -> list[Feed]:
    """Live feeds of conferences in which everybody is."""
    made = []
    for at in range(CONFERENCES):
        feed = Feed(f"meet{at}", clock)
        feed.tell(ToldLine(LinkState.LIVE))
        people = [participant(str(uuid)) for uuid in range(PEOPLE)]
        feed.tell(Heard((SyncBegun(), *map(ParticipantCreated, people), SyncEnded())))
        made.append(feed)
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


def ours(made: list[Feed], clock: BenchClock) -> Look:
    """The product's alarms at work, and its summary."""
    policy = policy_of()
    work = AlarmsAtWork(clock, operator="jo", policy=policy, moment=str)
    line = Line(LineState.LIVE, 0.0, node="node1", role=Role.HOST, node_ahead=0.0)
    keys = [ConferenceKey("", one.conference.alias) for one in made]
    for key, one in zip(keys, made, strict=True):
        work.follow(key, one, lambda: line, policy)
    return lambda at: work.alarms.summary(keys[at])


def limit(made: list[Feed], clock: BenchClock) -> Look:
    """The same numbers by one walk, and five conditions."""

    def look(at: int) -> None:
        conference = made[at].conference
        conditions(conference, count(conference))

    return look


def nothing(made: list[Feed], clock: BenchClock) -> Look:
    """What a feed takes by itself."""
    return lambda at: None


def microseconds(make: Callable[[list[Feed], BenchClock], Look], told: Told) -> float:
    """CPU time of an event."""
    clock = BenchClock()
    made = feeds(clock)
    look = make(made, clock)
    began = time.process_time()
    for at, event in told:
        clock.now += APART_SECONDS
        made[at].tell(Heard((event,)))
        look(at)
    return (time.process_time() - began) / len(told) * 1e6


def cost(number: int, turns: int = TURNS) -> dict[str, list[float]]:
    """Microseconds of an event beyond what a feed takes, each contender in turn."""
    told = events(number)
    # What the benchmark itself holds is no garbage of a wall's to walk over.
    gc.freeze()
    took: dict[str, list[float]] = {"ours": [], "limit": []}
    for _ in range(turns):
        feed = microseconds(nothing, told)
        took["ours"].append(microseconds(ours, told) - feed)
        took["limit"].append(microseconds(limit, told) - feed)
    return took


if __name__ == "__main__":
    sys.stdout.write(json.dumps(cost(int(sys.argv[1]))) + "\n")
