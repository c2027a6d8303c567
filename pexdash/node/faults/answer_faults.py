"""The faults of answers: false, late, slow and lost ones."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from pexdash.node.wire.sent_events import json_bytes

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PlannedAnswer:
    """An answer given instead of handling a request; "" as its content type leaves that out."""

    status: int
    body: bytes
    content_type: str
    headers: Mapping[str, str]


class _Turns(Generic[T]):
    """A queue for each request name: what happens to the next requests of that name."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[T]] = {}

    def add(self, request_name: str, one: T, times: int) -> None:
        self._waiting.setdefault(request_name, deque()).extend([one] * times)

    def take(self, request_name: str) -> T | None:
        waiting = self._waiting.get(request_name)
        return waiting.popleft() if waiting else None

    def clear(self) -> None:
        self._waiting.clear()


class AnswerFaults:
    """What happens to requests, by name ("mute", "events", "status", ...).

    `unlock` and `disconnect` stand for the conference's and the participant's request alike. Faults
    may be combined: an answer may be delayed and then lost. `pause` waits some seconds of the
    node's clock.
    """

    def __init__(self, pause: Callable[[float], Awaitable[None]]) -> None:
        self._pause = pause
        self._answers: _Turns[PlannedAnswer] = _Turns()
        self._lost_answers: _Turns[bool] = _Turns()
        self._lost_requests: _Turns[bool] = _Turns()
        self._delays: _Turns[float] = _Turns()
        self._drips: _Turns[float] = _Turns()
        self._holds: dict[str, asyncio.Event] = {}

    def answer(
        self,
        request_name: str,
        status: int,
        body: object,
        content_type: str = "application/json",
        times: int = 1,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Answer the next `times` requests so, without handling them; bytes are sent unchanged.

        `headers` are sent as well: Retry-After, Location, Content-Encoding, ...
        """
        data = body if isinstance(body, bytes) else json_bytes(body)
        planned = PlannedAnswer(status, data, content_type, headers or {})
        self._answers.add(request_name, planned, times)

    def lose_request(self, request_name: str, times: int = 1) -> None:
        """Reset the connection on the next `times` requests, and handle nothing."""
        self._lost_requests.add(request_name, True, times)

    def lose_answer(self, request_name: str, times: int = 1) -> None:
        """Handle the next `times` requests, and reset the connection without an answer."""
        self._lost_answers.add(request_name, True, times)

    def hold(self, request_name: str) -> asyncio.Event:
        """Handle requests but keep their answers until the returned event is set."""
        released = asyncio.Event()
        self._holds[request_name] = released
        return released

    def delay(self, request_name: str, seconds: float, times: int = 1) -> None:
        """Handle the next `times` requests, and answer `seconds` of the node's clock later."""
        self._delays.add(request_name, seconds, times)

    def drip(self, request_name: str, seconds: float, times: int = 1) -> None:
        """Send the next `times` answers byte for byte, `seconds` apart, their heads first."""
        self._drips.add(request_name, seconds, times)

    def recover(self) -> None:
        """Cancel all faults of requests to come but `hold`."""
        for turns in (self._answers, self._lost_answers, self._lost_requests):
            turns.clear()
        for waits in (self._delays, self._drips):
            waits.clear()

    def planned(self, request_name: str) -> PlannedAnswer | None:
        """The planned answer to this request, None where there is none; asking uses it up."""
        return self._answers.take(request_name)

    def loses_request(self, request_name: str) -> bool:
        """Whether this request is to be lost; asking uses that up."""
        return bool(self._lost_requests.take(request_name))

    def loses_answer(self, request_name: str) -> bool:
        """Whether this answer is to be lost; asking uses that up."""
        return bool(self._lost_answers.take(request_name))

    def dripped(self, request_name: str) -> float | None:
        """Seconds between two bytes of this answer, None for all at once; asking uses it up."""
        return self._drips.take(request_name)

    async def until_due(self, request_name: str) -> None:
        """Wait until the answer may be sent; a delay is used up by that."""
        delay = self._delays.take(request_name)
        if delay is not None:
            await self._pause(delay)
        released = self._holds.get(request_name)
        if released is not None:
            await released.wait()

    def release(self) -> None:
        """Hold no answer back any more."""
        for released in self._holds.values():
            released.set()
