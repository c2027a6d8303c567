"""A foreign node that keeps answers back until it is told to give them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from tests.terminal.foreign_node import ForeignNode


@dataclass
class SlowNode(ForeignNode):
    """Answers the requests of `held` when their event is set, or not at all before the end."""

    held: dict[str, asyncio.Event] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)
    """The requests whose answers were kept back."""

    def hold(self, *requests: str) -> None:
        """Keep back the answers to these requests (the path after the conference)."""
        self.held |= {request: asyncio.Event() for request in requests}

    def give(self, request: str) -> None:
        """Let the answers go, from now on."""
        self.held.pop(request).set()

    async def __aenter__(self) -> SlowNode:
        await super().__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        for event in self.held.values():
            event.set()
        await super().__aexit__()

    async def _answer(
        self, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        request = head.split(" ", 2)[1].rpartition("/")[2]
        if request in self.held:
            self.waiting.append(request)
            await self.held[request].wait()
        await super()._answer(head, reader, writer)

    @property
    def released(self) -> int:
        """How often a token was released."""
        return sum(one.request == "release_token" for one in self.seen)
