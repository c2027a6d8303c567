"""What an embedded node grants to strangers, so that nothing they do to it goes on for ever."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a node; sizes in bytes, times in seconds of real time.

    A wall of thousands of conferences on one machine fits into the defaults.
    """

    connections: int = 21_000
    """How many connections may be open; each further one is closed at once."""
    accept_pause_seconds: float = 1.0
    """How long nobody is let in after the system had no descriptor left for a connection."""
    head_bytes: int = 16 * 1024
    """The request line and the headers of one request, with 128 bytes more for each header."""
    head_seconds: float = 10.0
    """How long a new connection, or a request that has begun, may take to send its head."""
    body_bytes: int = 1024 * 1024
    """The body of one request."""
    body_seconds: float = 30.0
    """How long the body of one request may take to arrive."""
    bodies_bytes: int = 64 * 1024 * 1024
    """All bodies that are arriving at one moment, together; none up to `head_bytes` is refused."""
    idle_seconds: int = 75
    """How long a connection is kept for the next request of its client."""
    answer_seconds: float = 30.0
    """How long the client of an answer, or of a stream that has ended, may take nothing of it."""
    streams: int = 20_000
    """How many event streams may be open."""
    stream_bytes: int = 8 * 1024 * 1024
    """What a stream may hold that its client has not read, beside the list it begins with."""
    unread_bytes: int = 64 * 1024 * 1024
    """All that clients have not read, together; who has left most of it is cut off."""
    room_seconds: float = 2.0
    """How long a list waits while more than half of that is unread already."""
    pin_tries: int = 20
    """How many wrong PINs an address may try in a second; of IPv6, its network of 64 bits."""
    arrivals: int = 20_000
    """How many participants requests may add to those the node has started with."""
    texts_bytes: int = 16 * 1024 * 1024
    """All texts that requests gave with these participants: names, tags, addresses."""
    calls: int = 8
    """How many media calls a participant may have."""
    field_bytes: int = 1024
    """A name, an alias, an address, or any other string that is kept."""
    message_bytes: int = 64 * 1024
    """A chat message."""
    offer_bytes: int = 128 * 1024
    """The SDP of a media call."""
    received_bytes: int = 64 * 1024 * 1024
    """The received requests that are kept for whoever holds the node as an object."""
