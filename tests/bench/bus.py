"""The bus: what a collector and a reader pay for events there, and how soon one reads again.

The limit is a hub of plain sockets and a plain file. Both sync each message to the disk, as the
configuration of a server that we print has it: the disk decides how many there are in a second.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from pexdash.bus.bus import Bus, open_bus
from pexdash.bus.settings import BusSettings
from pexdash.bus.streams import make_streams
from pexdash.bus.subjects import STATE, own, participant, summaries, summary
from pexdash.model.alarms.keys import ConferenceKey
from tests.bench.bussing import EVENT_BYTES
from tests.bench.feeding import feeding
from tests.bench.figures import Measured, of_middle_turn
from tests.bench.processes import home, program, python, resident_mb, result_of
from tests.bus.nats_server import NatsServer, nats_server
from tests.eventually import eventually

RATE = 5_000
"""Events a second, at which it is measured how late each is."""
SUMMARY_BYTES = 270
CONFERENCES, PEOPLE = 10_000, 25
_AT_ONCE = 500  # writes under way while the state is filled


async def measure(*, quick: bool) -> dict[str, Measured]:
    """Events through the log, then what is stored of everybody, then a server that is killed."""
    events, turns = (20_000, 1) if quick else (100_000, 3)
    found: dict[str, dict[str, list[float]]] = {
        name: {"ours": [], "limit": []}
        for name in (
            "bus.publish",
            "bus.time",
            "bus.read",
            "bus.late50",
            "bus.late99",
            "bus.collector",
        )
    }
    for _ in range(turns):
        for contender in ("ours", "limit"):
            async with home() as folder, _server(contender, Path(folder)) as port:
                for name, value in (await _events(contender, port, events)).items():
                    found[name][contender].append(value)
        await _collect(events, found["bus.collector"])
    measured = {name: of_middle_turn(took) for name, took in found.items()}
    note = "who writes each of 5,000 people too, and joins first"
    measured["bus.collector"] = replace(measured["bus.collector"], note=note)
    # Filling it is no figure, so that the disk need not have each message.
    async with home() as folder, nats_server(Path(folder)) as server:
        measured |= await _everybody(server, CONFERENCES // 10 if quick else CONFERENCES)
    async with home() as folder, nats_server(Path(folder), syncs=True) as server:
        measured["bus.restart"] = await _restart(server)
    return measured


async def _collect(events: int, found: dict[str, list[float]]) -> None:
    """What a whole collector takes, from a node's bytes to the log, beside the ingest's limit."""
    async with (
        home() as folder,
        nats_server(Path(folder), syncs=True) as server,
        feeding("--replay", str(events)) as feed,
    ):
        ours = python("collected", feed.url, str(server.port), str(events))
        found["ours"].append(float(await result_of(*ours)))
        limit = python("ingesting", "limit", feed.url, str(events))
        found["limit"].append(float(await result_of(*limit)))


@asynccontextmanager
async def _server(contender: str, folder: Path) -> AsyncIterator[int]:
    if contender == "ours":
        async with nats_server(folder, syncs=True) as server:
            yield server.port
    else:
        async with program(*python("limits.bus"), stdout=asyncio.subprocess.PIPE) as hub:
            assert hub.stdout is not None
            yield int(await hub.stdout.readline())


async def _events(contender: str, port: int, events: int) -> dict[str, float]:
    """All at once, read by one reader, and then so many a second."""
    found = {}
    async with _reading(contender, port, events) as reader:
        told = await result_of(*python("bussing", "publish", contender, str(port), str(events)))
        found["bus.publish"] = told["cpu"] * 100_000 / events
        found["bus.time"] = told["seconds"] * 100_000 / events
        found["bus.read"] = (await _end_of(reader))["cpu"] * 100_000 / events
    part = events // 2
    async with _reading(contender, port, part, RATE) as reader:
        words = ("publish", contender, str(port), str(part), str(RATE))
        await result_of(*python("bussing", *words))
        told = await _end_of(reader)
        found["bus.late50"], found["bus.late99"] = told["p50"], told["p99"]
    return found


@asynccontextmanager
async def _reading(
    contender: str, port: int, events: int, rate: int = 0
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A reader that is there before anything is published."""
    if contender == "ours":
        async with open_bus(BusSettings(f"nats://127.0.0.1:{port}"), "bench") as bus:
            await make_streams(bus)
    words = ("read", contender, str(port), str(events), str(rate))
    async with program(*python("bussing", *words), stdout=asyncio.subprocess.PIPE) as reader:
        assert reader.stdout is not None
        assert await reader.stdout.readline() == b"ready\n"
        yield reader


async def _end_of(reader: asyncio.subprocess.Process) -> Any:
    assert reader.stdout is not None
    async with asyncio.timeout(120):
        return json.loads(await reader.stdout.readline())


async def _everybody(server: NatsServer, peopled: int) -> dict[str, Measured]:
    """How long a new wall's list takes, and what the server needs where so many have people."""
    keys = [ConferenceKey("north", f"room{at}@example.com") for at in range(CONFERENCES)]
    async with open_bus(BusSettings(server.url), "bench") as bus:
        await make_streams(bus)
        await _fill(bus, [(summary(key), SUMMARY_BYTES) for key in keys])
        people = [
            (participant(key, f"uuid-{at}"), EVENT_BYTES)
            for key in keys[:peopled]
            for at in range(PEOPLE)
        ]
        await _fill(bus, people)
        began = time.monotonic()
        listed = await bus.listed(STATE, summaries())
        took = time.monotonic() - began
        assert len(listed) == CONFERENCES
    note = f"{len(people)} people"
    return {
        "bus.list": Measured(took, await _plain(listed_bytes=CONFERENCES * SUMMARY_BYTES)),
        "bus.memory": Measured(resident_mb(server.pid), note=note),
    }


async def _fill(bus: Bus, wanted: list[tuple[str, int]]) -> None:
    for at in range(0, len(wanted), _AT_ONCE):
        some = wanted[at : at + _AT_ONCE]
        await asyncio.gather(*(bus.put(subject, bytes(size)) for subject, size in some))


async def _plain(listed_bytes: int) -> float:
    """The seconds that as many bytes take through a plain socket."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(bytes(listed_bytes))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        began = time.monotonic()
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        assert len(await reader.read(-1)) == listed_bytes
        took = time.monotonic() - began
        writer.close()
    return took


async def _restart(server: NatsServer) -> Measured:
    """From the moment at which a killed server is ready again until a follower has read from it."""
    told: list[int] = []
    async with (
        open_bus(BusSettings(server.url), "writer") as writer,
        open_bus(BusSettings(server.url), "reader") as reader,
    ):
        await make_streams(writer)
        following = asyncio.ensure_future(
            reader.follow(
                STATE,
                own(),
                lambda kept: told.append(kept.revision),
                anew=lambda: None,
                ended=lambda: told.append(0),
            )
        )
        await eventually(lambda: told == [0])
        for shard in range(50):
            await writer.put(own(shard), b"owned")
        await server.kill()
        await eventually(lambda: not reader.is_up)
        await asyncio.sleep(2.0)
        await server.start()
        began = time.monotonic()
        await writer.up()
        last = await writer.put(own(99), b"owned")
        await eventually(lambda: told[-1] == last)
        took = time.monotonic() - began
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
    assert told == list(range(last + 1))
    return Measured(took)
