"""An open event stream: its typed events, and what the next stream needs to go on from it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import starmap

from pexdash.api.events import event_of, text_of
from pexdash.api.sse import EventDecoder, SentEvent
from pexdash.model.events import Event

LONGEST_RETRY = 60.0
"""The most seconds a node can make us wait before the next stream."""


class EventStream:
    """Iterates over the events of one stream, those that arrived together at once.

    Pass `last_id` to the next stream. `sent` holds the events that were given last as the node sent
    them.
    """

    def __init__(
        self,
        sent: AsyncIterator[list[SentEvent]],
        decoder: EventDecoder,
        *,
        last_id: str,
    ) -> None:
        self._last_id = last_id.encode()
        self.sent: list[SentEvent] = []
        self._coming = sent
        self._decoder = decoder

    @property
    def last_id(self) -> str:
        """The id of the last whole event that was given."""
        return text_of(self._last_id)

    @property
    def retry(self) -> float:
        """The least seconds to wait before the next stream (WHATWG `retry`), 60 at most."""
        milliseconds = self._decoder.retry or 0
        return min(milliseconds, LONGEST_RETRY * 1000) / 1000

    def __aiter__(self) -> EventStream:
        return self

    async def __anext__(self) -> list[Event]:
        self.sent = sent = await anext(self._coming)
        self._last_id = sent[-1][1]
        return list(starmap(event_of, sent))
