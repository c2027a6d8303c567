"""Our end of a WebRTC call, with the real library: whom it asks, how it fares, how it loads."""

from __future__ import annotations

import asyncio
import gc
import logging
import socket
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from aiortc import RTCPeerConnection

from pexdash.errors import BadAnswer, NoMedia
from pexdash.media.peer import is_available, listener
from pexdash.model.media import IceServer, MediaState
from pexdash.node.sdp import answer_to
from pexdash.secret import Secret
from tests.canaries import TURN_PASSWORD
from tests.eventually import eventually
from tests.media.far_end import LOOPBACK, far_end, loopback, stun_server

pytestmark = pytest.mark.usefixtures("loopback")
__all__ = ["loopback"]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The hosts whose names were looked up, or to whom a datagram was sent, but for ourselves."""
    hosts: list[str] = []
    send = socket.socket.sendto

    def sendto(self: socket.socket, data: bytes, *rest: Any) -> int:
        hosts.append(rest[-1][0])
        return send(self, data, *rest)

    def look_up(host: str, *_: object, **__: object) -> None:
        hosts.append(host)
        raise socket.gaierror(f"no look-up of {host} in a test")

    monkeypatch.setattr(socket.socket, "sendto", sendto)
    for name in ("getaddrinfo", "gethostbyname"):
        monkeypatch.setattr(socket, name, look_up)
    return hosts


async def test_without_servers_nobody_is_asked(asked: list[str]) -> None:
    ours = await listener([])
    assert "m=video" in await ours.offer()
    await ours.close()
    assert asked == []


async def test_the_library_by_itself_would_ask_somebody(asked: list[str]) -> None:
    connection = RTCPeerConnection()
    connection.addTransceiver("audio", direction="recvonly")
    await connection.setLocalDescription(await connection.createOffer())
    await connection.close()
    assert [one for one in asked if one.startswith("stun.")]


async def test_the_stun_server_of_the_token_is_asked() -> None:
    async with stun_server() as (server, port):
        ours = await listener([IceServer((f"stun:{LOOPBACK}:{port}",))])
        offer = await ours.offer()
        await ours.close()
    assert server.asked
    assert "typ host" in offer


async def test_a_relay_of_the_token_is_asked(asked: list[str]) -> None:
    relay = IceServer(("turn:relay.example?transport=udp",), "u", Secret(TURN_PASSWORD))
    ours = await listener([relay])
    await ours.offer()
    await ours.close()
    assert set(asked) == {"relay.example"}


async def test_a_call_that_is_answered_connects_and_ends_with_the_far_end() -> None:
    async with far_end() as far:
        ours = await listener([])
        states: list[MediaState] = []
        ours.on_state(lambda: states.append(ours.state))
        offer = await ours.offer()
        assert ours.state is MediaState.NEW
        await ours.accept(await far.answer(offer))
        await eventually(lambda: ours.state is MediaState.CONNECTED)
        assert states == [MediaState.CONNECTING, MediaState.CONNECTED]
        await eventually(lambda: far.is_connected)
        await far.connection.close()
        await eventually(lambda: ours.state.is_over)
        await ours.close()
    assert states[-1].is_over


async def test_closing_ends_the_media_of_both() -> None:
    async with far_end() as far:
        ours = await listener([])
        await ours.accept(await far.answer(await ours.offer()))
        await eventually(lambda: far.is_connected)
        await ours.close()
        assert ours.state is MediaState.CLOSED
        await eventually(lambda: far.connection.connectionState == "closed")


async def test_a_call_that_is_closed_while_it_connects_leaves_no_fault_to_be_printed() -> None:
    faults: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, told: faults.append(told))
    async with far_end(mute=True) as far:
        ours = await listener([])
        answer = await far.answer(await ours.offer())
        before = asyncio.all_tasks()
        await ours.accept(answer)
        connecting = {one for one in asyncio.all_tasks() - before if "__connect" in repr(one)}
        assert connecting
        await eventually(lambda: far.connection.iceConnectionState == "completed")
        assert ours.state is MediaState.CONNECTING
        await ours.close()
        await eventually(lambda: all(task.done() for task in connecting))
    connecting.clear()
    gc.collect()
    assert faults == []


async def test_the_embedded_node_has_no_media_and_is_never_shown_as_connected() -> None:
    ours = await listener([])
    await ours.accept(answer_to(await ours.offer(), "2c34f35f-1060-438c-9e87-6c2dffbc9980"))
    await eventually(lambda: ours.state is not MediaState.NEW)
    assert ours.state in (MediaState.CONNECTING, MediaState.FAILED)
    await ours.close()


@pytest.mark.parametrize(
    "sdp",
    [
        "",
        "nonsense",
        "v=0",
        "v=0\r\nm=\r\n",
        "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=fingerprint:x\r\n",
        "v=0\r\nm=audio x y z\r\n",
        "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=rtpmap:0\r\n",
        "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=candidate:1\r\n",
    ],
)
async def test_an_answer_that_is_no_sdp_is_a_bad_answer(sdp: str) -> None:
    ours = await listener([])
    await ours.offer()
    with pytest.raises(BadAnswer):
        await ours.accept(sdp)
    await ours.close()


async def test_the_libraries_log_nothing(caplog: pytest.LogCaptureFixture) -> None:
    relay = IceServer((f"turn:{LOOPBACK}:1?transport=tcp",), "u", Secret(TURN_PASSWORD))
    with caplog.at_level(logging.DEBUG):
        async with far_end() as far:
            ours = await listener([relay])
            await ours.accept(await far.answer(await ours.offer()))
            await eventually(lambda: ours.state is MediaState.CONNECTED)
            await ours.close()
    libraries = ("aiortc", "aioice", "libav")
    assert not [one for one in caplog.records if one.name.startswith(libraries)]


def place_broken_library(monkeypatch: pytest.MonkeyPatch, folder: Path, code: str) -> None:
    """Put a package into the place of the library that runs `code` as it is imported."""
    for name in [one for one in sys.modules if one.partition(".")[0] == "aiortc"]:
        monkeypatch.delitem(sys.modules, name)
    (folder / "aiortc").mkdir()
    (folder / "aiortc" / "__init__.py").write_text(code)
    monkeypatch.syspath_prepend(folder)


async def test_a_missing_extra_is_told_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [one for one in sys.modules if one.partition(".")[0] == "aiortc"]:
        monkeypatch.setitem(sys.modules, name, None)
    assert not is_available()
    with pytest.raises(NoMedia, match=r"pexdash\[media\]"):
        await listener([])


@pytest.mark.parametrize("fault", ["ImportError", "OSError", "AttributeError", "RuntimeError"])
async def test_libraries_that_do_not_load_are_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fault: str
) -> None:
    place_broken_library(monkeypatch, tmp_path, f"raise {fault}('undefined symbol')\n")
    assert is_available()
    with pytest.raises(NoMedia, match=f"do not load .{fault}."):
        await listener([])


async def test_the_libraries_load_beside_the_loop(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    gate = threading.Event()
    monkeypatch.setattr(threading, "gate", gate, raising=False)
    code = "import threading\nthreading.gate.wait(20)\nraise ImportError\n"
    place_broken_library(monkeypatch, tmp_path, code)
    loading = asyncio.ensure_future(listener([]))
    turns = 0
    while turns < 100:
        turns += 1
        await asyncio.sleep(0)
    assert not loading.done()
    gate.set()
    with pytest.raises(NoMedia):
        await loading


async def test_an_offer_that_cannot_be_made_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_more(**_: object) -> list[str]:
        raise OSError("Too many open files")

    monkeypatch.setattr("aioice.ice.get_host_addresses", no_more)
    end = await listener([])
    try:
        with pytest.raises(NoMedia, match=r"no media can be offered \(Too many open files\)"):
            await end.offer()
    finally:
        await end.close()
