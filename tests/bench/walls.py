"""Walls on the bus: what one reads of 10,000 conferences that change each second, and 100 of them.

The limits are the same pulses through plain sockets: read by a program that keeps what they hold
and does nothing with it, and passed on by a hub that knows nobody.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.bench.figures import Measured
from tests.bench.processes import cpu_seconds, home, program, python, result_of
from tests.bus.nats_server import nats_server

CONFERENCES, WALLS = 10_000, 100
_PIPES: dict[str, Any] = {"stdin": asyncio.subprocess.PIPE, "stdout": asyncio.subprocess.PIPE}
_PATIENCE_SECONDS = 120.0


async def measure(*, quick: bool) -> dict[str, Measured]:
    """One wall and its limit at a time, then all of them on the server, and on the hub."""
    seconds = 5.0 if quick else 20.0
    async with (
        home() as folder,
        nats_server(Path(folder)) as server,
        _talking("pulsing", "nats", server.port, CONFERENCES),
    ):
        one = await result_of(*_reading("wall_reading", server.port, seconds))
        least = await result_of(*_reading("limits.walls", "read", server.port, seconds))
        ours = await _listened(server.pid, server.port, "nats", seconds)
    async with _talking("limits.walls", "hub") as (process, told):
        port = int(told)
        async with _talking("pulsing", "hub", port, CONFERENCES):
            hub = await _listened(process.pid, port, "hub", seconds)
    return {
        "walls.cpu": Measured(one["cpu"], least["cpu"]),
        "walls.memory": Measured(one["memory"], least["memory"]),
        "walls.server": Measured(ours["cpu"], hub["cpu"], note=f"{WALLS} walls"),
        "walls.bytes": Measured(ours["megabytes"], hub["megabytes"]),
    }


def _reading(module: str, *given: object) -> tuple[str, ...]:
    *words, seconds = given
    return python(module, *map(str, words), str(CONFERENCES), str(seconds))


async def _listened(pid: int, port: int, kind: str, seconds: float) -> dict[str, float]:
    """What the server takes of a core, and the megabytes a second that all walls get."""
    async with _talking("limits.walls", "listen", port, kind, WALLS) as (process, _):
        before, began, cpu = await _asked(process), time.monotonic(), cpu_seconds(pid)
        await asyncio.sleep(seconds)
        took, used = time.monotonic() - began, cpu_seconds(pid) - cpu
        count = await _asked(process) - before
    return {"cpu": 100 * used / took, "megabytes": count / took / 1e6}


async def _asked(process: asyncio.subprocess.Process) -> int:
    """How many bytes have come so far."""
    assert process.stdin is not None
    process.stdin.write(b"\n")
    return int(await _line(process))


@asynccontextmanager
async def _talking(
    module: str, *given: object
) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """A program that runs from its first line, which it says when it is ready, to the end."""
    async with program(*python(module, *map(str, given)), **_PIPES) as process:
        yield process, await _line(process)


async def _line(process: asyncio.subprocess.Process) -> Any:
    assert process.stdout is not None
    async with asyncio.timeout(_PATIENCE_SECONDS):
        told = await process.stdout.readline()
    assert told, "a program has ended"
    return told.decode().strip().strip('"')
