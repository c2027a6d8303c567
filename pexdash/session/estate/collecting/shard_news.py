"""Tells in a sentence what becomes of shards, many at a time."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Collection

TOGETHER_SECONDS = 0.5
"""For how long what happens is gathered at least: shards come and go one by one."""
LONGEST_SECONDS = 5.0
"""For how long it is gathered at most, while more happens."""


class ShardNews:
    """Says which shards came and went once no more do; `held` is how many are ours now."""

    def __init__(self, held: Callable[[], int], say: Callable[[str], None]) -> None:
        self._held = held
        self._say = say
        self._took: Counter[str] = Counter()
        self._before: set[str] = set()
        self._left: Counter[str] = Counter()
        self._conferences: Counter[str] = Counter()
        self._began = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def took(self, shards: int, conferences: int, before: Collection[str]) -> None:
        """Shards with so many conferences became ours; `before` are who had them."""
        self._took["took"] += shards
        self._conferences["took"] += conferences
        self._before.update(before)
        self._wait()

    def left(self, how: str, conferences: int) -> None:
        """A shard is ours no more: "gave away" or "lost"."""
        self._left[how] += 1
        self._conferences[how] += conferences
        self._wait()

    def tell(self) -> None:
        """Say at once what has not been said yet."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if count := self._took["took"]:
            whence = f" from {', '.join(sorted(self._before))}" if self._before else ""
            self._tell_one("took", count, whence)
        for how, count in self._left.items():
            self._tell_one(how, count, "")
        for counts in (self._took, self._left, self._conferences):
            counts.clear()
        self._before.clear()

    def _tell_one(self, how: str, count: int, whence: str) -> None:
        conferences = self._conferences[how]
        shards = "1 shard" if count == 1 else f"{count} shards"
        meetings = "1 conference" if conferences == 1 else f"{conferences} conferences"
        self._say(f"{how} {shards} with {meetings}{whence}; {self._held()} of 256 are ours")

    def _wait(self) -> None:
        loop = asyncio.get_running_loop()
        if self._timer is None:
            self._began = loop.time()
        else:
            self._timer.cancel()
        due = min(loop.time() + TOGETHER_SECONDS, self._began + LONGEST_SECONDS)
        self._timer = loop.call_at(due, self.tell)
