"""Collectors as processes of their own, and what the node shows of them."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from pexdash.node.server import EmbeddedNode

PATIENCE_SECONDS = 90.0
"""How long a collector may take to say something on a busy machine."""


LOOK_SECONDS = 0.1
"""How often the rosters are looked at."""


class CollectorProcess:
    """A `pexdash collect`; `lines` are what it has written."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.lines: list[str] = []
        self._changed = asyncio.Event()
        self.reading = asyncio.ensure_future(self._read())

    async def _read(self) -> None:
        assert self.process.stdout is not None
        while line := await self.process.stdout.readline():
            self.lines.append(line.decode().rstrip())
            self._tell()
        self._tell()

    def _tell(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def says(self, words: str) -> str:
        """The first line with these words, waited for."""
        await self.reaches(lambda: any(words in line for line in self.lines))
        return next(line for line in self.lines if words in line)

    async def reaches(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds, looked at with each line that it writes."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not holds():
                changed = self._changed
                assert not self.reading.done(), "\n".join(self.lines)
                await changed.wait()

    def signal(self, number: int) -> None:
        os.kill(self.process.pid, number)

    async def ended(self) -> int:
        """The status with which it ends."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            status = await self.process.wait()
            await self.reading
        return status


@asynccontextmanager
async def collector_process(
    bus: str,
    node: str,
    *words: str,
    folder: Path,
    lease: float = 3.0,
    within: Sequence[str] = (),
) -> AsyncIterator[CollectorProcess]:
    """A collector of these conferences, and what else stands on its command line.

    `within` are the words before its command that start it elsewhere.
    """
    (folder / "settings.toml").touch()
    process = await asyncio.create_subprocess_exec(
        *within,
        sys.executable,
        *("-m", "pexdash", "collect", "--bus", bus, "--node", node, "--lease", f"{lease}", *words),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={
            **os.environ,
            "XDG_STATE_HOME": str(folder / "state"),
            "PEXDASH_CONFIG": str(folder / "settings.toml"),
            "PYTHONUNBUFFERED": "1",
        },
    )
    one = CollectorProcess(process)
    try:
        yield one
    finally:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGCONT)
            process.kill()
        await process.wait()
        await one.reading


def ours(node: EmbeddedNode, alias: str) -> list[str]:
    """The collectors' participants in a conference, as the node has them."""
    people = node.conference(alias).participants.values()
    return [one.uuid for one in people if one.protocol == "api"]


@dataclass
class Roster:
    """How many participants of ours the node showed in its conferences, looked at often.

    `twice` and `none` are the longest spans in seconds in which one of them had two or none, and
    `looks` is how often it was looked. `asked` counts what was asked meanwhile, by the address that
    asked and the request's name, and `asked_at` has the monotonic second of the latest.
    """

    twice: float = 0.0
    none: float = 0.0
    most: int = 0
    looks: int = 0
    asked: Counter[tuple[str, str]] = field(default_factory=Counter)
    asked_at: dict[tuple[str, str], float] = field(default_factory=dict)
    _since: dict[tuple[str, str], float] = field(default_factory=dict)

    def look(self, node: EmbeddedNode, aliases: list[str]) -> None:
        """Look once."""
        now = time.monotonic()
        self.looks += 1
        for one in node.received:
            name = one.path.rpartition("/")[2]
            self.asked[one.client, name] += 1
            self.asked_at[one.client, name] = now
        node.received.clear()
        for alias in aliases:
            count = len(ours(node, alias))
            self.most = max(self.most, count)
            for name, holds in (("twice", count > 1), ("none", count == 0)):
                if holds:
                    began = self._since.setdefault((alias, name), now)
                    setattr(self, name, max(getattr(self, name), now - began))
                else:
                    self._since.pop((alias, name), None)

    def asked_for(self, name: str) -> int:
        """How often this was asked for, by anybody."""
        return sum(count for (_, asked), count in self.asked.items() if asked == name)


@asynccontextmanager
async def looked_at(node: EmbeddedNode, aliases: list[str]) -> AsyncIterator[Roster]:
    """Look at the rosters ten times a second until the block ends."""
    roster = Roster()
    node.received.clear()

    async def look() -> None:
        while True:
            roster.look(node, aliases)
            await asyncio.sleep(LOOK_SECONDS)

    looking = asyncio.ensure_future(look())
    try:
        yield roster
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
