"""What a WebRTC call is made with, and how it fares."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from pexdash.secret import Secret


class IceServer(Struct, frozen=True):
    """A STUN or TURN server that a node names for our calls (API guide, request_token).

    Each URL is of the form `stun:HOST[:PORT]` or `turn[s]:HOST[:PORT][?transport=udp|tcp]`
    (RFC 7064, RFC 7065). STUN servers have neither user name nor credential.
    """

    urls: tuple[str, ...]
    username: str = ""
    credential: Secret | None = None


class MediaState(Enum):
    """How far the media of a call has got; the values are the words for the host."""

    NEW = "not connected yet"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    FAILED = "failed"
    CLOSED = "ended"

    @property
    def is_over(self) -> bool:
        """Whether no media will flow any more."""
        return self in (MediaState.FAILED, MediaState.CLOSED)
