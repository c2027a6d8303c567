"""The ways a membership ends: with the conference, by a removal, or by a failed task."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from enum import Enum, auto
from typing import Any

from pexdash.errors import GivenUp, Removed

ENDED_BY_US = "you disconnected everyone"


class Disconnection(Enum):
    """What a node means when it disconnects us, by its reason."""

    OVER = auto()
    """The whole conference has ended."""
    REMOVED = auto()
    """A person wanted us out."""
    GIVEN_UP = auto()
    """The node cannot keep us, for a reason of its own."""
    UNKNOWN = auto()
    """A reason that we do not know, or none."""


# In this order: an administrator can end a conference, and can remove one participant.
_REASONS = (
    (
        Disconnection.OVER,
        "conference terminat|conference host ended|conference hosts departed"
        "|keep conference alive|last remaining participant|test call finished",
    ),
    (
        Disconnection.GIVEN_UP,
        r"signaling node|media process|media node|proxied participant|maintenance"
        r"|out of (?:\w+ )?resource|resource unavailable|timer expired|invalid token|\b50[23]\b",
    ),
    (
        Disconnection.REMOVED,
        "disconnected by another participant|disconnected by an administrator"
        "|initiated participant disconnect|call rejected|disabled|pin entry retries",
    ),
)


def disconnection_of(reason: str) -> Disconnection:
    """What a `disconnect` event with this reason means; upper and lower case do not matter."""
    for meaning, words in _REASONS:
        if re.search(words, reason, re.IGNORECASE):
            return meaning
    return Disconnection.UNKNOWN


def removed(alias: str, reason: str) -> Removed:
    """The error for a disconnection of our participant alone."""
    return Removed(f"You were removed from {alias}{_said(reason)}", reason=reason)


def given_up(alias: str, reason: str) -> GivenUp:
    """The error for a node that disconnected us and did not let us stay when we joined again."""
    return GivenUp(f"The node disconnected us from {alias}{_said(reason)}")


def _said(reason: str) -> str:
    return f": {reason}" if reason else ""


async def first_end(tasks: Iterable[asyncio.Future[Any]], over: asyncio.Future[str]) -> str:
    """Wait for the reason in `over` and return it; raises the error of a task that fails first."""
    running: set[asyncio.Future[Any]] = {over, *tasks}
    while not over.done():
        done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
        for task in done - {over}:
            task.result()
    return over.result()
