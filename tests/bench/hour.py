"""An hour of a meeting of 500 people with ten events a second, as a recording."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.bench import stream

PEOPLE = 500
SECONDS = 3600.0
EVENTS_A_SECOND = 10
_VOICES = 5


def write(path: Path, seed: int = 7) -> None:
    """Write the recording; some 32 MB."""
    with path.open("w", encoding="ascii") as file:
        for record in _records(random.Random(seed)):
            file.write(json.dumps(record, separators=(",", ":")) + "\n")


def _records(rng: random.Random) -> Iterator[dict[str, Any]]:
    people = stream.people(PEOPLE, 7)
    voices = stream.speakers_of(people)
    yield {
        "pexdash-recording": 2,
        "alias": stream.ALIAS,
        "started": "2026-11-30T10:00:00.000Z",
        "node": "https://node.example.com",
    }
    yield {"t": 0, "me": {"uuid": stream.ME, "role": "HOST"}}
    yield {"t": 0, "line": "live", "why": ""}
    for name, data in [
        ("participant_sync_begin", None),
        *(("participant_create", one) for one in people),
        ("participant_sync_end", None),
    ]:
        yield _event(0, name, data)
    for number in range(1, int(SECONDS * EVENTS_A_SECOND) + 1):
        at = number / EVENTS_A_SECOND
        if number % 2:
            yield _event(at, "stage", stream.stage(rng.sample(voices, _VOICES), rng))
        elif number % 20 == 0:
            yield _event(at, "message_received", _line(number, people[2]))
        else:
            place = rng.randrange(5, PEOPLE)
            people[place] = stream.changed(people[place], rng)
            yield _event(at, "participant_update", people[place])


def _event(at: float, name: str, data: Any) -> dict[str, Any]:
    return {"t": at, "event": name, "data": json.dumps(data), "id": ""}


def _line(number: int, one: dict[str, Any]) -> dict[str, Any]:
    return {
        "origin": one["display_name"],
        "uuid": one["uuid"],
        "type": "text/plain",
        "payload": f"line {number}",
    }
