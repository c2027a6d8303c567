"""Target 1: the processor time from the bytes of the event stream to the model."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
from dataclasses import replace
from pathlib import Path

from tests.bench.feeding import Feed, feeding
from tests.bench.figures import BESIDE, Measured, middle_turn, of_middle_turn
from tests.bench.processes import ROOT, program, python, result_of
from tests.bench.stream import FORMS, USUAL

PACKAGES = ROOT / ".bench" / "node"
_READER = Path(__file__).parent / "naive" / "eventsource.mjs"


async def measure(*, quick: bool) -> dict[str, Measured]:
    """Every contender in turn, several times, each in a process of its own."""
    events, turns = (10_000, 2) if quick else (50_000, 7)
    took: dict[str, list[float]] = {name: [] for name in ("ours", "limit", "naive", "session")}
    node: list[float] = []
    reader = "not measured here: no node"
    with_node = shutil.which("node") is not None
    if with_node:
        await _fetch_eventsource()
    async with feeding("--replay", str(events)) as feed:
        for _ in range(turns):
            for name, figures in took.items():
                command = python("ingesting", name, feed.url, str(events))
                figures.append(float(await result_of(*command)))
            if with_node:
                reader, seconds = await _by_node(feed, events)
                node.append(seconds)
    turn = middle_turn(took | {"node": node})
    ours, limit, naive = (turn[name] for name in BESIDE)
    return {
        "ingest.limit": Measured(ours, limit, naive),
        "ingest.node": Measured(ours if node else None, limit, turn.get("node"), reader),
        "ingest.order": await _worst_order(events, turns),
        "ingest.membership": Measured(turn["session"], limit, naive),
    }


async def _worst_order(events: int, turns: int) -> Measured:
    """The dearest way of writing the events, beside the usual one, which is taken for the limit."""
    found = []
    for form in FORMS.keys() - {USUAL}:
        took: dict[str, list[float]] = {"ours": [], "limit": []}
        replayed = ("--replay", str(events // 4))
        async with feeding(*replayed, "--form", form) as other, feeding(*replayed) as usual:
            for _ in range(turns):
                for name, feed in (("ours", other), ("limit", usual)):
                    command = python("ingesting", "ours", feed.url, replayed[1])
                    took[name].append(float(await result_of(*command)))
        found.append(replace(of_middle_turn(took), note=form))
    return max(found, key=lambda one: one.to_limit)


async def _by_node(feed: Feed, events: int) -> tuple[str, float]:
    command = ("node", str(_READER), feed.events_url, str(events), str(PACKAGES))
    told = await result_of(*command)
    return told["reader"], float(told["seconds"])


async def _fetch_eventsource() -> None:
    """Have npm bring the package once; without it there is the minimal reader."""
    if (PACKAGES / "node_modules" / "eventsource").exists() or shutil.which("npm") is None:
        return
    PACKAGES.mkdir(parents=True, exist_ok=True)
    nothing = asyncio.subprocess.DEVNULL
    command = (
        "npm",
        "install",
        "--prefix",
        str(PACKAGES),
        "--no-audit",
        "--no-fund",
        "eventsource",
    )
    # npm is told by the environment where packages come from.
    async with program(*command, more=os.environ, stdout=nothing, stderr=nothing) as npm:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(60):
                await npm.wait()
