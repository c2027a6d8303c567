"""What is stored, said and asked on the bus, with a real server."""

from __future__ import annotations

from pathlib import Path

import pytest

from pexdash.bus.bus import open_bus
from pexdash.bus.library import api
from pexdash.bus.settings import BusSettings
from pexdash.bus.streams import make_streams
from pexdash.bus.subjects import LOG, STATE, fence, log, own, summaries, summary
from pexdash.errors import BusFault, Fenced, NobodyHolds
from pexdash.model.alarms.keys import ConferenceKey
from tests.bus.nats_server import nats_server, program

pytestmark = pytest.mark.skipif(program() is None, reason="no nats-server 2.11 or newer here")


async def test_what_is_stored_is_listed_to_its_end_and_fenced_by_another_subject(
    tmp_path: Path,
) -> None:
    async with (
        nats_server(tmp_path) as server,
        open_bus(BusSettings(server.url), "one") as bus,
    ):
        # An earlier version has made it, with fewer subjects.
        await bus.make_stream(
            api.StreamConfig(
                name=STATE,
                subjects=["pdx.*.own"],
                max_msgs_per_subject=1,
                allow_direct=True,
                allow_msg_ttl=True,
            )
        )
        made_at = await bus.made_at(STATE)
        await make_streams(bus)
        await make_streams(bus)
        assert await bus.made_at(STATE) == made_at
        assert await bus.listed(STATE, summaries()) == []
        first = await bus.put(own(3), b"a", after=0)
        with pytest.raises(Fenced):
            await bus.put(own(3), b"b", after=0)
        keys = [ConferenceKey("north", f"room.{at}*") for at in range(50)]
        for key in keys:
            await bus.put(summary(key), b"how it stands", fenced_by=(own(3), first))
        second = await bus.put(own(3), b"b", after=first)
        with pytest.raises(Fenced):
            await bus.put(summary(keys[0]), b"of a zombie", fenced_by=(own(3), first))
        told = await bus.listed(STATE, summaries())
        assert [one.subject for one in told] == [summary(key) for key in keys]
        assert {one.payload for one in told} == {b"how it stands"}
        kept = await bus.get(STATE, own(3))
        assert kept is not None
        assert (kept.payload, kept.revision) == (b"b", second)
        await bus.drop(STATE, summary(keys[0]))
        assert await bus.get(STATE, summary(keys[0])) is None


async def test_the_log_takes_only_what_is_of_the_last_epoch(tmp_path: Path) -> None:
    async with (
        nats_server(tmp_path) as server,
        open_bus(BusSettings(server.url), "one") as bus,
    ):
        await make_streams(bus)
        old = await bus.put(fence(1), b"1", after=0, lives=0)
        await bus.put(log(1), b"one", fenced_by=(fence(1), old))
        await bus.put(fence(1), b"2", after=old, lives=0)
        with pytest.raises(Fenced):
            await bus.put(log(1), b"late", fenced_by=(fence(1), old))
        assert [one.payload for one in await bus.listed(LOG, log())] == [b"one"]


async def test_nobody_who_holds_is_told_at_once_and_an_answer_comes_back(tmp_path: Path) -> None:
    async def answer(subject: str, payload: bytes) -> bytes:
        return subject.encode() + b" " + payload

    async with (
        nats_server(tmp_path) as server,
        open_bus(BusSettings(server.url), "one") as bus,
        open_bus(BusSettings(server.url, user="jo"), "two") as other,
    ):
        assert not other.has_users
        with pytest.raises(NobodyHolds, match="nothing was sent"):
            await other.ask("pdx.act.jo.1.C.conference.lock", b"1", 5.0)
        stop = await bus.answer("pdx.act.*.1.>", answer)
        assert await other.ask("pdx.act.jo.1.C.conference.lock", b"1", 5.0) == (
            b"pdx.act.jo.1.C.conference.lock 1"
        )
        await stop()


async def test_a_server_that_is_not_there_is_a_fault_in_words() -> None:
    with pytest.raises(BusFault, match=r"the bus at nats://127.0.0.1:9 cannot be reached"):
        async with open_bus(BusSettings("nats://127.0.0.1:9"), "one"):
            pass
