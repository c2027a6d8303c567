"""Connections between two requests: each is kept for some seconds, and watched meanwhile."""

from __future__ import annotations

import asyncio
import select
from collections.abc import Callable
from typing import NamedTuple

from pexdash.api.http.endurance import Endurance, Place
from pexdash.api.http.route import Origin, Route, address_of
from pexdash.api.http.tls_in_memory import hand_to

KEPT = 20
"""How many connections are kept for the next request."""
KEPT_SECONDS = 5.0
"""How long each is kept: the node must not close it first, while a request is on its way."""
SURE_SECONDS = 2.0
"""How long each may be idle and still carry a request that must not be sent twice."""


class KeptConnections:
    """The kept connections, by the scheme, host and port they are for and the address they lead to.

    None is kept where connections were found to break between two requests.
    """

    def __init__(self) -> None:
        self._kept: list[_Kept] = []
        self._endurance = Endurance()

    def keep(self, origin: Origin, transport: asyncio.Transport) -> None:
        """Keep a connection for the next request to `origin`; close it where KEPT are kept."""
        self._kept = [kept for kept in self._kept if not kept.transport.is_closing()]
        place = Place(origin, address_of(transport))
        if len(self._kept) >= KEPT or self._endurance.has_failed(place):
            transport.abort()
            return
        idle = _Idle(transport, lambda: self._endurance.failed(place))
        self._kept.append(_Kept(place, transport, idle))

    def take(self, origin: Origin, route: Route, *, sure: bool) -> asyncio.Transport | None:
        """The connection on this route that was used last, None where none can be used.

        With `sure`, one that was idle for more than SURE_SECONDS is not used, and none at all as
        long as no connection there has carried one request after another.
        """
        for at in reversed(range(len(self._kept))):
            kept = self._kept[at]
            if kept.place.origin != origin or not route.leads_to(kept.place.address):
                continue
            is_sure = kept.idle.seconds < SURE_SECONDS and self._endurance.is_proved(kept.place)
            if sure and not is_sure:
                continue
            del self._kept[at]
            if kept.idle.end_watch():
                return kept.transport
            kept.transport.abort()
        return None

    def used_again(self, origin: Origin, transport: asyncio.Transport, *, answered: bool) -> None:
        """Learn from a request over a kept connection, which was answered or broke."""
        place = Place(origin, address_of(transport))
        if answered:
            self._endurance.proved(place)
        else:
            self._endurance.failed(place)

    def close(self) -> None:
        """Close every connection."""
        for kept in self._kept:
            kept.transport.abort()
        self._kept.clear()


class _Kept(NamedTuple):
    place: Place
    transport: asyncio.Transport
    idle: _Idle


class _Idle(asyncio.BufferedProtocol):
    """Closes a kept connection when anything arrives over it, and after KEPT_SECONDS.

    `failed` is called where the node ends it within SURE_SECONDS.
    """

    def __init__(self, transport: asyncio.Transport, failed: Callable[[], None]) -> None:
        self._transport = transport
        self._failed = failed
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()
        self._end = self._loop.call_later(KEPT_SECONDS, transport.abort)
        hand_to(transport, self)
        # Reading is paused where much of the last answer was not read.
        transport.resume_reading()

    @property
    def seconds(self) -> float:
        """How long nothing was sent over the connection."""
        return self._loop.time() - self._began

    def end_watch(self) -> bool:
        """Stop watching; whether the connection may be used again."""
        self._end.cancel()
        if self._transport.is_closing() or _has_arrived(self._transport):
            self._note_end()
            return False
        return self._loop.time() < self._end.when()

    def get_buffer(self, sizehint: int) -> bytearray:
        return bytearray(1)

    def buffer_updated(self, nbytes: int) -> None:
        self._transport.abort()

    def connection_lost(self, fault: Exception | None) -> None:
        if not self._end.cancelled():
            self._end.cancel()
            self._note_end()

    def _note_end(self) -> None:
        if self.seconds < SURE_SECONDS:
            self._failed()


def _has_arrived(transport: asyncio.Transport) -> bool:
    """Whether the system has bytes of this open connection, or its end, that the loop has not read.

    A busy loop would learn of them only after the next request was sent.
    """
    # Not select.select, which takes no descriptor above 1023.
    arrivals = select.poll()
    arrivals.register(transport.get_extra_info("socket"), select.POLLIN)
    return bool(arrivals.poll(0))
