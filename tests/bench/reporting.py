"""Reports on a recorded hour of 500 people, and on ten times as many events; prints JSON.

The limit reads every line of the hour and every event in it by the standard library, and keeps who
is muted.
"""

from __future__ import annotations

import json
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pexdash.plain.report.formats import Style
from pexdash.plain.report.report import Report
from pexdash.plain.report.tables import TABLES
from pexdash.session.feed.record_lines import header
from tests.bench import stream

PEOPLE = 500
EVENTS_A_SECOND = 10


def lines(events: int) -> Iterator[dict[str, Any]]:
    """A recording of a meeting in which people are muted, talk, write, leave and come back."""
    rng = random.Random(3)
    people = stream.people(PEOPLE)
    yield header("meet.alice", "", "node", 1_770_000_000.0)
    yield {"t": 0, "me": {"uuid": stream.ME, "role": "host"}}
    yield {"t": 0, "line": "live", "why": ""}
    yield {"t": 0, "list": people}
    for number in range(events):
        since, kind, one = number / EVENTS_A_SECOND, rng.random(), rng.choice(people)
        name = "participant_update"
        data: object = one
        if kind < 0.55:
            one["is_muted"] = rng.choice(("YES", "NO"))
        elif kind < 0.95:
            voices = enumerate(rng.sample(people, 6))
            name, data = (
                "stage",
                [
                    {"participant_uuid": who["uuid"], "stage_index": at, "vad": 90 * (at == 0)}
                    for at, who in voices
                ],
            )
        elif kind < 0.97:
            name, data = "participant_delete", {"uuid": one["uuid"]}
        elif kind < 0.99:
            name = "participant_create"
        else:
            name, data = "message", {"origin": "x", "payload": "hello", "uuid": one["uuid"]}
        yield {"t": since, "event": name, "data": json.dumps(data), "id": ""}


def written(folder: Path, events: int) -> Path:
    """A recording with so many events."""
    path = folder / f"{events}.ndjson"
    with path.open("w") as file:
        file.writelines(f"{json.dumps(line)}\n" for line in lines(events))
    return path


def ours(path: Path) -> None:
    """Every table of the report."""
    folder = Path(tempfile.mkdtemp(dir=path.parent))
    style = Style()
    report = Report([path], style=style, has_pseudonyms=False, say=lambda _: None)
    report.write_files(folder, "csv", TABLES)


def limit(path: Path) -> None:
    """Reads all, and keeps one thing."""
    muted: dict[str, object] = {}
    with path.open("rb") as file:
        for line in file:
            if data := json.loads(line).get("data"):
                found = json.loads(data)
                if isinstance(found, dict) and "is_muted" in found:
                    muted[found["uuid"]] = found["is_muted"]


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


def measure(events: int, turns: int) -> dict[str, Any]:
    """CPU seconds a GB in each turn, and how many MB ten times the events take more."""
    with tempfile.TemporaryDirectory(prefix="pexdash-bench-") as folder:
        path = written(Path(folder), events)
        size = path.stat().st_size / 1e9
        took: dict[str, list[float]] = {"ours": [], "limit": []}
        for _ in range(turns):
            for name, read in (("ours", ours), ("limit", limit)):
                began = time.process_time()
                read(path)
                took[name].append((time.process_time() - began) / size)
        before = peak_mb()
        ours(written(Path(folder), 10 * events))
        return {"took": took, "grown": peak_mb() - before}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(int(sys.argv[1]), int(sys.argv[2]))) + "\n")
