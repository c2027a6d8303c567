"""Many sessions on a restless node whose streams break in every way: how soon is each back?"""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from pexdash.api.address import NodeAddress, parse_node
from pexdash.api.client import NodeClient
from pexdash.api.participants import participants_of
from pexdash.api.tls import trust
from pexdash.clock import SystemClock
from pexdash.node.conference import NodeConference
from pexdash.node.faults.stream_faults import GARBLED
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from pexdash.node.wire.connections import ConnectionEnd
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.told import Heard, Told
from pexdash.session.membership.invitation import Invitation
from pexdash.session.membership.membership import Membership
from tests.eventually import eventually
from tests.session.host import never_asked
from tests.trust.restless import change

IN_A_CONFERENCE = 5
BETWEEN_CHANGES_SECONDS = 0.5
BEAT_SECONDS = 0.01
JOINING_SECONDS = 60.0
PATIENCE_SECONDS = 20.0

MEDIAN_SECONDS = 1.0
P99_SECONDS = 2.0


@dataclass
class Figures:
    """The seconds from each drop to the list being complete again, and how they were dropped.

    `own_seconds` are those the machine did not keep the program waiting.
    """

    seconds: list[float] = field(default_factory=list)
    own_seconds: list[float] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def p99(self) -> float:
        return statistics.quantiles(self.seconds, n=100)[98]

    @property
    def most(self) -> float:
        return max(self.seconds)

    @property
    def hold(self) -> bool:
        """Whether what is promised was kept."""
        return _within_promise(self.seconds)

    @property
    def hold_where_let(self) -> bool:
        """Whether it was kept but for what the machine kept the program waiting."""
        return _within_promise(self.own_seconds)

    def __str__(self) -> str:
        return (
            f"{len(self.seconds)} drops: median {self.median:.2f} s, p99 {self.p99:.2f} s, "
            f"max {self.most:.2f} s"
        )


def _within_promise(seconds: list[float]) -> bool:
    p99 = statistics.quantiles(seconds, n=100)[98]
    return statistics.median(seconds) < MEDIAN_SECONDS and p99 < P99_SECONDS


class Starved:
    """How long the loop was late altogether, as the machine had other things to do."""

    def __init__(self) -> None:
        self.seconds = 0.0

    async def watch(self) -> None:
        """Add up by how much each short sleep lasts too long."""
        while True:
            began = time.monotonic()
            await asyncio.sleep(BEAT_SECONDS)
            self.seconds += max(0.0, time.monotonic() - began - BEAT_SECONDS)


class Dropped:
    """One of our sessions, what breaks its stream, and how long each return took."""

    def __init__(self, membership: Membership, node: EmbeddedNode, starved: Starved) -> None:
        self.membership = membership
        self.feed = membership.feed
        self.seconds: list[float] = []
        self.own_seconds: list[float] = []
        self._starved = starved
        self.feed.on_told(self._hear)
        self._starved_before = 0.0
        self.joined = asyncio.Event()
        self._node = node
        self._broken_at: float | None = None
        self._breaks_in_list = False
        self._back = asyncio.Event()

    def _hear(self, told: Told) -> None:
        """Note the time of what the node sends of its list."""
        for name, _, _ in told.sent if isinstance(told, Heard) else ():
            self._note(name)

    def _note(self, name: bytes) -> None:
        if name == b"participant_sync_end":
            self.joined.set()
        if self._broken_at is None:
            return
        if name == b"participant_sync_begin" and self._breaks_in_list:
            self._breaks_in_list = False
            self._note_break()
        elif name == b"participant_sync_end":
            seconds = time.monotonic() - self._broken_at
            self.seconds.append(seconds)
            self.own_seconds.append(seconds - (self._starved.seconds - self._starved_before))
            self._broken_at = None
            self._back.set()

    async def drop(self, kind: str, rng: random.Random) -> None:
        """Break the stream; returns once the list is complete again, and is the node's."""
        self._back.clear()
        self._note_break()
        KINDS[kind](self, rng)
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self._back.wait()
        await eventually(self.agrees, f"the roster is the node's after {kind}")

    def _note_break(self) -> None:
        self._broken_at = time.monotonic()
        self._starved_before = self._starved.seconds

    def agrees(self) -> bool:
        """Whether every field of the roster is what the node has."""
        conference = self._node.conference(self.membership.alias)
        expected = {one.uuid: one for one in participants_of(conference.roster())}
        return self.feed.link.is_live and self.feed.conference.participants == expected

    @property
    def _me(self) -> str:
        return self.feed.conference.me

    def end(self, how: ConnectionEnd, half: bool = False) -> None:
        if half:
            self._node.faults.send_raw(GARBLED["half an event"], to=self._me)
        self._node.faults.end_streams(how, to=self._me)

    def cut(self) -> None:
        self._node.faults.cut_streams(to=self._me)

    def break_in_list(self, people: int, how: ConnectionEnd) -> None:
        self._breaks_in_list = True
        self._node.faults.break_in_list(people, how, to=self._me)
        self.cut()


def _ending(how: ConnectionEnd, *, half: bool) -> Callable[[Dropped, random.Random], None]:
    return lambda one, rng: one.end(how, half)


IN_MID_SYNC = "in mid-sync"
KINDS: dict[str, Callable[[Dropped, random.Random], None]] = {
    "reset mid-air": lambda one, rng: one.cut(),
    **{how.value: _ending(how, half=False) for how in ConnectionEnd},
    **{f"in mid-event: {how.value}": _ending(how, half=True) for how in ConnectionEnd},
    IN_MID_SYNC: lambda one, rng: one.break_in_list(
        rng.randint(1, 8), rng.choice(list(ConnectionEnd))
    ),
}
# It takes a second drop within a second of the first, so it is rarer than the others.
SHARES = {IN_MID_SYNC: 0.5}


def _session(node: EmbeddedNode, alias: str, seed: int, starved: Starved) -> Dropped:
    def connect(address: NodeAddress) -> NodeClient:
        return NodeClient(address, alias, tls=lambda: trust(None, insecure=False))

    membership = Membership(
        Invitation(alias, f"Alice {seed}", parse_node(node.url)),
        Feed(alias, SystemClock()),
        rng=random.Random(seed),
        connect=connect,
        ask_pin=never_asked,
    )
    return Dropped(membership, node, starved)


async def _keep_changing(conferences: Iterable[NodeConference], rng: random.Random) -> None:
    while True:
        for conference in conferences:
            change(conference, rng)
        await asyncio.sleep(BETWEEN_CHANGES_SECONDS)


async def _drop_often(
    one: Dropped, kinds: Sequence[str], seconds: float, rng: random.Random
) -> None:
    began = time.monotonic()
    for moment, kind in zip(sorted(rng.uniform(0, seconds) for _ in kinds), kinds, strict=True):
        await asyncio.sleep(began + moment - time.monotonic())
        await one.drop(kind, rng)


async def survive_drops(
    drops: int, *, sessions: int, seconds: float, rng: random.Random
) -> Figures:
    """Break the streams of `sessions` sessions `drops` times altogether, within `seconds`."""
    aliases = [f"meet.{number}" for number in range(-(-sessions // IN_A_CONFERENCE))]
    settings = [ConferenceSettings(alias, participants=10) for alias in aliases]
    kinds = rng.choices(list(KINDS), [SHARES.get(kind, 1.0) for kind in KINDS], k=drops)
    starved = Starved()
    async with EmbeddedNode(*settings) as node:
        everybody = [
            _session(node, aliases[at % len(aliases)], at, starved) for at in range(sessions)
        ]
        running = [asyncio.create_task(one.membership.run()) for one in everybody]
        conferences = [node.conference(alias) for alias in aliases]
        changing = asyncio.create_task(_keep_changing(conferences, rng))
        watching = asyncio.create_task(starved.watch())
        try:
            async with asyncio.timeout(JOINING_SECONDS):
                for one in everybody:
                    await one.joined.wait()
            await asyncio.gather(
                *(
                    _drop_often(one, kinds[at::sessions], seconds, rng)
                    for at, one in enumerate(everybody)
                )
            )
            changing.cancel()
            for one in everybody:
                await eventually(one.agrees, "the roster is the node's at the end")
        finally:
            changing.cancel()
            watching.cancel()
            await asyncio.gather(*(one.membership.close() for one in everybody))
            await asyncio.gather(changing, watching, *running, return_exceptions=True)
    return Figures(
        [seconds for one in everybody for seconds in one.seconds],
        [seconds for one in everybody for seconds in one.own_seconds],
        Counter(kinds),
    )
