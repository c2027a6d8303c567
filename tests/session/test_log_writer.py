"""What happens in a shard is logged in order, packed, and once, whatever becomes of an answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from pexdash.bus.bus import Bus, open_bus
from pexdash.bus.messages import Happened, Logged, unpacked
from pexdash.bus.settings import BusSettings
from pexdash.bus.subjects import log
from pexdash.errors import BusFault
from pexdash.session.estate.collecting import log_writer
from pexdash.session.estate.collecting.log_writer import MESSAGE_BYTES, LogWriter
from tests.bus.nats_server import nats_server, program
from tests.eventually import eventually
from tests.session.shards_held import all_shards

pytestmark = pytest.mark.skipif(program() is None, reason="no nats-server 2.11 or newer here")
SHARD = 7


@asynccontextmanager
async def writing(folder: Path) -> AsyncIterator[tuple[LogWriter, Bus]]:
    async with (
        nats_server(folder) as server,
        open_bus(BusSettings(server.url), "one") as bus,
        all_shards(bus) as shards,
    ):
        writer = LogWriter(bus, shards, lambda code, since: None)
        yield writer, bus
        await writer.close()


def record(text: str, size: int = 0) -> Happened:
    return Happened("CODE", 1.0, text.encode().ljust(size))


async def messages(bus: Bus) -> list[tuple[int, list[str]]]:
    """The number and the records of each message in the log."""
    found = []
    async with aclosing(bus.read_log(log(SHARD))) as entries:
        async for kept in entries:
            if kept is None:
                break
            told = unpacked(Logged, kept.payload)
            found.append((told.stamp.n, [one.record.decode().strip() for one in told.records]))
    return found


async def test_a_message_waits_for_its_window_only_where_it_has_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_writer, "WINDOW_SECONDS", 3600.0)
    async with writing(tmp_path) as (writer, bus):
        writer.add(SHARD, record("a", MESSAGE_BYTES // 2))
        writer.add(SHARD, record("b", MESSAGE_BYTES // 2))
        await eventually(lambda: not writer.waiting_bytes, "a full message is taken at once")
        writer.add(SHARD, record("c"))
        writer.add(SHARD, record("d"))
        await writer.flush(SHARD)
        assert await messages(bus) == [(1, ["a", "b"]), (2, ["c", "d"])]


async def test_a_message_whose_answer_was_lost_is_sent_again_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_writer, "RETRY_SECONDS", 0.01)
    async with writing(tmp_path) as (writer, bus):
        put, faults = bus.put, ["the answer was lost", "and again"]

        async def put_unknown(subject: str, payload: bytes, **how: Any) -> int:
            revision = await put(subject, payload, **how)
            if subject == log(SHARD) and faults:
                writer.add(SHARD, record("later"))
                raise BusFault(faults.pop())
            return revision

        monkeypatch.setattr(bus, "put", put_unknown)
        writer.add(SHARD, record("a"))
        await writer.flush(SHARD)
        assert await messages(bus) == [(1, ["a"])] * 3 + [(2, ["later", "later"])]


async def test_what_is_dropped_with_a_message_of_unknown_outcome_uses_up_its_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_writer, "RETRY_SECONDS", 0.01)
    monkeypatch.setattr(log_writer, "MOST_WAITING_BYTES", 3_000)
    async with writing(tmp_path) as (writer, bus):
        put, faults, tries = bus.put, ["the answer was lost"], list[str]()

        async def put_nothing(subject: str, payload: bytes, **how: Any) -> int:
            if subject == log(SHARD) and faults:
                tries.append(subject)
                raise BusFault(faults[0])
            return await put(subject, payload, **how)

        monkeypatch.setattr(bus, "put", put_nothing)
        writer.add(SHARD, record("a"))
        writer.add(SHARD, record("b"))
        await eventually(lambda: tries)
        writer.add(SHARD, record("c", 1_500))
        writer.add(SHARD, record("d", 1_500))
        faults.clear()
        await writer.flush(SHARD)
        assert await messages(bus) == [(2, ["d"])]
