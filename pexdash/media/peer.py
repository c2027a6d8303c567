"""Our end of a WebRTC call's media; needs the extra `media`."""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from pexdash.errors import BadAnswer, NoMedia
from pexdash.model.media import IceServer, MediaState
from pexdash.text import REASON_LIMIT, clean

if TYPE_CHECKING:
    from aiortc import RTCConfiguration

MISSING = "WebRTC calls need the extra `media`: install pexdash[media]"
_LIBRARIES = ("aiortc", "aioice", "libav")
"""The loggers of the libraries, which log addresses, keys and user names, and to the screen."""
_STATES = {
    "new": MediaState.NEW,
    "connecting": MediaState.CONNECTING,
    "connected": MediaState.CONNECTED,
    "failed": MediaState.FAILED,
    "closed": MediaState.CLOSED,
}
"""What the states of a connection are called in the standard (WebRTC, RTCPeerConnectionState)."""


def is_available() -> bool:
    """Whether the extra `media` is installed, so that we can make WebRTC calls."""
    return importlib.util.find_spec("aiortc") is not None


async def listener(servers: Sequence[IceServer]) -> Listener:
    """Make our end of a call that asks these STUN and TURN servers for its address, and no other.

    Loads the libraries in a thread, because that takes half a second. Raises NoMedia where they are
    missing or broken.
    """
    try:
        await asyncio.to_thread(_load)
        return Listener(servers)
    except Exception as fault:
        # A library that does not fit this machine or another library may raise anything.
        if not is_available():
            raise NoMedia(MISSING) from fault
        raise NoMedia(
            f"the libraries of the extra `media` do not load ({type(fault).__name__}):"
            " install pexdash[media] again"
        ) from fault


def _load() -> None:
    for name in _LIBRARIES:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    importlib.import_module("aiortc.contrib.media")


class Listener:
    """Receives the audio and video of a WebRTC call, throws both away, and sends none.

    A terminal has no loudspeaker. The call gives our participant media, so that the node counts it
    as a participant with media.
    """

    def __init__(self, servers: Sequence[IceServer]) -> None:
        from aiortc import RTCPeerConnection
        from aiortc.contrib.media import MediaBlackhole

        self._connection = RTCPeerConnection(_configuration(servers))
        self._sink = MediaBlackhole()
        self._connection.on("track", self._sink.addTrack)

    @property
    def state(self) -> MediaState:
        """How far the connection has got."""
        return _STATES.get(self._connection.connectionState, MediaState.NEW)

    def on_state(self, changed: Callable[[], None]) -> None:
        """Call `changed` whenever `state` has changed."""
        self._connection.on("connectionstatechange", changed)

    async def offer(self) -> str:
        """Make the SDP to send with the call request; raises NoMedia where that fails."""
        try:
            for kind in ("audio", "video"):
                self._connection.addTransceiver(kind, direction="recvonly")
            await self._connection.setLocalDescription(await self._connection.createOffer())
        except Exception as fault:
            # The library opens sockets for it, and passes on whatever becomes of them.
            raise NoMedia(f"no media can be offered ({clean(str(fault), REASON_LIMIT)})") from fault
        return str(self._connection.localDescription.sdp)

    async def accept(self, sdp: str) -> None:
        """Accept the node's SDP and start to receive; raises BadAnswer for any other text."""
        from aiortc import RTCSessionDescription

        try:
            description = RTCSessionDescription(sdp, "answer")
            await self._connection.setRemoteDescription(description)
        except Exception as fault:
            # The library reads the text as it goes, and raises whatever it stumbles over.
            raise BadAnswer("the node's SDP cannot be understood") from fault
        await self._sink.start()

    async def close(self) -> None:
        """Stop the media and close the connection."""
        await self._sink.stop()
        await self._connection.close()


def _configuration(servers: Sequence[IceServer]) -> RTCConfiguration:
    """The library's form of these servers; without a list it would ask a public server."""
    from aiortc import RTCConfiguration, RTCIceServer

    return RTCConfiguration(
        iceServers=[
            RTCIceServer(
                urls=list(one.urls),
                username=one.username or None,
                credential=one.credential.reveal() if one.credential else None,
            )
            for one in servers
        ]
    )
