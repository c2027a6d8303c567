"""What has been written for clients and is still to be read by them, bounded in bytes."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress

from pexdash.node.limits import Limits
from pexdash.node.wire.connections import reset

_ROOM = 0.75
"""To which share of its limit the sum is brought down, so that it is not soon reached again."""
_CROWDED, _QUIET = 0.5, 0.25
"""Over which share of it no further list is begun, and from which on that goes on."""


class Unread:
    """The outputs of all connections of a node; where their sum is too large, the largest end."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.total = 0
        self._quiet = asyncio.Event()
        self._outputs: set[Output] = set()

    def open(self, transport: asyncio.Transport) -> Output:
        """The output of a new connection."""
        output = Output(transport, self)
        self._outputs.add(output)
        return output

    def forget(self, output: Output) -> None:
        """Count a connection no more."""
        self._outputs.discard(output)

    def add(self, size: int) -> None:
        """Count so many bytes more, or less."""
        self.total += size
        if self.total <= self.limits.unread_bytes * _QUIET:
            self._quiet.set()

    async def room(self) -> None:
        """Wait until others have read enough of theirs, but not for ever.

        Whole lists that begin at the same moment would have each other cut off.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(self.limits.room_seconds):
                while self.total > self.limits.unread_bytes * _CROWDED:
                    self._quiet.clear()
                    await self._quiet.wait()

    def bound(self) -> None:
        """Cut the largest off while the sum is over its limit."""
        most = self.limits.unread_bytes
        if self.total <= most:
            return
        for output in self._outputs:
            output.settle()
        if self.total <= most:
            return
        for output in sorted(self._outputs, key=lambda one: one.held, reverse=True):
            if self.total <= most * _ROOM:
                return
            output.cut()


class Output:
    """What one connection still has to take: bytes `queued` for it, and those in its transport.

    `held` is what the sum of the node counts for it. `queue` is what it is queued in.
    """

    def __init__(self, transport: asyncio.Transport, unread: Unread) -> None:
        self.transport = transport
        self.queue: deque[bytes] = deque()
        self.queued = 0
        self.held = 0
        self.is_over = False
        self._unread = unread
        self._look: asyncio.TimerHandle | None = None

    @property
    def limits(self) -> Limits:
        """The limits of the node."""
        return self._unread.limits

    async def room(self) -> None:
        """Wait until there is room for a list, but not for ever."""
        await self._unread.room()

    def put(self, data: bytes) -> None:
        """Queue some bytes."""
        if self.is_over:
            return
        size = len(data)
        self.queue.append(data)
        self.queued += size
        self.held += size
        self._unread.add(size)
        self._unread.bound()

    def take(self, most: int) -> bytes:
        """What is to be written next: what comes first in the queue, of about `most` bytes."""
        first, size = [], 0
        while self.queue and size < most:
            first.append(self.queue.popleft())
            size += len(first[-1])
        return b"".join(first)

    def sent(self, size: int) -> None:
        """Count so many bytes that were taken, and handed to the transport."""
        self.queued = max(0, self.queued - size)
        self.settle()

    def drop(self) -> None:
        """Forget what is queued."""
        self.queue.clear()
        self.sent(self.queued)

    def settle(self) -> None:
        """Count what is there now."""
        if self.is_over:
            return
        now = self._left()
        self._unread.add(now - self.held)
        self.held = now

    def answered(self) -> None:
        """Count an answer that was written; its client has to go on reading it."""
        self.settle()
        self._unread.bound()
        self.expect_reading()

    def expect_reading(self) -> None:
        """Cut the client off where it takes nothing for a while of what is left for it."""
        if self._look is None and not self.is_over and self._left():
            later = asyncio.get_running_loop().call_later
            self._look = later(self.limits.answer_seconds, self._look_again, self._left())

    def cut(self) -> None:
        """Reset the connection; nothing of it is counted any more."""
        self.close()
        reset(self.transport)

    def close(self) -> None:
        """Count nothing any more."""
        if self._look is not None:
            self._look.cancel()
        self._unread.add(-self.held)
        self.held = self.queued = 0
        self.queue.clear()
        self.is_over = True
        self._unread.forget(self)

    def _look_again(self, before: int) -> None:
        self._look = None
        # Where the transport is empty, the client has taken all, and waits for us.
        if self._left() == before and self.transport.get_write_buffer_size():
            self.cut()
        else:
            self.expect_reading()

    def _left(self) -> int:
        return self.queued + self.transport.get_write_buffer_size()
