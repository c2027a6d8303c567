"""What a collector does where a conference, its list or its bus does not stay as it is."""

from __future__ import annotations

import signal
from contextlib import aclosing
from pathlib import Path

import pytest

from pexdash.bus.bus import Bus, open_bus
from pexdash.bus.claims import LeaseTimes
from pexdash.bus.holder_requests import TRY_AGAIN
from pexdash.bus.messages import Asked, Logged, unpacked
from pexdash.bus.settings import BusSettings
from pexdash.bus.subjects import (
    META,
    STATE,
    alarms,
    conference,
    conferences,
    log,
    participants,
    summary,
    token,
)
from pexdash.model.line import LineState
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from pexdash.session.estate.collecting import log_writer
from pexdash.session.estate.wanted import Plan, Wanted
from tests.bus.nats_server import nats_server, program
from tests.eventually import a_moment, eventually
from tests.fleeting import ours
from tests.session.collecting import asked, collecting, key_of, token_on, until

pytestmark = pytest.mark.skipif(program() is None, reason="no nats-server 2.11 or newer here")

ROOMS = [ConferenceSettings("board", host_pin="1"), ConferenceSettings("ops", host_pin="1")]


def tokens_asked_for(node: EmbeddedNode, alias: str) -> int:
    return sum(one.path.endswith(f"/{alias}/request_token") for one in node.received)


async def test_who_was_removed_is_not_followed_by_another_before_somebody_says_so(
    tmp_path: Path,
) -> None:
    async with (
        nats_server(tmp_path) as server,
        EmbeddedNode(*ROOMS) as node,
        open_bus(BusSettings(server.url), "reader") as bus,
        collecting(server, node, "board", "ops", pin="1") as one,
    ):
        await eventually(lambda: one.is_live("board") and one.is_live("ops"))
        (me,) = ours(node, "board")
        node.conference("board").remove(me, "Disconnected by another participant")
        await eventually(lambda: one.state("board") is LineState.REMOVED)
        await until(lambda: is_barred(bus, "board"))
        await one.die()
        async with collecting(server, node, "board", "ops", pin="1", name="two") as two:
            await eventually(lambda: two.is_live("ops"))
            await eventually(lambda: two.state("board") is LineState.REMOVED)
            assert tokens_asked_for(node, "board") == 1
            assert ours(node, "board") == []
            assert (await asked(bus, "board", TRY_AGAIN, Asked("1"))).fault == ""
            await eventually(lambda: two.is_live("board"))
            assert len(ours(node, "board")) == 1

            # What nobody wants any more is left, and nothing of it stays.
            two.collector.adopt(Plan("fleet", "", (Wanted("ops", is_bare=True),)))
            await eventually(lambda: ours(node, "board") == [])
            assert len(ours(node, "ops")) == 1
            await until(lambda: is_unknown(bus, "board"))
            assert len(await bus.listed(META, conferences())) == 1


async def is_barred(bus: Bus, alias: str) -> bool:
    """Whether it is stored that nobody may join by himself."""
    told = await token_on(bus, alias)
    return (told.kind, told.token) == ("removed", "") and bool(told.barred)


async def is_unknown(bus: Bus, alias: str) -> bool:
    """Whether nothing of a conference is stored any more."""
    key = key_of(alias)
    subjects = (token(key), summary(key), alarms(key), participants(key))
    return not [one for subject in subjects for one in await bus.listed(STATE, subject)] and not (
        await bus.listed(META, conference(key))
    )


async def test_a_bus_that_is_away_ends_nothing_and_lacks_nothing_when_it_is_back(
    tmp_path: Path,
) -> None:
    async with (
        nats_server(tmp_path) as server,
        EmbeddedNode(*ROOMS, expires=10) as node,
        collecting(server, node, "board", pin="1") as one,
    ):
        await eventually(lambda: one.is_live("board"))
        await until(lambda: logged(one.bus, "participant_sync_end"))
        await server.kill()
        await eventually(lambda: not one.bus.is_up)
        node.conference("board").join("Ann")
        await eventually(lambda: "Ann" in one.shown("board"))
        # Nobody can be in our place: the token is refreshed before it ends, with or without a bus.
        before = refreshes(node)
        await eventually(lambda: refreshes(node) > before)
        assert one.is_live("board")
        await server.start()
        await until(lambda: logged(one.bus, "Ann"))

        async def stored() -> int:
            people = await one.bus.listed(STATE, participants(key_of("board")))
            return sum(b"Ann" in kept.payload for kept in people)

        await until(stored)
        assert await stored() == 1
        await until(lambda: is_kept(one.bus, node))
        assert tokens_asked_for(node, "board") == 1


async def test_a_token_that_could_not_be_written_down_is_not_asked_for(tmp_path: Path) -> None:
    certain = LeaseTimes(renewal=0.3, suspect=300.0, life=600.0)
    async with (
        nats_server(tmp_path) as server,
        EmbeddedNode(*ROOMS) as node,
        collecting(server, node, "board", pin="1", times=certain) as one,
    ):
        await eventually(lambda: one.is_live("board"))
        await until(lambda: is_kept(one.bus, node))
        (me,) = ours(node, "board")
        server.signal(signal.SIGSTOP)
        try:
            node.conference("board").audience.tell(me, "refresh_token", None)
            node.conference("board").join("Ann")
            await eventually(lambda: "Ann" in one.shown("board"))
            for _ in range(20):
                await a_moment()
            assert refreshes(node) == 0
        finally:
            server.signal(signal.SIGCONT)
        await eventually(lambda: refreshes(node) == 1)
        await until(lambda: is_kept(one.bus, node))


async def is_kept(bus: Bus, node: EmbeddedNode) -> bool:
    """Whether the token that is stored is the one that the node takes."""
    (me,) = ours(node, "board")
    told = await token_on(bus, "board")
    return node.conference("board").tokens.holder(told.token) == me


def refreshes(node: EmbeddedNode) -> int:
    return sum(one.path.endswith("/refresh_token") for one in node.received)


async def logged(bus: Bus, words: str) -> bool:
    """Whether the log has a record with these words."""
    if not bus.is_up:
        return False
    async with aclosing(bus.read_log(log())) as kept:
        async for one in kept:
            if one is None:
                return False
            if any(words.encode() in told.record for told in unpacked(Logged, one.payload).records):
                return True
    return False


async def test_what_does_not_fit_while_the_bus_is_away_is_a_hole_that_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_writer, "MOST_WAITING_BYTES", 20_000)
    async with (
        nats_server(tmp_path) as server,
        EmbeddedNode(*ROOMS) as node,
        collecting(server, node, "board", pin="1") as one,
    ):
        await eventually(lambda: one.is_live("board"))
        await until(lambda: logged(one.bus, "participant_sync_end"))
        await server.kill()
        await eventually(lambda: not one.bus.is_up)
        meeting = node.conference("board")
        for at in range(60):
            meeting.leave(meeting.join(f"P{at}").uuid)
        meeting.join("Last")
        await eventually(lambda: "Last" in one.shown("board"))
        await server.start()
        await until(lambda: logged(one.bus, "s are missing here"))
        # How it stands now is told after the hole.
        await until(lambda: logged(one.bus, '"list"'))
        assert not await logged(one.bus, "P1")
