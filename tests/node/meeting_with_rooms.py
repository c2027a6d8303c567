"""A meeting with a Host and a Guest who know breakout rooms, for the tests of rooms."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from tests.manual_clock import ManualClock
from tests.node.client import ALIAS, Client, Listener

PINS = ConferenceSettings(ALIAS, host_pin="1")


class Meeting:
    """A Host with a stream, a Guest with one, and the node both are on."""

    def __init__(self, node: EmbeddedNode, host: Client, guest: Client, clock: ManualClock) -> None:
        self.node, self.host, self.guest, self.clock = node, host, guest, clock
        self.conference = node.conference(ALIAS)

    async def room(self, name: str = "Red", **fields: object) -> str:
        """Open a room as the Host; its uuid."""
        result = await self.host.result("breakouts", {"name": name, **fields})
        assert list(result) == ["breakout_uuid"]
        return str(result["breakout_uuid"])

    async def into(self, client: Client, stream: Listener) -> dict[str, Any]:
        """Let `client` follow a `refer` as Pexip's clients do: release first, then join."""
        told: dict[str, Any] = await stream.first("refer")
        await client.result("release_token")
        client.token = ""
        await client.join("Gus", token=told["token"])
        return told


@asynccontextmanager
async def meeting(settings: ConferenceSettings = PINS) -> AsyncIterator[Meeting]:
    clock = ManualClock()
    async with (
        EmbeddedNode(settings, clock=clock) as node,
        Client(node) as host,
        Client(node) as guest,
    ):
        await host.join("Hana", "1", breakout_rooms=True)
        await guest.join("Gus", "none", breakout_capable=True)
        yield Meeting(node, host, guest, clock)


async def of_room(stream: Listener, name: str) -> Any:
    """The data of the next event of that name in any room."""
    while (event := await stream.next()) is not None:
        if event.name == "breakout_event" and event.data["event"] == name:
            return event.data["data"]
    raise AssertionError(f"no {name} of a room")
