"""Shards taken, kept, lost and given away, with a real server and times that are short."""

from __future__ import annotations

import random
import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from pexdash.bus import reading
from pexdash.bus.bus import open_bus
from pexdash.bus.claims import collector_name
from pexdash.bus.messages import Epoch
from pexdash.bus.settings import BusSettings
from pexdash.bus.streams import make_streams
from pexdash.bus.subjects import LOG, SHARDS, STATE, fence, log, own
from pexdash.errors import BusFault, Fenced
from tests.bus.holders import ALL, OF_ONE, TIMES, Held, holders
from tests.bus.nats_server import NatsServer, nats_server, program
from tests.eventually import eventually

pytestmark = pytest.mark.skipif(program() is None, reason="no nats-server 2.11 or newer here")


@asynccontextmanager
async def one_alone(folder: Path) -> AsyncIterator[tuple[NatsServer, Held]]:
    """A server, and a collector that holds everything."""
    async with nats_server(folder) as server, holders(server, "one") as (one,):
        await eventually(lambda: one.shards == ALL)
        yield server, one


@asynccontextmanager
async def two_that_share(folder: Path) -> AsyncIterator[tuple[NatsServer, Held, Held]]:
    """A server, and two collectors that hold everything between them."""
    async with nats_server(folder) as server, holders(server, "one", "two") as (one, two):
        await eventually(lambda: one.shards == OF_ONE and two.shards == ALL - OF_ONE)
        yield server, one, two


async def test_two_that_start_together_share_and_a_dead_one_is_followed(tmp_path: Path) -> None:
    async with two_that_share(tmp_path) as (_, one, two):
        assert set(one.leases.collectors) == {"one", "two"}
        old = dict(two.leases.held)
        two.running.cancel()
        await eventually(lambda: one.shards == ALL)
        followed = {shard for what, shard, before in one.told if before == "two"}
        assert followed == set(old)
        for shard, lease in list(old.items())[:3]:
            assert one.leases.held[shard].epoch > lease.epoch
            with pytest.raises(Fenced):
                await two.bus.put(log(shard), b"late", fenced_by=(fence(shard), lease.fence))
            mine = one.leases.held[shard]
            await one.bus.put(log(shard), b"1", fenced_by=(fence(shard), mine.fence))
            await one.bus.put(f"pdx.{shard}.su.A", b"1", fenced_by=(own(shard), mine.epoch[1]))


async def test_who_comes_later_is_given_its_shards_and_who_leaves_gives_all(
    tmp_path: Path,
) -> None:
    async with one_alone(tmp_path) as (server, one), holders(server, "two") as (two,):
        await eventually(lambda: bool(two.shards))
        shard = min(two.shards)
        assert ("give", shard, "") in one.told
        assert ("gained", shard, "one") in two.told
        await one.leases.leave()
        await eventually(lambda: two.shards == ALL)
        assert one.shards == set()
        assert [what for what, _, _ in one.told].count("lost") == 0
        assert {shard for what, shard, _ in two.told if what == "gained"} == ALL
        assert all(before == "one" for what, _, before in two.told)


async def test_who_was_stopped_is_certain_of_nothing_and_loses_what_was_claimed(
    tmp_path: Path,
) -> None:
    async with one_alone(tmp_path) as (server, one):
        assert one.leases.is_certain(3)
        lease = one.leases.held[3]
        one.clock.ahead += TIMES.suspect
        assert not one.leases.is_certain(3)
        await eventually(lambda: one.leases.is_certain(3))
        kept = await one.bus.get(STATE, own(3))
        assert kept is not None
        assert kept.revision == lease.epoch.revision
        async with open_bus(BusSettings(server.url), "thief") as thief:
            await thief.put(own(3), kept.payload, after=kept.revision)
        await eventually(lambda: ("lost", 3, "") in one.told)
        # Stored as ours and not held is free: it is claimed again, by a new epoch.
        await eventually(lambda: 3 in one.shards)
        assert one.leases.held[3].epoch > lease.epoch
        assert one.told[-1] == ("gained", 3, "one")


async def test_a_fence_that_the_full_log_dropped_is_written_again(tmp_path: Path) -> None:
    async with one_alone(tmp_path) as (_, one):
        lease = one.leases.held[7]
        await one.bus.drop(LOG, fence(7))
        with pytest.raises(Fenced):
            await one.bus.put(log(7), b"1", fenced_by=(fence(7), lease.fence))
        again = await one.leases.was_fenced(7)
        assert again is not None
        assert again == one.leases.held[7] != lease
        assert again.epoch == lease.epoch
        await one.bus.put(log(7), b"1", fenced_by=(fence(7), again.fence))
        assert ("lost", 7, "") not in one.told


async def test_a_killed_server_costs_no_shard(tmp_path: Path) -> None:
    async with two_that_share(tmp_path) as (server, one, two):
        before = dict(one.leases.held), dict(two.leases.held)
        await server.kill()
        await eventually(
            lambda: one.leases.silence > TIMES.life and two.leases.silence > TIMES.life
        )
        assert not one.leases.is_certain(min(one.shards))
        await server.start()
        await eventually(lambda: one.leases.is_certain(min(one.shards)))
        await eventually(lambda: two.leases.is_certain(min(two.shards)))
        assert (dict(one.leases.held), dict(two.leases.held)) == before


async def test_streams_made_anew_are_claimed_again_by_who_held_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "HEARTBEAT_SECONDS", 0.1)
    monkeypatch.setattr(reading, "_SILENT_SECONDS", 0.4)
    async with one_alone(tmp_path) as (_, one):
        old = dict(one.leases.held)
        one.told.clear()
        await one.bus._connection.js.delete_stream(STATE)
        await make_streams(one.bus)
        made_at = await one.bus.made_at(STATE)
        await eventually(
            lambda: {lease.epoch.stream for lease in one.leases.held.values()} == {made_at}
        )
        await eventually(lambda: one.shards == ALL and one.leases.is_certain(0))
        assert sorted(one.told) == [("gained", shard, "one") for shard in range(SHARDS)]
        assert all(one.leases.held[shard].epoch > lease.epoch for shard, lease in old.items())


async def test_a_claim_that_fails_where_the_stream_was_made_anew_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Long before the reading finds out that there is another stream.
    monkeypatch.setattr(reading, "_SILENT_SECONDS", 300.0)
    async with one_alone(tmp_path) as (_, one):
        failing, put = {own(7)}, one.bus.put

        async def fails_once(subject: str, payload: bytes, **options: Any) -> int:
            if subject in failing:
                failing.remove(subject)
                raise BusFault(f"{subject} was not stored: the server did not answer in time")
            return await put(subject, payload, **options)

        monkeypatch.setattr(one.bus, "put", fails_once)
        await one.bus._connection.js.delete_stream(STATE)
        await make_streams(one.bus)
        await eventually(lambda: not failing)
        await eventually(lambda: one.shards == ALL and all(map(one.leases.is_certain, ALL)))


async def test_a_stopped_server_makes_nobody_claim_of_the_living(tmp_path: Path) -> None:
    async with two_that_share(tmp_path) as (server, one, two):
        server.signal(signal.SIGSTOP)
        try:
            await eventually(lambda: one.leases.silence > TIMES.life)
        finally:
            server.signal(signal.SIGCONT)
        await eventually(lambda: one.leases.is_certain(min(one.shards)))
        await eventually(lambda: two.leases.is_certain(min(two.shards)))
        assert not [what for what, _, _ in one.told + two.told if what == "lost"]


async def test_a_server_that_has_lost_its_last_writes_has_one_holder_for_each_shard(
    tmp_path: Path,
) -> None:
    async with one_alone(tmp_path / "at") as (server, one):
        await server.kill()
        shutil.copytree(server.kept(), tmp_path / "before")
        await server.start()
        await eventually(lambda: one.leases.is_certain(0))
        async with holders(server, "two") as (two,):
            await eventually(lambda: len(two.shards) > 3)
            await server.kill()
            shutil.rmtree(server.kept())
            shutil.move(tmp_path / "before", server.kept())
            await server.start()

            await eventually(lambda: one.leases.silence < 1.0 and two.leases.silence < 1.0)
            await eventually(lambda: one.shards == OF_ONE and two.shards == ALL - OF_ONE)
            for held in (one, two):
                shard = max(held.shards)
                kept = await held.bus.get(STATE, own(shard))
                assert kept is not None
                assert kept.revision == held.leases.held[shard].epoch.revision
                lease = held.leases.held[shard]
                await held.bus.put(log(shard), b"1", fenced_by=(fence(shard), lease.fence))


def test_a_name_is_one_word_of_a_subject() -> None:
    assert collector_name("noc 1.example.com", random.Random(1)) == "noc-1-2265b1f5"
    assert collector_name("…", random.Random(1)).startswith("collector-")
    assert Epoch(2, 1) > Epoch(1, 9)
