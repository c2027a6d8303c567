"""What stands at the other end of a call: a WebRTC peer, and a STUN server."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TypeVar

import pytest
from aioice import stun
from aiortc import (
    AudioStreamTrack,
    RTCConfiguration,
    RTCPeerConnection,
    RTCSessionDescription,
    VideoStreamTrack,
)

from tests.eventually import PATIENCE_SECONDS

Result = TypeVar("Result")
LOOPBACK = "127.0.0.1"


@pytest.fixture
def loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have calls use the loopback interface alone, which a machine without a network has too."""
    monkeypatch.setattr("aioice.ice.get_host_addresses", lambda **_: [LOOPBACK])


async def _never(_: object) -> None:
    await asyncio.Event().wait()


class FarEnd:
    """The media of a node: takes an offer, and sends silence and a green picture.

    One that is `mute` is found by the other end, and then says nothing more.
    """

    def __init__(self, *, mute: bool = False) -> None:
        self._is_mute = mute
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))

    async def answer(self, offer: str) -> str:
        """The SDP that answers an offer."""
        await self.connection.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        for track in (AudioStreamTrack(), VideoStreamTrack()):
            self.connection.addTrack(track)
        if self._is_mute:
            for transceiver in self.connection.getTransceivers():
                # For the library this is a method; here it is one that never answers.
                transceiver.receiver.transport.start = _never  # type: ignore[method-assign,assignment]
        await self.connection.setLocalDescription(await self.connection.createAnswer())
        return str(self.connection.localDescription.sdp)

    @property
    def is_connected(self) -> bool:
        """Whether this end, too, has finished what comes before media."""
        return str(self.connection.connectionState) == "connected"


@asynccontextmanager
async def far_end(*, mute: bool = False) -> AsyncIterator[FarEnd]:
    """A peer that is closed with the block."""
    end = FarEnd(mute=mute)
    try:
        yield end
    finally:
        await end.connection.close()


@contextmanager
def far_end_beside() -> Iterator[Callable[[str], str]]:
    """A peer on a thread of its own; yields what answers an offer, and waits for the answer."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    def run(work: Coroutine[object, object, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(work, loop).result(PATIENCE_SECONDS)

    async def make() -> FarEnd:
        return FarEnd()

    end = run(make())
    try:
        yield lambda offer: run(end.answer(offer))
    finally:
        run(end.connection.close())
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


class StunServer(asyncio.DatagramProtocol):
    """Answers who asks for its own address (RFC 8489), and counts the questions."""

    def __init__(self) -> None:
        self.asked = 0
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        question = stun.parse_message(data)
        self.asked += 1
        answer = stun.Message(
            message_method=question.message_method,
            message_class=stun.Class.RESPONSE,
            transaction_id=question.transaction_id,
        )
        answer.attributes["XOR-MAPPED-ADDRESS"] = addr
        assert self._transport is not None
        self._transport.sendto(bytes(answer), addr)


@asynccontextmanager
async def stun_server() -> AsyncIterator[tuple[StunServer, int]]:
    """A STUN server on the loopback interface, and its port."""
    loop = asyncio.get_running_loop()
    transport, server = await loop.create_datagram_endpoint(StunServer, local_addr=(LOOPBACK, 0))
    try:
        yield server, transport.get_extra_info("sockname")[1]
    finally:
        transport.close()
