"""What an event costs the model, measured in one process; and whether the screen hears of it.

`python -m tests.bench.modelling` with `cost EVENTS`, `calls NODE` or `list PARTICIPANTS`
"""

from __future__ import annotations

import asyncio
import dataclasses
import gc
import json
import os
import random
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

from pexdash.api.events import event_of
from pexdash.model.changes import Changes
from pexdash.model.conference import Conference
from tests.bench import stream
from tests.bench.limits.ingest import Model as LimitModel
from tests.bench.limits.ingest import Person

PEOPLE = 5000
TURNS = 7
ARRIVAL = 50
"""How many events come together; a full read of a socket brings four times as many."""


def updates(count: int) -> list[dict[str, Any]]:
    """Updates of random people out of 5,000, each of which changes something."""
    rng = random.Random(3)
    roster = stream.people(PEOPLE)
    told = []
    for _ in range(count):
        at = rng.randrange(PEOPLE)
        roster[at] = stream.changed(roster[at], rng)
        told.append(roster[at])
    return told


def ours(people: list[dict[str, Any]], told: list[dict[str, Any]]) -> Callable[[], None]:
    """The product's decoder and its conference, which takes what arrives together as one change."""
    conference = Conference(stream.ALIAS)
    events = [json.dumps(one).encode() for one in told]
    for one in people:
        conference.apply(event_of(b"participant_create", b"", json.dumps(one).encode()), 0.0)

    def run() -> None:
        for first in range(0, len(events), ARRIVAL):
            now, changes = time.time(), Changes()
            for data in events[first : first + ARRIVAL]:
                conference.apply(event_of(b"participant_update", b"", data), now, changes)

    return run


def limit(people: list[dict[str, Any]], told: list[dict[str, Any]]) -> Callable[[], None]:
    """msgspec into a type, and the old one replaced."""
    model = LimitModel()
    # The name is looked at and the data decoded, as for an event off the wire.
    events = [stream.frame("participant_update", 1, one)[:-2] for one in told]
    for one in people:
        model.take(stream.frame("participant_create", 1, one)[:-2])

    def run() -> None:
        for event in events:
            model.take(event)

    return run


NaivePerson = dataclasses.make_dataclass(
    "NaivePerson", [(name, Any) for name in Person.__struct_fields__]
)


def naive(people: list[dict[str, Any]], told: list[dict[str, Any]]) -> Callable[[], None]:
    """json into a dict, a dataclass made of it, and the old one replaced."""
    events = [json.dumps(one) for one in told]
    held = {one["uuid"]: NaivePerson(**one) for one in people}

    def run() -> None:
        for data in events:
            person = NaivePerson(**json.loads(data))
            held[person.uuid] = person

    return run


def cost(count: int) -> dict[str, list[float]]:
    """Microseconds of an event, each contender in turn, several times."""
    people, told = stream.people(PEOPLE), updates(count)
    contenders = {make.__name__: make(people, told) for make in (ours, limit, naive)}
    took: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(TURNS):
        for name, run in contenders.items():
            began = time.process_time()
            run()
            took[name].append((time.process_time() - began) / count * 1e6)
    return took


def textual_calls(do: Callable[[], object]) -> int:
    """How many functions of Textual are entered while something is done."""
    inside = f"{os.sep}textual{os.sep}"
    entered = 0

    def count(frame: FrameType, event: str, _: object) -> None:
        nonlocal entered
        entered += event == "call" and inside in frame.f_code.co_filename

    sys.setprofile(count)
    try:
        do()
    finally:
        sys.setprofile(None)
    return entered


async def calls(node: str) -> float:
    """Textual functions entered for an event, while the dashboard is open on a real roster."""
    from pexdash.session.feed.told import Heard
    from pexdash.ui.app import DashboardApp
    from pexdash.ui.commands.bindings import keys_with
    from tests.bench.ours.client import membership_on

    membership = membership_on(node)
    feed = membership.feed
    watch = feed.watch()
    app = DashboardApp(feed, membership, keys=keys_with({}))
    async with app.run_test(size=(200, 50)) as pilot:
        while feed.conference.synced_at is None:
            await pilot.pause()
        told = [json.dumps(one).encode() for one in updates(1000)]
        events = [event_of(b"participant_update", b"", data) for data in told]

        def take() -> None:
            feed.tell(Heard(events))

        entered = textual_calls(take)
        assert watch.take_changes(), "nothing was counted: no event changed anything"
    await membership.close()
    return entered / len(events)


def decoding(participants: int) -> float:
    """Milliseconds to decode a participant list in memory, once, as who joins has to."""
    roster = stream.people(participants)
    told = b"".join(stream.frame("participant_create", 1, one) for one in roster)
    model = LimitModel()
    gc.disable()
    began = time.perf_counter()
    for event in told.split(b"\n\n"):
        model.take(event)
    return (time.perf_counter() - began) * 1000


def main() -> None:
    kind, given = sys.argv[1:]
    told: object
    if kind == "cost":
        told = cost(int(given))
    elif kind == "calls":
        told = asyncio.run(calls(given))
    else:
        told = decoding(int(given))
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
