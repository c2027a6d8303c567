"""A proxy that holds the stream back, or cuts an idle one: what the host is told, and what not."""

from __future__ import annotations

import asyncio

from pexdash.session.feed.link import LinkState
from tests.eventually import eventually
from tests.manual_clock import ManualClock
from tests.session.host import membership_on, plain_server, settled
from tests.session.raw_node import RawNode, Watcher, watching

HELD_BACK = "connected, but no event comes: a proxy may hold the stream back"


async def pass_time(watcher: Watcher, seconds: int) -> None:
    for _ in range(seconds):
        await watcher.clock.advance(1)
        await settled()


async def test_an_idle_line_cut_each_minute_is_no_news() -> None:
    async with watching() as watcher:
        for number in range(2, 5):
            await pass_time(watcher, 20)
            await watcher.node.send(b": ping\n\n")
            await watcher.breaks()
            await watcher.seconds_until(number)
            await watcher.live(number)
        assert watcher.said == []


async def test_a_line_that_cannot_be_made_anew_is_told_once() -> None:
    async with watching() as watcher:
        refusal = b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        watcher.node.answers["events"] = [refusal] * 4
        await watcher.breaks()
        await watcher.seconds_until(6)
        await watcher.live(6)
        (told,) = watcher.said
        assert told.startswith("Connection lost: ")


async def test_a_quiet_node_is_not_said_to_be_held_back() -> None:
    async with watching() as watcher:
        await pass_time(watcher, 20)
        await watcher.breaks()
        await watcher.seconds_until(2)
        watcher.node.opening = b""
        await pass_time(watcher, 20)
        assert not watcher.feed.link.is_held_back
        assert watcher.said == []


async def test_a_stream_that_brings_nothing_is_not_called_live() -> None:
    """The first stream is held back; its events come at last, all together."""
    node, clock, said = RawNode(), ManualClock(), []
    node.withheld = True
    async with plain_server(node.serve) as url:
        membership = membership_on(url, clock)
        link = membership.feed.link
        membership.feed.watch(notify=lambda notice: said.append(notice.text))
        running = asyncio.create_task(membership.run())
        try:
            await eventually(lambda: link.is_live)
            assert not link.is_held_back
            await clock.advance(4)
            await settled()
            assert said == []
            for _ in range(3):
                await clock.advance(1)
                await settled()
            assert link.words == HELD_BACK
            assert said == [HELD_BACK.capitalize()]
            await node.send(node.listed())
            await eventually(lambda: link.words == "live")
            await eventually(lambda: "ann" in membership.feed.conference.participants)
            assert not membership.feed.is_listing
            assert len(said) == 1
        finally:
            await membership.close()
            node.break_off()
            await asyncio.gather(running, return_exceptions=True)


async def test_streams_that_are_held_back_one_after_the_other_are_told_of_once() -> None:
    node, clock, said = RawNode(), ManualClock(), []
    node.withheld = True
    async with plain_server(node.serve) as url:
        membership = membership_on(url, clock)
        link = membership.feed.link
        membership.feed.watch(notify=lambda notice: said.append(notice.text))
        running = asyncio.create_task(membership.run())
        try:
            for _ in range(3):
                await eventually(lambda: link.is_live)
                for _ in range(8):
                    await clock.advance(1)
                    await settled()
                assert link.is_held_back
                assert said.count(HELD_BACK.capitalize()) == 1
                node.break_off()
                await eventually(lambda: link.state is LinkState.LOST)
                await clock.advance(1)
        finally:
            await membership.close()
            node.break_off()
            await asyncio.gather(running, return_exceptions=True)
