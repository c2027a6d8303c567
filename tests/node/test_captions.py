"""Live captions: who is sent them, what they say, and that a meeting is the same without them."""

from __future__ import annotations

from typing import Any

from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from tests.manual_clock import ManualClock
from tests.node.client import ALIAS, INVALID_ROLE, Client, joined, refused

LIVELY = ConferenceSettings(ALIAS, participants=6, lively=True, live_captions=True)
SECONDS = 12


async def captions_of(
    node: EmbeddedNode, client: Client, clock: ManualClock
) -> list[dict[str, Any]]:
    """The captions that a client is sent within some seconds of the meeting."""
    stream = await client.listen_in()
    for _ in range(SECONDS * 4):
        await clock.advance(0.25)
    node.conference(ALIAS).publish("marker", None)
    heard = await stream.until("marker")
    return [one.data for one in heard if one.name == "live_captions"]


async def test_whoever_shows_them_is_sent_lines_that_grow_and_end() -> None:
    clock = ManualClock()
    async with EmbeddedNode(LIVELY, clock=clock) as node, joined(node) as host:
        assert await host.result("show_live_captions", uuid=host.uuid) is None
        captions = await captions_of(node, host, clock)
        people = node.conference(ALIAS).participants
    finals = [one for one in captions if one["is_final"]]
    assert len(finals) > 2
    assert len(finals) < len(captions)
    growing = ""
    for one in captions:
        assert one["data"].startswith(growing)
        assert one["sources"][0]["participant_uuid"] in people
        assert len(one["sources"][0]["indices"]) == len(one["data"].split())
        growing = "" if one["is_final"] else one["data"]


async def test_the_same_seed_says_the_same() -> None:
    async def said() -> list[str]:
        clock = ManualClock()
        async with EmbeddedNode(LIVELY, clock=clock) as node, joined(node) as host:
            await host.result("show_live_captions", uuid=host.uuid)
            return [one["data"] for one in await captions_of(node, host, clock)]

    first = await said()
    assert first
    assert await said() == first


async def test_nobody_else_is_sent_any() -> None:
    clock = ManualClock()
    async with (
        EmbeddedNode(LIVELY, clock=clock) as node,
        joined(node) as host,
        joined(node, "Eve") as other,
    ):
        await other.result("show_live_captions", uuid=other.uuid)
        assert refused(await other.send("show_live_captions", uuid=host.uuid)) == INVALID_ROLE
        await host.result("show_live_captions", uuid=host.uuid)
        await host.result("hide_live_captions", uuid=host.uuid)
        assert await captions_of(node, host, clock) == []
        assert await captions_of(node, other, clock) != []
