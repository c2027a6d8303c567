"""A cluster of three servers that run the configuration we print: one of them may go."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
import trustme

from pexdash.api.tls import trust
from pexdash.bus.bus import open_bus
from pexdash.bus.rights import User
from pexdash.bus.server_config import ServerPlan, server_config
from pexdash.bus.settings import BusSettings
from pexdash.bus.streams import make_streams
from pexdash.bus.subjects import COL, LOG, META, STATE, fence, log
from pexdash.bus.user_keys import public_key
from pexdash.errors import BusFault
from tests.bus.holders import ALL, Held, holders
from tests.bus.nats_server import NatsServer, nats_server, program
from tests.eventually import a_moment

pytestmark = pytest.mark.skipif(program() is None, reason="no nats-server 2.11 or newer here")

NAMES = ("a", "b", "c")
LONGEST_SECONDS = 120.0
"""How long all of it may take on a busy machine."""


def free_ports(count: int) -> list[int]:
    """Ports of this machine that nobody listens on, found all at once so that they differ."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


@asynccontextmanager
async def cluster(folder: Path) -> AsyncIterator[tuple[dict[str, NatsServer], BusSettings]]:
    """Three servers by name, which know each other by certificates, and a collector's settings."""
    key, pem, ca = folder / "one.nk", folder / "server.pem", folder / "ca.pem"
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(ca))
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(pem))
    peers = {name: f"127.0.0.1:{port}" for name, port in zip(NAMES, free_ports(3), strict=True)}
    keys = {"one": public_key(key)}
    servers = {}
    async with AsyncExitStack() as stack:
        for name in NAMES:
            plan = ServerPlan(
                (User("one", "collector"),),
                keys,
                "127.0.0.1:-1",
                str(folder / name),
                str(pem),
                str(pem),
                name=name,
                peers=peers,
                peer_ca_file=str(ca),
            )
            servers[name] = await stack.enter_async_context(
                nats_server(folder / name, whole=server_config(plan))
            )
        urls = ",".join(one.url for one in servers.values())
        tls = trust(ca, insecure=False)
        yield servers, BusSettings(urls, nkey=key, tls=tls, user="one", replicas=3)


async def leader_of(one: Held, stream: str) -> str:
    """The server that decides what a stream takes."""
    found = (await one.bus._connection.js.stream_info(stream)).cluster
    assert found is not None
    assert found.leader is not None
    return found.leader


async def test_the_server_that_decides_goes_and_nothing_is_lost(tmp_path: Path) -> None:
    # Servers that look for a new leader take seconds for it, more than one that is alone.
    async with asyncio.timeout(LONGEST_SECONDS), cluster(tmp_path) as (servers, settings):
        await until_streams_can_be_made(settings)
        async with holders(settings, "one") as (one,):
            while one.shards != ALL:
                await a_moment()
            for stream in (STATE, LOG, COL, META):
                config = (await one.bus._connection.js.stream_info(stream)).config
                assert config.num_replicas == 3
            lease = one.leases.held[7]
            kept = await one.bus.put(log(7), b"1", fenced_by=(fence(7), lease.fence))
            gone = await leader_of(one, LOG)
            await servers[gone].kill()

            async def written() -> int:
                while True:
                    try:
                        held = one.leases.held[7]
                        return await one.bus.put(log(7), b"2", fenced_by=(fence(7), held.fence))
                    except BusFault:
                        await a_moment()
                        await one.bus.up()

            assert await written() > kept
            found = await one.bus.listed(LOG, log(7))
            assert [one.payload for one in found] == [b"2"]
            assert await leader_of(one, LOG) != gone
            assert one.leases.held[7].epoch == lease.epoch, "another server is no reason to let go"


async def until_streams_can_be_made(settings: BusSettings) -> None:
    """Return when the servers have found each other."""
    async with open_bus(settings, "first") as bus:
        while True:
            try:
                return await make_streams(bus)
            except BusFault:
                await a_moment()


async def test_replicas_on_a_server_alone_are_refused_in_words(tmp_path: Path) -> None:
    async with (
        nats_server(tmp_path) as server,
        open_bus(BusSettings(server.url, replicas=3), "one") as bus,
    ):
        with pytest.raises(BusFault, match=r"the stream PDX_STATE was not made: .*replicas"):
            await make_streams(bus)
