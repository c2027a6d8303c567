"""A collector tells the bus of its conferences, and another goes on where one has ended."""

from __future__ import annotations

import json
from contextlib import aclosing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from pexdash.bus.bus import Bus, open_bus
from pexdash.bus.messages import (
    Logged,
    MemoryTold,
    PersonTold,
    Pulse,
    SummaryTold,
    unpacked,
    unsqueezed,
)
from pexdash.bus.settings import BusSettings
from pexdash.bus.subjects import (
    LOG,
    STATE,
    code_of,
    log,
    memory,
    participants,
    pulse,
    shard_of,
    summaries,
)
from pexdash.model.summary import Summary
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from pexdash.session.estate.collecting import memory_told
from tests.bus.nats_server import nats_server, program
from tests.eventually import a_moment, eventually
from tests.fleeting import ours
from tests.session.collecting import collecting, key_of

pytestmark = pytest.mark.skipif(program() is None, reason="no nats-server 2.11 or newer here")

ALIASES = ("board", "ops")
ROOMS = [ConferenceSettings(alias) for alias in ALIASES]


def told_in(pulses: list[Pulse]) -> dict[str, int]:
    """How many people the last summary of each conference counts."""
    every = [msgspec.convert(fields, Summary) for told in pulses for *_, fields in told.summaries]
    return {one.alias: one.people for one in every}


async def test_a_collector_joins_once_and_stores_how_its_conferences_stand(tmp_path: Path) -> None:
    pulses: list[Pulse] = []
    async with (
        nats_server(tmp_path) as server,
        EmbeddedNode(*ROOMS) as node,
        collecting(server, node, *ALIASES) as one,
    ):
        await one.bus.hear(pulse(), lambda _, payload: pulses.append(unsqueezed(Pulse, payload)))
        node.conference("board").join("Ann")
        await eventually(lambda: all(map(one.is_live, ALIASES)))
        await eventually(lambda: told_in(pulses) == {"board": 1, "ops": 0})
        while len(stored := await one.bus.listed(STATE, summaries())) < len(ALIASES):
            await a_moment()
        told = [unpacked(SummaryTold, kept.payload).fields for kept in stored]
        assert {msgspec.convert(fields, Summary).alias for fields in told} == set(ALIASES)
        people = await one.bus.listed(STATE, participants(key_of("board")))
        names = [unpacked(PersonTold, kept.payload).person["display_name"] for kept in people]
        assert sorted(names) == ["Ann", "Collector"]


def requests(node: EmbeddedNode, name: str) -> int:
    return sum(one.path.endswith(f"/{name}") for one in node.received)


async def records(bus: Bus, alias: str) -> list[dict[str, Any]]:
    """Every record of a conference in the log, each with the epoch of its message."""
    found = []
    async with aclosing(bus.read_log(log(shard_of(key_of(alias))))) as kept:
        async for one in kept:
            if one is None:
                break
            told = unpacked(Logged, one.payload)
            found += [
                {"epoch": told.stamp.epoch, "n": told.stamp.n, **json.loads(record.record)}
                for record in told.records
                if record.code == code_of(key_of(alias))
            ]
    return found


async def talk_on(bus: Bus, uuid: str) -> float:
    """For how many seconds somebody in the board has talked, as stored for whoever holds it next.

    Waited for.
    """
    while True:
        kept = await bus.get(STATE, memory(key_of("board")))
        if kept is not None:
            told = unpacked(MemoryTold, kept.payload)
            if uuid in told.talked and told.carried.remembered.host_left_at:
                return told.talked[uuid]
        await a_moment()


async def test_who_goes_on_after_a_death_is_the_same_participant_and_marks_the_hole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory_told, "TALK_SECONDS", 0.5)
    async with (
        nats_server(tmp_path) as server,
        EmbeddedNode(*ROOMS) as node,
        open_bus(BusSettings(server.url), "reader") as reader,
    ):
        async with collecting(server, node, *ALIASES) as one:
            await eventually(lambda: all(map(one.is_live, ALIASES)))
            before = {alias: ours(node, alias) for alias in ALIASES}
            bea = node.conference("board").join("Bea")
            hank = node.conference("board").join("Hank", role="chair")
            node.conference("board").speak({bea.uuid: 80})
            await eventually(lambda: "Hank" in one.shown("board"))
            node.conference("board").leave(hank.uuid)
            key = key_of("board")
            await eventually(lambda: one.collector.alarms.carried(key).remembered.host_left_at)
            left_at = one.collector.alarms.carried(key).remembered.host_left_at
            talked = await talk_on(reader, bea.uuid)
            while await reader.get(LOG, log(shard_of(key_of("board")))) is None:
                await a_moment()
            await one.die()
            async with collecting(server, node, *ALIASES, name="two") as two:
                await eventually(lambda: all(map(two.is_live, ALIASES)))
                assert {alias: ours(node, alias) for alias in ALIASES} == before
                assert requests(node, "request_token") == len(ALIASES)
                node.conference("board").join("Ann")
                await eventually(lambda: "Ann" in two.shown("board"))
                # What nobody sees any more is known to who goes on.
                known = two.collector.alarms.carried(key).remembered.host_left_at
                assert known == pytest.approx(left_at, abs=0.5)
                await two.collector.leave()
        told = await records(reader, "board")
        assert next(one["talk"] for one in told if "talk" in one)[bea.uuid] >= round(talked, 1)
    (hole,) = [one["takeover"] for one in told if "takeover" in one]
    assert hole["from"] == "one"
    assert 0 < hole["hole_seconds"] < 30
    assert len({one["epoch"] for one in told}) == 2
