"""What is said in a node's conferences, numbered, and what the log of a bus has of it."""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import msgspec

from pexdash.bus.bus import Bus
from pexdash.bus.messages import Epoch, Logged, unpacked
from pexdash.bus.subjects import code_of, log
from pexdash.model.alarms.keys import ConferenceKey
from pexdash.node.server import EmbeddedNode
from tests.fleeting import ours

PER_SECOND = 50
"""How much is said, in all conferences together."""
ROUNDED_SECONDS = 0.1
"""How far from its begin and end a hole may be told."""
MOST_LOOKS = 40
"""How often the log is looked at until what was said is in it."""
LOOK_SECONDS = 0.5
"""The time between two looks at the log."""
_NUMBERS = count()


@dataclass
class News:
    """What was said: by its number the conference's code, and the Unix time."""

    said: dict[int, tuple[str, float]] = field(default_factory=dict)


@dataclass
class LogRead:
    """What the log has: `takeovers` by conference as Unix times of the begin and end of the hole.

    `stale` counts messages that are older than one before them, and `news` how often each number is
    there.
    """

    takeovers: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    stale: int = 0
    news: Counter[int] = field(default_factory=Counter)

    @property
    def longest(self) -> float:
        """The longest hole."""
        return max(
            (end - begin for one in self.takeovers.values() for begin, end in one), default=0
        )

    def lost(self, news: News) -> tuple[int, int]:
        """How much of what was said is missing, and how much of that in no hole that is told."""
        missing = [one for number, one in news.said.items() if number not in self.news]
        untold = [
            code
            for code, at in missing
            if not any(
                begin - ROUNDED_SECONDS <= at <= end + ROUNDED_SECONDS
                for begin, end in self.takeovers.get(code, ())
            )
        ]
        return len(missing), len(untold)

    @property
    def doubled(self) -> int:
        """How much is there more than once."""
        return sum(times > 1 for times in self.news.values())


@asynccontextmanager
async def saying(
    node: EmbeddedNode, aliases: list[str], *, refresh: bool = False
) -> AsyncIterator[News]:
    """Have the first person of each conference in turn say something, until the block ends.

    With `refresh` the node tells ours to refresh their tokens too, so that some always do.
    """
    news = News()
    codes = {alias: code_of(ConferenceKey("", alias)) for alias in aliases}

    async def say() -> None:
        for number in _NUMBERS:
            alias = aliases[number % len(aliases)]
            conference = node.conference(alias)
            news.said[number] = codes[alias], time.time()
            conference.say(next(iter(conference.participants)), f"news {number}")
            for uuid in ours(node, alias) if refresh else ():
                conference.audience.tell(uuid, "refresh_token", None)
            await asyncio.sleep(1 / PER_SECOND)

    speaking = asyncio.ensure_future(say())
    try:
        yield news
    finally:
        speaking.cancel()
        await asyncio.gather(speaking, return_exceptions=True)


async def read_log_of(bus: Bus, news: News) -> LogRead:
    """All that the log has once nothing of the news is lost, or after as long as that may take."""
    read = await _read_log(bus)
    for _ in range(MOST_LOOKS):
        if not read.lost(news)[1]:
            break
        await asyncio.sleep(LOOK_SECONDS)
        read = await _read_log(bus)
    return read


async def _read_log(bus: Bus) -> LogRead:
    """All that the log has now."""
    read = LogRead()
    latest: dict[str, tuple[Epoch, int]] = {}
    async with aclosing(bus.read_log(log())) as kept:
        async for one in kept:
            if one is None:
                break
            told = unpacked(Logged, one.payload)
            position = (told.stamp.epoch, told.stamp.n)
            read.stale += position <= latest.get(one.subject, (Epoch(0, 0), 0))
            latest[one.subject] = max(position, latest.get(one.subject, position))
            for happened in told.records:
                fields: dict[str, Any] = msgspec.json.decode(happened.record)
                if "takeover" in fields:
                    hole = (happened.at - fields["takeover"]["hole_seconds"], happened.at)
                    read.takeovers.setdefault(happened.code, []).append(hole)
                elif found := re.search(rb"news (\d+)", happened.record):
                    read.news[int(found[1])] += 1
    return read
