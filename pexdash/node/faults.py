"""The misbehaviour a test can ask of an embedded node."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from pexdash.node.streams import json_bytes


@dataclass(frozen=True, slots=True)
class PlannedAnswer:
    """An answer given in place of handling a request; without content type if that is ""."""

    status: int
    body: bytes
    content_type: str


class Faults:
    """Faults by the name of the request they befall ("mute", "events", "status", ...).

    `unlock` and `disconnect` befall the conference's and the participant's request alike.
    """

    def __init__(self, cut_streams: Callable[[], None]) -> None:
        self.cut_streams = cut_streams
        """Break every event stream off, mid-air and at once."""
        self.gate = asyncio.Event()
        self.gate.set()
        self._answers: dict[str, deque[PlannedAnswer]] = {}
        self._lost: dict[str, int] = {}
        self._holds: dict[str, asyncio.Event] = {}

    def answer(
        self,
        request_name: str,
        status: int,
        body: object,
        content_type: str = "application/json",
        times: int = 1,
    ) -> None:
        """Answer the next `times` requests so, unhandled; a body of bytes is sent as it is."""
        data = body if isinstance(body, bytes) else json_bytes(body)
        planned = [PlannedAnswer(status, data, content_type)] * times
        self._answers.setdefault(request_name, deque()).extend(planned)

    def lose_answer(self, request_name: str, times: int = 1) -> None:
        """Handle the next `times` requests, and close the connection without an answer."""
        self._lost[request_name] = self._lost.get(request_name, 0) + times

    def hold(self, request_name: str) -> asyncio.Event:
        """Handle requests but keep their answers until the returned event is set."""
        released = asyncio.Event()
        self._holds[request_name] = released
        return released

    def silence(self, on: bool) -> None:
        """Streams stay open and carry nothing; what would have been sent follows afterwards."""
        if on:
            self.gate.clear()
        else:
            self.gate.set()

    def planned(self, request_name: str) -> PlannedAnswer | None:
        """The answer that befalls this request now, used up by asking."""
        answers = self._answers.get(request_name)
        return answers.popleft() if answers else None

    def loses(self, request_name: str) -> bool:
        """Whether this answer is to be lost, used up by asking."""
        left = self._lost.get(request_name, 0)
        self._lost[request_name] = max(0, left - 1)
        return left > 0

    async def held(self, request_name: str) -> None:
        """Wait until the answer may go."""
        released = self._holds.get(request_name)
        if released is not None:
            await released.wait()

    def end(self) -> None:
        """Hold and silence nothing any more."""
        self.gate.set()
        for released in self._holds.values():
            released.set()
