"""Recordings of two conferences that a test has written itself, a minute apart."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

OSLO, BERGEN = "board.oslo@example.com", "board.bergen@example.com"
SECONDS = 120.0
"""From the beginning of the first to the end of the second."""


def somebody(uuid: str, name: str, **fields: object) -> dict[str, object]:
    """A participant as a node sends it."""
    usual = {"role": "guest", "service_type": "conference", "protocol": "webrtc", "has_media": True}
    return {"uuid": uuid, "display_name": name, **usual, **fields}


def event(at: float, name: str, data: object) -> dict[str, object]:
    return {"t": at, "event": name, "data": json.dumps(data), "id": ""}


def alarm(at: float, change: str, **more: object) -> dict[str, object]:
    """A change of the alarm on who waits in the first recording."""
    told = {"rule": "waiting", "severity": "warning", "text": "1 waits, Wendy", **more}
    return {"t": at, "alarm": {"change": change, "since": "2026-11-30T10:00:10.000Z", **told}}


def write(path: Path, alias: str, minute: int, records: Sequence[dict[str, Any]]) -> Path:
    """A recording that begins at 10:`minute` UTC."""
    head = {
        "pexdash-recording": 2,
        "alias": alias,
        "cluster": "main",
        "node": f"{alias[6:-12]}.example.com",
        "started": f"2026-11-30T10:{minute:02}:00.000Z",
    }
    begins = [head, {"t": 0, "me": {"uuid": "me", "role": "HOST"}}, {"t": 0, "line": "live"}]
    path.write_text("".join(json.dumps(one) + "\n" for one in [*begins, *records]))
    return path


def two_recordings(folder: Path) -> list[Path]:
    """The first has a wait with its alarm and ends after 90 s; the second begins after 60 s."""
    everybody = [somebody("me", "Me", protocol="api", has_media=False), somebody("ann", "Ann")]
    listed = [
        event(0, "participant_sync_begin", None),
        *(event(0, "participant_create", one) for one in everybody),
        event(0, "participant_sync_end", None),
    ]
    wendy = somebody("wendy", "Wendy", service_type="waiting_room")
    oslo = [
        *listed,
        event(10, "participant_create", wendy),
        alarm(20, "raised", value=10.0, threshold=10.0),
        alarm(30, "acked", by="jo"),
        event(40, "participant_update", {**wendy, "service_type": "conference"}),
        alarm(50, "returned"),
        alarm(70, "raised", severity="critical"),
        event(80, "participant_delete", {"uuid": "ann"}),
        {"t": 90, "mark": "the end"},
    ]
    bergen = [
        *listed,
        *(event(5 + at, "participant_create", somebody(f"p{at}", f"P{at}")) for at in range(4)),
        *(event(20 + at, "participant_delete", {"uuid": f"p{at}"}) for at in range(3)),
        {"t": 30, "line": "stale", "why": "silent"},
        {"t": 40, "line": "live"},
        *listed,
        {"t": 60, "mark": "over"},
    ]
    return [
        write(folder / "b.ndjson", BERGEN, 1, bergen),
        write(folder / "a.ndjson", OSLO, 0, oslo),
    ]
