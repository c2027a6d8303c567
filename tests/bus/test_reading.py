"""Lists, changes and the log through a server that is killed, and streams that are made anew."""

from __future__ import annotations

import asyncio
import shutil
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager, suppress
from pathlib import Path

import pytest

from pexdash.bus import connection, reading
from pexdash.bus.bus import Bus, Kept, open_bus
from pexdash.bus.settings import BusSettings
from pexdash.bus.streams import make_streams
from pexdash.bus.subjects import STATE, log, own
from pexdash.errors import BusFault, OutcomeUnknown
from tests.bus.nats_server import NatsServer, nats_server, program
from tests.eventually import eventually

pytestmark = pytest.mark.skipif(program() is None, reason="no nats-server 2.11 or newer here")


@asynccontextmanager
async def two_on(server: NatsServer) -> AsyncIterator[tuple[Bus, Bus]]:
    """Who writes and who reads, with the streams made."""
    async with (
        open_bus(BusSettings(server.url), "writer") as writer,
        open_bus(BusSettings(server.url), "reader") as reader,
    ):
        await make_streams(writer)
        yield writer, reader


class Followed:
    """What a follower was told, in order."""

    def __init__(self) -> None:
        self.told: list[str | bytes] = []
        self.taken: list[Kept] = []

    def take(self, kept: Kept) -> None:
        self.taken.append(kept)
        self.told.append(kept.payload)

    def anew(self) -> None:
        self.told.append("anew")

    def ended(self) -> None:
        self.told.append("ended")

    async def follow(self, bus: Bus, subject: str = own()) -> None:
        await bus.follow(STATE, subject, self.take, anew=self.anew, ended=self.ended)


@asynccontextmanager
async def following(bus: Bus) -> AsyncIterator[Followed]:
    followed = Followed()
    task = asyncio.ensure_future(followed.follow(bus))
    try:
        yield followed
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def put_again(bus: Bus, subject: str, payload: bytes) -> None:
    """Store it as soon as the server is there."""
    while True:
        await bus.up()
        with suppress(BusFault):
            await bus.put(subject, payload)
            return


async def test_a_list_ends_and_changes_and_removals_come_after_it(tmp_path: Path) -> None:
    async with nats_server(tmp_path) as server, two_on(server) as (writer, reader):
        for shard in range(3):
            await writer.put(own(shard), b"%d" % shard)
        async with following(reader) as followed:
            await eventually(lambda: "ended" in followed.told)
            revision = await writer.put(own(1), b"one")
            await writer.remove(own(2), fenced_by=(own(1), revision))
            await eventually(lambda: followed.told[-1:] == [b""])
        assert followed.told == ["anew", b"0", b"1", b"2", "ended", b"one", b""]
        assert [kept.payload for kept in await reader.listed(STATE, own())] == [b"0", b"one"]


async def test_an_empty_list_ends_too_and_a_stream_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_MOST_SECONDS", 0.05)
    async with (
        nats_server(tmp_path) as server,
        open_bus(BusSettings(server.url), "one") as bus,
        following(bus) as followed,
    ):
        with pytest.raises(BusFault, match="PDX_STATE is not there"):
            await bus.made_at(STATE)
        assert followed.told == []
        await make_streams(bus)
        await eventually(lambda: followed.told == ["anew", "ended"])
        await bus.put(own(1), b"one")
        await eventually(lambda: followed.told[2:] == [b"one"])


async def test_a_killed_server_costs_a_follower_and_a_reader_of_the_log_nothing(
    tmp_path: Path,
) -> None:
    async with nats_server(tmp_path) as server, two_on(server) as (writer, reader):
        read: list[bytes] = []
        heard: list[bytes] = []

        async def read_all() -> None:
            async with aclosing(reader.read_log(log(), since=0.0)) as entries:
                async for kept in entries:
                    read.append(b"end" if kept is None else kept.payload)

        await reader.hear("pdx.1.w", lambda subject, payload: heard.append(payload))
        reading_all = asyncio.ensure_future(read_all())
        async with following(reader) as followed:
            await eventually(lambda: "ended" in followed.told)
            for at in range(50):
                await writer.put(own(at), b"%d" % at)
                await writer.put(log(at), b"%d" % at)
            await eventually(lambda: len(read) == 51)
            await server.kill()
            await eventually(lambda: not reader.is_up and not writer.is_up)
            with pytest.raises(BusFault, match="away"):
                await writer.put(own(1), b"lost")
            await server.start()
            await put_again(writer, own(50), b"50")
            await put_again(writer, log(50), b"50")
            await eventually(lambda: followed.told[-1] == b"50" and read[-1] == b"50")
            await writer.say("pdx.1.w", b"heard again")
            await eventually(lambda: heard)
        reading_all.cancel()
        await asyncio.gather(reading_all, return_exceptions=True)
        numbers = [b"%d" % at for at in range(51)]
        assert followed.told == ["anew", "ended", *numbers]
        assert [one for one in read if one != b"end"] == numbers
        assert read.count(b"end") == 1


async def test_a_stream_made_anew_is_listed_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "HEARTBEAT_SECONDS", 0.1)
    monkeypatch.setattr(reading, "_SILENT_SECONDS", 0.4)
    async with nats_server(tmp_path) as server, two_on(server) as (writer, reader):
        await writer.put(own(1), b"old")
        await writer.put(own(2), b"older")
        first = await writer.made_at(STATE)
        async with following(reader) as followed:
            await eventually(lambda: "ended" in followed.told)
            await writer._connection.js.delete_stream(STATE)
            await make_streams(writer)
            await writer.put(own(1), b"new")
            await eventually(lambda: followed.told[-1] == "ended" and b"new" in followed.told)
        assert followed.told == ["anew", b"old", b"older", "ended", "anew", b"new", "ended"]
        assert await writer.made_at(STATE) > first


async def test_who_was_away_for_longer_than_marks_stay_lists_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with nats_server(tmp_path) as server, two_on(server) as (writer, reader):
        await writer.put(own(1), b"one")
        await writer.put(own(2), b"two")
        async with following(reader) as followed:
            await eventually(lambda: "ended" in followed.told)
            monkeypatch.setattr(reading, "MARK_SECONDS", 0.0)
            await writer.drop(STATE, own(1))
            await server.kill()
            await eventually(lambda: not reader.is_up)
            await server.start()
            await eventually(lambda: followed.told.count("ended") == 2)
        assert followed.told == ["anew", b"one", b"two", "ended", "anew", b"two", "ended"]


async def test_a_server_that_has_lost_its_last_writes_is_listed_anew(tmp_path: Path) -> None:
    async with nats_server(tmp_path / "at") as server, two_on(server) as (writer, reader):
        await writer.put(own(1), b"one")
        await server.kill()
        shutil.copytree(server.kept(), tmp_path / "before")
        await server.start()
        await put_again(writer, own(1), b"two")
        async with following(reader) as followed:
            await eventually(lambda: "ended" in followed.told)
            await server.kill()
            shutil.rmtree(server.kept())
            shutil.move(tmp_path / "before", server.kept())
            await eventually(lambda: not reader.is_up)
            await server.start()
            await eventually(lambda: followed.told.count("ended") == 2)
        assert followed.told == ["anew", b"two", "ended", "anew", b"one", "ended"]


def clock_after(moment: float) -> Callable[[], bool]:
    return lambda: time.time() > moment


async def test_the_log_is_read_from_a_time_or_after_a_revision(tmp_path: Path) -> None:
    async with nats_server(tmp_path) as server, two_on(server) as (writer, reader):
        await writer.put(log(1), b"one")
        middle = await writer.put(log(2), b"two")
        await eventually(clock_after(time.time() + 0.01))
        since = time.time()
        await writer.put(log(1), b"three")

        async def until_end(subject: str, since: float | None, after: int) -> list[bytes]:
            found = []
            async with aclosing(reader.read_log(subject, since=since, after=after)) as entries:
                async for kept in entries:
                    if kept is None:
                        break
                    found.append(kept.payload)
            return found

        assert await until_end(log(), 0.0, 0) == [b"one", b"two", b"three"]
        assert await until_end(log(), None, middle) == [b"three"]
        assert await until_end(log(), since, 0) == [b"three"]
        assert await until_end(log(1), None, 0) == [b"one", b"three"]
        assert await until_end(log(), time.time() + 60, 0) == []


async def test_a_stopped_server_is_found_away_and_what_was_asked_is_unknown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "_PING_SECONDS", 0.2)
    monkeypatch.setattr(connection, "_LOOK_SECONDS", 0.1)
    async with nats_server(tmp_path) as server, two_on(server) as (writer, reader):

        async def answer(subject: str, payload: bytes) -> bytes:
            await asyncio.Event().wait()
            return b""

        stop = await writer.answer("pdx.act.>", answer)
        asking = asyncio.ensure_future(reader.ask("pdx.act.jo", b"", 60.0))
        async with following(reader) as followed:
            await eventually(lambda: "ended" in followed.told)
            server.signal(signal.SIGSTOP)
            try:
                await eventually(lambda: not reader.is_up)
                with pytest.raises(OutcomeUnknown):
                    await asking
            finally:
                server.signal(signal.SIGCONT)
            await put_again(writer, own(1), b"one")
            await eventually(lambda: followed.told[-1] == b"one")
        await stop()
