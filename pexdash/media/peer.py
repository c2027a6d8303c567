"""Our end of a WebRTC call's media; needs the extra `media`."""

from __future__ import annotations

import importlib.util

from pexdash.errors import BadAnswer


def is_available() -> bool:
    """Whether the extra `media` is installed, so that we can make WebRTC calls."""
    return importlib.util.find_spec("aiortc") is not None


class Listener:
    """Receives the audio and video of a WebRTC call, throws both away, and sends none.

    A terminal has no loudspeaker. The call gives our participant media, so that the node counts it
    as a participant with media.
    """

    def __init__(self) -> None:
        from aiortc import RTCPeerConnection
        from aiortc.contrib.media import MediaBlackhole

        self._connection = RTCPeerConnection()
        self._sink = MediaBlackhole()
        self._connection.on("track", self._sink.addTrack)

    async def offer(self) -> str:
        """Make the SDP to send with the call request."""
        for kind in ("audio", "video"):
            self._connection.addTransceiver(kind, direction="recvonly")
        await self._connection.setLocalDescription(await self._connection.createOffer())
        return str(self._connection.localDescription.sdp)

    async def accept(self, sdp: str) -> None:
        """Accept the node's SDP and start to receive; raises BadAnswer for any other text."""
        from aiortc import RTCSessionDescription

        try:
            description = RTCSessionDescription(sdp, "answer")
            await self._connection.setRemoteDescription(description)
        except (ValueError, KeyError, IndexError, AttributeError) as fault:
            raise BadAnswer("the node's SDP cannot be understood") from fault
        await self._sink.start()

    async def close(self) -> None:
        """Stop the media and close the connection."""
        await self._sink.stop()
        await self._connection.close()
