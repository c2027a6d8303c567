"""Kills the server of a fleet's bus, and deletes its state, under collectors and a wall's reader.

`python -m tests.trust.bus_losses [CONFERENCES]` prints the figures as JSON.
"""

from __future__ import annotations

import asyncio
import json
import random
import resource
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from pexdash.bus.bus import Bus, open_bus
from pexdash.bus.messages import Owned, TokenKept, unpacked
from pexdash.bus.sealing import Seal
from pexdash.bus.settings import BusSettings
from pexdash.bus.subjects import SHARDS, STATE, own, token
from pexdash.clock import SystemClock
from pexdash.errors import BusFault
from pexdash.model.alarms.keys import ConferenceKey
from pexdash.model.line import LineState
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from pexdash.session.estate.remote.remote import Remote
from tests.bus.nats_server import NatsServer, nats_server
from tests.fleeting import Roster, collector_process, looked_at, ours
from tests.trust.news import read_log_of, saying

CONFERENCES = 300
LEASE_SECONDS = 3.0
"""After how much silence of a collector the other takes over: its tokens must be stored by then."""
TOKEN_SECONDS = 24.0
"""The life of a token, so short that some are refreshed while there is no server."""
REFRESHED_SHARE = 1 / 3
"""Of how many conferences the token is refreshed before the server is back."""
WATCHED_SECONDS = 4.0
"""For how long it is watched for what a collector might still do."""
READING_SECONDS = 1.0
"""How soon after its return the wall has to read again."""
PATIENCE_SECONDS = 90.0
"""How long anything may take on a busy machine."""
_LOOK_SECONDS = 0.05


class Loss(Enum):
    """What happens to the bus; the values are the words for it."""

    KILLED = "the server killed, and started again"
    DELETED = "the stream of states deleted"


@dataclass
class Survived:
    """What was seen: seconds after the server was back, or the stream gone.

    `reads` is when the wall had news of a first conference, `shows` when of all; `keeps` when each
    shard had a collector and each stored token was the one that the node takes, and `refreshed` how
    many of them were refreshed without a server. `missing` and `doubled` are chat lines of those
    `said`, and `stale` messages of the log that are older than one before them. `twice` and `none`
    are for how long the node showed two of ours, or none, in a conference, and `joins` and
    `released` count tokens.
    """

    loss: Loss
    reads: float
    shows: float
    keeps: float
    refreshed: int
    said: int
    missing: int
    doubled: int
    stale: int
    twice: float
    none: float
    joins: int
    released: int

    @property
    def holds(self) -> bool:
        """Whether nothing happened that must not, however slow the machine is."""
        nothing = (self.missing, self.doubled, self.stale, self.twice, self.none)
        return not any((*nothing, self.joins, self.released))

    @property
    def is_in_time(self) -> bool:
        """Whether it was as fast as it is to be on a machine that has nothing else to do."""
        is_back = self.loss is Loss.DELETED or self.reads <= READING_SECONDS
        return is_back and self.keeps < LEASE_SECONDS

    def __str__(self) -> str:
        refreshed = f" ({self.refreshed} refreshed meanwhile)" if self.refreshed else ""
        return (
            f"{self.loss.value}: the wall reads after {self.reads:.1f} s, all of it after"
            f" {self.shows:.1f} s, all shards held and tokens{refreshed} stored after"
            f" {self.keeps:.1f} s; {self.missing} of {self.said:,} chat lines missing,"
            f" {self.doubled} doubled, {self.stale} late; two of ours for {self.twice:.1f} s,"
            f" none for {self.none:.1f} s; {self.joins} joined anew, {self.released} released"
        )


class Fleet:
    """A server, a node, two collectors that share its conferences, and a wall that reads."""

    def __init__(self, server: NatsServer, node: EmbeddedNode, bus: Bus, aliases: list[str]):
        self.server = server
        self.node = node
        self.bus = bus
        self.aliases = aliases
        self.wall = Remote(
            bus, "jo", title="wall", clock=SystemClock(), rng=random.Random(1), moment=str
        )
        self.running = asyncio.create_task(self.wall.run())

    async def survive(self, loss: Loss) -> Survived:
        """Have that happen, and wait until all is as before."""
        async with looked_at(self.node, self.aliases) as roster:
            async with saying(self.node, self.aliases) as news:
                refreshed = await self._lose(loss, roster)
                back, came = time.monotonic(), self._people() + 1
                for alias in self.aliases:
                    self.node.conference(alias).join("Late")
                reads, shows, keeps = await asyncio.gather(
                    _until(lambda: self._has(came) > 0),
                    _until(lambda: self._has(came) == len(self.aliases)),
                    _until_true(self._has_all),
                )
                await asyncio.sleep(WATCHED_SECONDS)
            read = await read_log_of(self.bus, news)
            roster.look(self.node, self.aliases)
        return Survived(
            loss,
            reads - back,
            shows - back,
            keeps - back,
            refreshed,
            len(news.said),
            read.lost(news)[0],
            read.doubled,
            read.stale,
            roster.twice,
            roster.none,
            roster.asked_for("request_token"),
            roster.asked_for("release_token"),
        )

    async def _lose(self, loss: Loss, roster: Roster) -> int:
        """Have that happen; returns how many tokens were refreshed while there was no server."""
        if loss is Loss.DELETED:
            await self.bus._connection.js.delete_stream(STATE)
            return 0
        before = roster.asked_for("refresh_token")
        await self.server.kill()
        enough = before + max(1, int(len(self.aliases) * REFRESHED_SHARE))
        await _until(lambda: roster.asked_for("refresh_token") >= enough)
        refreshed = roster.asked_for("refresh_token") - before
        await self.server.start()
        return refreshed

    def _people(self) -> int:
        """How many people the node has in each conference, but for us."""
        conference = self.node.conference(self.aliases[0])
        return len(conference.participants) - len(ours(self.node, self.aliases[0]))

    def _has(self, people: int) -> int:
        """Of how many conferences the wall has a live line and so many people."""
        known = [self.wall.summary(slot.key) for slot in self.wall.slots if slot is not None]
        return sum(one.line is LineState.LIVE and one.people == people for one in known)

    async def until_shown(self) -> None:
        """Wait until the wall has all of it."""
        await _until(lambda: self._has(self._people()) == len(self.aliases))

    async def _has_all(self) -> bool:
        """Whether each shard has a collector, and each stored token is what the node takes."""
        try:
            owned = await self.bus.listed(STATE, own())
            listed = await self.bus.listed(STATE, "pdx.*.tok.*")
        except BusFault:
            return False
        if sum(bool(unpacked(Owned, one.payload).collector) for one in owned) < SHARDS:
            return False
        stored = {one.subject: one.payload for one in listed}
        for alias in self.aliases:
            subject = token(ConferenceKey("", alias))
            if subject not in stored:
                return False
            kept = unpacked(TokenKept, Seal(None).open(subject, stored[subject]))
            holder = self.node.conference(alias).tokens.holder(kept.token)
            if holder not in ours(self.node, alias):
                return False
        return True


async def _until(holds: Callable[[], bool]) -> float:
    """When something held first, in monotonic seconds."""

    async def look() -> bool:
        return holds()

    return await _until_true(look)


async def _until_true(holds: Callable[[], Awaitable[bool]]) -> float:
    end = time.monotonic() + PATIENCE_SECONDS
    while not await holds():
        assert time.monotonic() < end, "it never came to that"
        await asyncio.sleep(_LOOK_SECONDS)
    return time.monotonic()


@asynccontextmanager
async def fleet(conferences: int, folder: Path) -> AsyncIterator[Fleet]:
    """All of it, once everything is live and shown, until the block ends."""
    aliases = [f"room{at}" for at in range(conferences)]
    async with AsyncExitStack() as around:
        server = await around.enter_async_context(nats_server(folder))
        node = EmbeddedNode(
            *(ConferenceSettings(alias, participants=1) for alias in aliases),
            expires=TOKEN_SECONDS,
        )
        await around.enter_async_context(node)
        bus = await around.enter_async_context(open_bus(BusSettings(server.url), "reader"))
        listed = folder / "aliases"
        listed.write_text("\n".join(aliases))
        for _ in range(2):
            one = collector_process(
                *(server.url, node.url, "--from", str(listed)), folder=folder, lease=LEASE_SECONDS
            )
            await around.enter_async_context(one)
        made = Fleet(server, node, bus, aliases)
        try:
            await made.until_shown()
            yield made
        finally:
            made.running.cancel()
            await asyncio.gather(made.running, return_exceptions=True)
            await made.wall.close()


async def survive_all(conferences: int) -> list[Survived]:
    """Every loss, one after the other."""
    task = asyncio.current_task()
    assert task is not None
    # Whoever ends us by a signal is not to leave a collector behind.
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    with tempfile.TemporaryDirectory() as folder:
        async with fleet(conferences, Path(folder)) as made:
            return [await made.survive(loss) for loss in Loss]


def main() -> None:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    figures = asyncio.run(survive_all(int(sys.argv[1]) if len(sys.argv) > 1 else CONFERENCES))
    print(json.dumps({"said": "; ".join(map(str, figures))}))  # noqa: T201
    sys.exit(0 if all(one.holds and one.is_in_time for one in figures) else 1)


if __name__ == "__main__":
    main()
