"""The media of a WebRTC call, where the `media` extra is installed."""

from __future__ import annotations

import importlib.util

from pexdash.errors import BadAnswer


def is_available() -> bool:
    """Whether WebRTC calls can be made."""
    return importlib.util.find_spec("aiortc") is not None


class Listener:
    """Takes part in a WebRTC call without sending: what comes is taken and thrown away.

    A terminal has no loudspeaker; the call gives our participant media, so that it counts as one
    who is there.
    """

    def __init__(self) -> None:
        from aiortc import RTCPeerConnection
        from aiortc.contrib.media import MediaBlackhole

        self._connection = RTCPeerConnection()
        self._sink = MediaBlackhole()
        self._connection.on("track", self._sink.addTrack)

    async def offer(self) -> str:
        """The SDP to send with the call request."""
        for kind in ("audio", "video"):
            self._connection.addTransceiver(kind, direction="recvonly")
        await self._connection.setLocalDescription(await self._connection.createOffer())
        return str(self._connection.localDescription.sdp)

    async def accept(self, sdp: str) -> None:
        """Take the node's SDP; raises BadAnswer where it is none."""
        from aiortc import RTCSessionDescription

        try:
            description = RTCSessionDescription(sdp, "answer")
            await self._connection.setRemoteDescription(description)
        except (ValueError, KeyError, IndexError, AttributeError) as fault:
            raise BadAnswer("the node's SDP cannot be understood") from fault
        await self._sink.start()

    async def close(self) -> None:
        """Stop the media."""
        await self._sink.stop()
        await self._connection.close()
