"""Connections between two requests: each is kept for some seconds, and watched meanwhile."""

from __future__ import annotations

import asyncio
import select
from typing import NamedTuple

from pexdash.api.http.tls_in_memory import hand_to

KEPT = 20
"""How many connections are kept for the next request."""
KEPT_SECONDS = 5.0
"""How long each is kept: the node must not close it first, while a request is on its way."""

Origin = tuple[str, bytes, int | None]
"""Scheme, host and port of a URL."""


class KeptConnections:
    """The kept connections, by the scheme, host and port they lead to."""

    def __init__(self) -> None:
        self._kept: list[_Kept] = []

    def keep(self, origin: Origin, transport: asyncio.Transport) -> None:
        """Keep a connection for the next request to `origin`; close it where KEPT are kept."""
        self._kept = [kept for kept in self._kept if not kept.transport.is_closing()]
        if len(self._kept) >= KEPT:
            transport.abort()
        else:
            self._kept.append(_Kept(origin, transport, _Idle(transport)))

    def take(self, origin: Origin) -> asyncio.Transport | None:
        """The connection to `origin` that was used last, None where none can be used."""
        for at in reversed(range(len(self._kept))):
            if self._kept[at].origin == origin:
                kept = self._kept.pop(at)
                if kept.idle.end_watch():
                    return kept.transport
                kept.transport.abort()
        return None

    def close(self) -> None:
        """Close every connection."""
        for kept in self._kept:
            kept.transport.abort()
        self._kept.clear()


class _Kept(NamedTuple):
    origin: Origin
    transport: asyncio.Transport
    idle: _Idle


class _Idle(asyncio.BufferedProtocol):
    """Closes a kept connection when anything arrives over it, and after KEPT_SECONDS."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._end = asyncio.get_running_loop().call_later(KEPT_SECONDS, transport.abort)
        hand_to(transport, self)
        # Reading is paused where much of the last answer was not read.
        transport.resume_reading()

    def end_watch(self) -> bool:
        """Stop watching; whether the connection may be used again."""
        self._end.cancel()
        is_old = asyncio.get_running_loop().time() >= self._end.when()
        return not (is_old or self._transport.is_closing() or _has_arrived(self._transport))

    def get_buffer(self, sizehint: int) -> bytearray:
        return bytearray(1)

    def buffer_updated(self, nbytes: int) -> None:
        self._transport.abort()

    def connection_lost(self, fault: Exception | None) -> None:
        self._end.cancel()


def _has_arrived(transport: asyncio.Transport) -> bool:
    """Whether the system has bytes of this open connection, or its end, that the loop has not read.

    A busy loop would learn of them only after the next request was sent.
    """
    # Not select.select, which takes no descriptor above 1023.
    arrivals = select.poll()
    arrivals.register(transport.get_extra_info("socket"), select.POLLIN)
    return bool(arrivals.poll(0))
