"""Takes the conferences of the shards that become ours, and lets go of those of the others."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from typing import NamedTuple

from msgspec.structs import replace

from pexdash.bus.bus import Bus, Stop
from pexdash.bus.leases import Lease
from pexdash.bus.subjects import STATE, actions, all_alarms, key_of, memories, shard_of
from pexdash.clock import Clock
from pexdash.errors import BusFault
from pexdash.log import logger
from pexdash.model.alarms.keys import ConferenceKey
from pexdash.session.estate.collecting.answering import Answering
from pexdash.session.estate.collecting.heard_pulses import HeardPulses
from pexdash.session.estate.collecting.shards import Shards
from pexdash.session.estate.collecting.token_book import TokenBook
from pexdash.session.estate.collecting.told_conference import Before
from pexdash.session.estate.collecting.told_fleet import ToldFleet
from pexdash.session.estate.fleet import Fleet
from pexdash.session.estate.wanted import Plan, Wanted

LISTED_ALONE = 16
"""Of how many shards what is stored is listed one by one; of more, it is for the whole fleet."""
RETRY_SECONDS = 0.5
"""How long to wait after the bus listed nothing."""
GIVING_SECONDS = 5.0
"""How long a shard that is given away may take to be written."""


class _Stored(NamedTuple):
    """What another collector has stored of conferences, by their keys."""

    tokens: dict[ConferenceKey, bytes]
    alarms: dict[ConferenceKey, bytes]
    memories: dict[ConferenceKey, bytes]


class Holding:
    """Does what `leases.Holder` says, while `run` runs.

    The fleet has the conferences of `plan` that are in our shards, each once we have read what the
    collector before us stored. `took` is told how many shards became ours with how many
    conferences, and who had them before, `left` in words what became of one that is ours no more,
    with how many conferences.
    """

    def __init__(
        self,
        bus: Bus,
        name: str,
        fleet: Fleet,
        told: ToldFleet,
        book: TokenBook,
        shards: Shards,
        heard: HeardPulses,
        answering: Answering,
        *,
        clock: Clock,
        took: Callable[[int, int, Collection[str]], None],
        left: Callable[[str, int], None],
    ) -> None:
        self._bus = bus
        self._name = name
        self._fleet = fleet
        self._told = told
        self._book = book
        self._shards = shards
        self._heard = heard
        self._answering = answering
        self._clock = clock
        self._took = took
        self._left = left
        self._plan = Plan()
        self._by_shard: dict[int, list[Wanted]] = {}
        self._gained: dict[int, str] = {}
        self._news = asyncio.Event()
        self._ready: dict[int, Stop] = {}

    @property
    def keys(self) -> list[ConferenceKey]:
        """Every conference that we hold."""
        return [one.key for shard in self._ready for one in self._by_shard.get(shard, ())]

    # Which conferences there are

    def adopt(self, plan: Plan) -> set[ConferenceKey]:
        """Take another list of the whole fleet's conferences; returns those of ours that went."""
        before = set(self.keys)
        self._plan = plan
        by_shard: defaultdict[int, list[Wanted]] = defaultdict(list)
        for one in plan.wanted:
            by_shard[shard_of(one.key)].append(one)
        self._by_shard = dict(by_shard)
        for key in set(self.keys) - before:
            self._told.follows(key, None)
        self._suit()
        gone = before - set(self.keys)
        for key in gone:
            self._told.stop(key)
        return gone

    def _suit(self, given: Collection[ConferenceKey] = ()) -> None:
        """Have the fleet take part in what is ours now."""
        wanted = [one for shard in sorted(self._ready) for one in self._by_shard.get(shard, ())]
        self._fleet.adopt(replace(self._plan, wanted=tuple(wanted)), given)

    # What becomes of shards

    def gained(self, shard: int, lease: Lease, before: str) -> None:
        """The shard is ours (`leases.Holder.gained`)."""
        if shard in self._ready:
            keys = {one.key for one in self._by_shard.get(shard, ())}
            self._book.renew(keys)
            self._told.renew(keys)
            return
        self._gained[shard] = before if before != self._name else ""
        self._news.set()

    def lost(self, shard: int) -> None:
        """Another collector has the shard (`leases.Holder.lost`)."""
        self._gained.pop(shard, None)
        stop = self._ready.pop(shard, None)
        if stop is None:
            return
        self._told.background.start(stop())
        self._let_go(shard)
        self._told.drop(shard)
        self._left("lost", len(self._by_shard.get(shard, ())))

    async def give(self, shard: int) -> None:
        """Make the shard ready for another (`leases.Holder.give`)."""
        self._gained.pop(shard, None)
        stop = self._ready.get(shard)
        if stop is None:
            return
        await stop()
        for one in self._by_shard.get(shard, ()):
            self._told.stop(one.key)
        with suppress(TimeoutError):
            async with asyncio.timeout(GIVING_SECONDS):
                await self._book.flush(shard)
                await self._told.flush(shard)
        if self._ready.pop(shard, None) is None:
            return
        self._let_go(shard)
        await self._fleet.left()
        self._told.drop(shard)
        self._left("gave away", len(self._by_shard.get(shard, ())))

    def _let_go(self, shard: int) -> None:
        keys = [one.key for one in self._by_shard.get(shard, ())]
        for key in keys:
            self._told.stop(key)
            self._book.let_go(key)
        self._suit(keys)

    async def run(self) -> None:
        """Go on with what becomes ours, until cancelled."""
        while True:
            await self._news.wait()
            self._news.clear()
            gained, self._gained = self._gained, {}
            try:
                stored = await self._stored(gained)
                before = await self._before(gained)
            except BusFault as fault:
                logger.warning("what was stored cannot be read: %s", fault)
                self._gained = {**gained, **self._gained}
                await self._clock.sleep(RETRY_SECONDS)
                self._news.set()
                continue
            await self._begin(before, stored)

    async def _stored(self, shards: Iterable[int]) -> _Stored:
        """What is stored of some shards, and maybe of others."""
        shards = list(shards)
        asked: list[int | str] = ["*"] if len(shards) > LISTED_ALONE else [*shards]
        found = _Stored({}, {}, {})
        for shard in asked:
            for kind, subject in zip(
                found, (f"pdx.{shard}.tok.*", all_alarms(shard), memories(shard)), strict=True
            ):
                for kept in await self._bus.listed(STATE, subject):
                    with suppress(BusFault):
                        kind[key_of(kept.subject.rpartition(".")[2])] = kept.payload
        return found

    async def _before(self, gained: dict[int, str]) -> dict[int, Before | None]:
        """Who had these shards before us, and until when."""
        until = await asyncio.gather(
            *(
                self._heard.last(shard, self._shards.heard_at(before))
                for shard, before in gained.items()
                if before
            )
        )
        times = iter(until)
        return {
            shard: Before(before, next(times)) if before else None
            for shard, before in gained.items()
        }

    async def _begin(self, gained: dict[int, Before | None], stored: _Stored) -> None:
        stops = {}
        for shard in gained:
            stops[shard] = await self._bus.answer(actions(shard), self._answering.answer)
        ours = {shard for shard in gained if self._shards.lease(shard) is not None}
        for shard, stop in stops.items():
            if shard in ours and shard not in self._ready:
                self._ready[shard] = stop
            else:
                ours.discard(shard)
                self._told.background.start(stop())
        keys = {one.key for shard in ours for one in self._by_shard.get(shard, ())}
        for key in keys & stored.tokens.keys():
            self._book.inherit(key, stored.tokens[key])
        for key in keys:
            self._told.follows(key, gained[shard_of(key)])
        self._suit()
        for key in keys:
            before = gained[shard_of(key)]
            since = None if before is None else before.until
            ahead = self._heard.ahead(shard_of(key))
            self._told.inherit(key, stored.alarms.get(key), stored.memories.get(key), since, ahead)
        earlier = {one.collector for shard in ours if (one := gained[shard]) is not None}
        if ours:
            self._took(len(ours), len(keys), earlier)
