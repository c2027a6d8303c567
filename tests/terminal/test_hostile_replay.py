"""What a recording holds, which may come from anybody, reaches the terminal as text alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.terminal.foreign_node import ALIAS
from tests.terminal.hostile import crowd, faults
from tests.terminal.hostile_screen import PACKS, PAGE_DOWN, settled
from tests.terminal.pseudo_terminal import terminal

pytestmark = pytest.mark.timeout(180)


def recording() -> list[dict[str, Any]]:
    """A crowd with hostile names, and then a hostile presenter and mark each second."""
    header = {"pexdash-recording": 2, "alias": ALIAS, "started": "2026-11-30T10:00:00.000Z"}
    start: list[dict[str, Any]] = [
        {"t": 0, "me": {"uuid": "ac5ff4a1-0000-4000-8000-000000000001", "role": "HOST"}},
        {"t": 0, "line": "live", "why": ""},
        {"t": 0, "list": crowd()},
    ]
    after = [
        {
            "t": float(at),
            "event": "presentation_start",
            "data": json.dumps({"presenter_name": pack, "presenter_uri": pack}),
            "id": "",
        }
        | ({"event": "presentation_stop"} if at % 2 == 0 else {})
        for at, pack in enumerate(PACKS, 1)
    ]
    marks = [{"t": at + 0.5, "mark": pack} for at, pack in enumerate(PACKS, 1)]
    return [header, *start, *sorted([*after, *marks], key=lambda one: float(str(one["t"])))]


@pytest.mark.fault(55)
async def test_a_recording(tmp_path: Path) -> None:
    path = tmp_path / "meeting.ndjson"
    path.write_text("".join(json.dumps(one) + "\n" for one in recording()), encoding="utf-8")
    async with terminal("replay", str(path), "--speed", "64", size=(200, 60)) as shown:
        await shown.shows("RECORDING", "at the end", "◆")
        for _ in range(4):
            shown.press(PAGE_DOWN)
            await settled()
        shown.press("[")
        await settled()
        await shown.shows("at the end")
        await shown.press_until("q", lambda: shown.process.returncode is not None)
        assert await shown.status() == 0
        assert faults(bytes(shown.raw)) == []


def recordings(folder: Path) -> list[str]:
    """The recording above of two conferences with hostile names, each with hostile alarms."""
    paths = []
    for number, pack in enumerate(PACKS[:2]):
        header, *records = recording()
        header |= {"alias": f"{number}{pack}", "cluster": pack, "node": pack}
        alarms = [
            {"t": at + 0.7, "alarm": {"change": "raised", **dict.fromkeys(words, one)}}
            for at, one in enumerate(PACKS, 1)
            for words in [("rule", "subject", "text", "node", "severity")]
        ]
        lines = [header, *sorted([*records, *alarms], key=lambda one: float(str(one["t"])))]
        path = folder / f"{number}.ndjson"
        path.write_text("".join(json.dumps(one) + "\n" for one in lines), encoding="utf-8")
        paths.append(str(path))
    return paths


@pytest.mark.fault(55)
async def test_recordings_on_the_wall(tmp_path: Path) -> None:
    async with terminal("replay", *recordings(tmp_path), "--speed", "64", size=(200, 60)) as shown:
        await shown.shows("RECORDING", "at the end", "UNACK")
        shown.press("\t")
        for _ in range(4):
            shown.press(PAGE_DOWN)
            await settled()
        shown.press("T")
        await shown.shows("What happened on the wall", "esc ")
        await shown.press_until("\x1b", lambda: "What happened on the wall" not in shown.text)
        await settled()
        shown.press("\r")
        await shown.shows("w Wall")
        shown.press("w")
        await shown.shows("n Alarm")
        await shown.press_until("q", lambda: shown.process.returncode is not None)
        assert await shown.status() == 0
        assert faults(bytes(shown.raw)) == []
