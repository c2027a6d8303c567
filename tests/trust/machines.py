"""The machines of a fleet: all on this one, or each in a network namespace, with links to cut.

Namespaces without a name end with the last process in them, however that ends, and links with them.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Protocol

from tests.bus.nats_server import NatsServer, nats_server

NODE = "10.77.1.1"
"""The node's address for the collectors."""
BUS = "10.77.2.1"
"""The server's address for everybody."""
_READER = 9
_WAYS = (("unshare", "--net"), ("unshare", "--map-root-user", "--net"))
_MAY_LINK = ("ip", "link", "add", "one", "type", "veth", "peer", "name", "two")


class Machines(Protocol):
    """Where a server, a node, and collectors 1 and 2 run, the first of which can be cut off.

    `url` is the server's for everybody but collector 1, whose is `struck_url`. `addresses` are the
    collectors' as the node sees them, "" where it cannot tell them apart.
    """

    node_host: str
    url: str
    struck_url: str
    addresses: tuple[str, str]

    def within(self, collector: int) -> Sequence[str]:
        """The words that start a command where that collector runs."""
        ...

    async def cut(self, *, node_too: bool = False) -> None:
        """Cut collector 1 off from the server, and from the node as well."""
        ...

    async def mend(self) -> None:
        """Have everything reach everything again."""
        ...


class Valve:
    """All on this machine: nothing passes while the valve is shut, and no connection ends."""

    node_host = "127.0.0.1"
    addresses = ("", "")

    def __init__(self, server: NatsServer) -> None:
        self.url = server.url
        self.struck_url = ""
        self._port = server.port
        self._is_open = asyncio.Event()
        self._is_open.set()
        self._passing: set[asyncio.Task[None]] = set()

    def within(self, collector: int) -> Sequence[str]:
        return ()

    async def cut(self, *, node_too: bool = False) -> None:
        assert not node_too, "there is no valve before the node"
        self._is_open.clear()

    async def mend(self) -> None:
        self._is_open.set()

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass on what comes and goes."""
        there, out = await asyncio.open_connection("127.0.0.1", self._port)
        for one in (self._pass_on(reader, out), self._pass_on(there, writer)):
            task = asyncio.ensure_future(one)
            self._passing.add(task)
            task.add_done_callback(self._passing.discard)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                await self._is_open.wait()
                writer.write(data)
                await writer.drain()
        writer.close()

    async def close(self) -> None:
        """Pass nothing on any more."""
        tasks = [*self._passing]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def one_machine(folder: Path) -> AsyncIterator[Valve]:
    """Everything on this machine, with a valve between collector 1 and the server."""
    async with nats_server(folder) as running:
        valve = Valve(running)
        listening = await asyncio.start_server(valve.connected, "127.0.0.1", 0)
        valve.struck_url = f"nats://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        try:
            yield valve
        finally:
            listening.close()
            await valve.close()


def own_network() -> Sequence[str] | None:
    """The words that start a command in a network of its own; None where none may be made."""
    for way in _WAYS:
        with suppress(OSError):
            made = subprocess.run([*way, *_MAY_LINK], capture_output=True, check=False)
            if made.returncode == 0:
                return way
    return None


class Namespaces:
    """The server and both collectors each in a network namespace, the node and the reader here.

    Each collector has a link to the server and one to the node. On a link that is down packets
    vanish: nobody is told.
    """

    node_host = NODE
    addresses = ("10.77.1.11", "10.77.1.12")

    def __init__(self) -> None:
        self.url = self.struck_url = ""
        self._within: dict[str, Sequence[str]] = {"here": ()}

    def within(self, collector: int) -> Sequence[str]:
        return self._within[f"collector{collector}"]

    async def make(self, around: AsyncExitStack) -> Sequence[str]:
        """Make all of it; returns the words that start a command where the server runs."""
        await _run("ip", "link", "set", "lo", "up")
        for name in ("bus", "collector1", "collector2"):
            held = await around.enter_async_context(_namespace())
            self._within[name] = ("nsenter", f"--target={held}", "--net")
        await self._link("bus", BUS, "here", f"10.77.2.{_READER}")
        for number in (1, 2):
            name = f"collector{number}"
            await self._link("bus", BUS, name, f"10.77.2.1{number}")
            await self._link("here", NODE, name, f"10.77.1.1{number}")
        return self._within["bus"]

    async def cut(self, *, node_too: bool = False) -> None:
        for where in ("bus", "here") if node_too else ("bus",):
            await self._set(where, "collector1", "down")

    async def mend(self) -> None:
        for where in ("bus", "here"):
            await self._set(where, "collector1", "up")

    async def _set(self, where: str, link: str, state: str) -> None:
        await _run(*self._within[where], "ip", "link", "set", link, state)

    async def _link(self, here: str, address: str, there: str, peer: str) -> None:
        """Join two namespaces; each has its end by the other's name."""
        await _run("ip", "link", "add", "end1", "type", "veth", "peer", "name", "end2")
        for end, where, whither, own, other in (
            ("end1", here, there, address, peer),
            ("end2", there, here, peer, address),
        ):
            within = self._within[where]
            if within:
                pid = within[1].partition("=")[2]
                await _run("ip", "link", "set", end, "netns", pid)
            await _run(*within, "ip", "link", "set", end, "name", whither)
            await _run(*within, "ip", "address", "add", own, "peer", other, "dev", whither)
            await self._set(where, whither, "up")


@asynccontextmanager
async def machines_apart(folder: Path) -> AsyncIterator[Namespaces]:
    """Namespaces beside ours, which is to be one that `own_network` has made."""
    async with AsyncExitStack() as around:
        machines = Namespaces()
        within = await machines.make(around)
        server = await around.enter_async_context(nats_server(folder, host=BUS, within=within))
        machines.url = machines.struck_url = server.url
        yield machines


@asynccontextmanager
async def _namespace() -> AsyncIterator[int]:
    """A network namespace, by a process that holds it and ends with us."""
    held = await asyncio.create_subprocess_exec(
        *("unshare", "--net", "sh", "-c", "ip link set lo up && echo made && exec cat"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert held.stdin is not None
    assert held.stdout is not None
    try:
        assert await held.stdout.readline() == b"made\n", "no namespace was made"
        yield held.pid
    finally:
        held.stdin.close()
        await held.wait()


async def _run(*words: str) -> None:
    process = await asyncio.create_subprocess_exec(
        *words, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, f"{' '.join(words)}: {os.fsdecode(said)}"
