"""The misbehaviour a test can ask of an embedded node."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from pexdash.clock import Clock
from pexdash.node.faults.answer_faults import AnswerFaults
from pexdash.node.faults.stream_faults import StreamFaults
from pexdash.node.wire.stream import NodeStream


class Faults(AnswerFaults, StreamFaults):
    """Every fault of a node: of its answers, of its event streams, and of its being there.

    Each fault may be asked for while the node serves, and none happens unasked. `stop_listening`
    takes the node down: its port refuses, and every open connection is reset. `listen_again` brings
    it back on the same port, its conferences as they were left.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        streams: Callable[[str], Iterable[NodeStream]],
        stop_listening: Callable[[], Awaitable[None]],
        listen_again: Callable[[], Awaitable[None]],
    ) -> None:
        AnswerFaults.__init__(self, self._pause_for)
        StreamFaults.__init__(self, streams, self._pause_for)
        self.stop_listening = stop_listening
        self.listen_again = listen_again
        self._clock = clock
        self._over = asyncio.Event()

    async def _pause_for(self, seconds: float) -> None:
        """Wait so many seconds, or until the node ends."""
        waits = [
            asyncio.ensure_future(one) for one in (self._clock.sleep(seconds), self._over.wait())
        ]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    def end(self) -> None:
        """Hold nothing back any more: the node is ending."""
        self._over.set()
        self.gate.set()
        self.release()
