"""Targets 3 and 4: bytes and processor time of a busy screen, for as long as a window lasts."""

from __future__ import annotations

from tests.bench.feeding import feeding
from tests.bench.figures import Measured, middle, middle_turn
from tests.bench.programs import app, played
from tests.bench.terminals import terminal

PEOPLE = 5000
FEW = 50
_SETTLING_SECONDS = 1.5


async def measure(*, quick: bool) -> dict[str, Measured]:
    """Every contender in turn on a terminal of its own."""
    seconds, turns = (3.0, 1) if quick else (5.0, 5)
    wrote: dict[str, list[float]] = {}
    used: dict[str, list[float]] = {}
    async with (
        feeding("--participants", str(PEOPLE)) as many,
        feeding("--participants", str(FEW)) as few,
    ):
        contenders = {
            "ours": played(many.url, PEOPLE),
            "few": played(few.url, FEW),
            "table": app("naive.table_app", "--play", str(PEOPLE)),
            "statics": app("naive.statics_app", "--play", str(PEOPLE)),
            "limit": app("limits.screen", "--play", str(PEOPLE)),
        }
        for _ in range(turns):
            for name, command in contenders.items():
                bytes_a_second, percent = await window(command, seconds)
                wrote.setdefault(name, []).append(bytes_a_second)
                used.setdefault(name, []).append(percent)
    sent = {name: middle(values) for name, values in wrote.items()}
    cpu, rows = middle_turn(used, beside="table"), middle_turn(used, beside="few")
    return {
        "screen.bytes": Measured(sent["ours"], sent["limit"], sent["table"]),
        "screen.cells": Measured(sent["ours"], sent["limit"], sent["statics"]),
        "screen.cpu": Measured(cpu["ours"], cpu["limit"], cpu["table"]),
        "screen.rows": Measured(rows["ours"], rows["few"], rows["statics"]),
    }


async def window(command: tuple[str, ...], seconds: float) -> tuple[float, float]:
    """Bytes a second and per cent of a core, once the scenario plays."""
    async with terminal(*command) as shown:
        # The marker's row stands there, and the voices have begun to move.
        await shown.shows("A marker")
        await shown.shows("▌", since=len(shown.chunks))
        await shown.usage(_SETTLING_SECONDS)
        return await shown.usage(seconds)
