"""An event loop that takes together what many connections bring one after the other.

Of a thousand conferences, each with an event a second, one has something to tell every millisecond.
To wake for each of them takes as long as some of what is then done.
"""

from __future__ import annotations

import asyncio
import select
import selectors
import socket
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import FileDescriptorLike

GATHER_SECONDS = 0.02
"""How long connections are left alone after some of them brought something; nobody sees so little.

A line that is quiet is heard at once, and so is everything that is no connection: keys, signals.
"""


class GatheringSelector(selectors.DefaultSelector):
    """Selects as usual, but lets a moment pass between two looks at network connections.

    `seconds` is that moment; whatever else can be read ends it.
    """

    def __init__(self, seconds: float = GATHER_SECONDS) -> None:
        super().__init__()
        self._seconds = seconds
        self._next = 0.0
        self._near = select.poll()
        self._is_near: set[int] = set()

    def register(
        self, fileobj: FileDescriptorLike, events: int, data: object = None
    ) -> selectors.SelectorKey:
        key = super().register(fileobj, events, data)
        if events & selectors.EVENT_READ and not _is_connection(key.fd):
            self._near.register(key.fd, select.POLLIN)
            self._is_near.add(key.fd)
        return key

    def unregister(self, fileobj: FileDescriptorLike) -> selectors.SelectorKey:
        key = super().unregister(fileobj)
        if key.fd in self._is_near:
            self._is_near.discard(key.fd)
            self._near.unregister(key.fd)
        return key

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None or timeout > 0:
            began = time.monotonic()
            rest = self._next - began
            if rest > 0:
                rest = rest if timeout is None else min(rest, timeout)
                if self._near.poll(rest * 1000):
                    timeout = 0
                elif timeout is not None:
                    timeout = max(0.0, timeout - (time.monotonic() - began))
        ready = super().select(timeout)
        if ready:
            self._next = time.monotonic() + self._seconds
        return ready


def _is_connection(descriptor: int) -> bool:
    """Whether a descriptor is a socket of the network, not a pipe, a terminal or the like."""
    try:
        there = socket.socket(fileno=descriptor)
    except OSError:
        return False
    family = there.family
    there.detach()
    return family in (socket.AF_INET, socket.AF_INET6)


def gathering_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """What makes such a loop; None for the system's own where it may be none.

    Elsewhere than on Linux `poll` may answer for a terminal at once and for ever.
    """
    if not sys.platform.startswith("linux"):
        return None
    return lambda: asyncio.SelectorEventLoop(GatheringSelector())
