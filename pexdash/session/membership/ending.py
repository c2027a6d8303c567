"""The ways a membership ends: with the conference, by a removal, or by a failed task."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from pexdash.errors import Removed

ENDED_BY_US = "you disconnected everyone"
_CONFERENCE_OVER = (
    "conference terminat",
    "conference host ended",
    "conference hosts departed",
    "keep conference alive",
    "last remaining participant",
    "test call finished",
)


def is_over(reason: str) -> bool:
    """Whether the node disconnected us, by its reason, because the whole conference ended."""
    return any(words in reason.casefold() for words in _CONFERENCE_OVER)


def removed(alias: str, reason: str) -> Removed:
    """The error for a disconnection of our participant alone."""
    said = f": {reason}" if reason else ""
    return Removed(f"You were removed from {alias}{said}", reason=reason)


async def first_end(tasks: Iterable[asyncio.Future[Any]], over: asyncio.Future[str]) -> str:
    """Wait for the reason in `over` and return it; raises the error of a task that fails first."""
    running: set[asyncio.Future[Any]] = {over, *tasks}
    while not over.done():
        done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
        for task in done - {over}:
            task.result()
    return over.result()
