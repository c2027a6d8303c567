"""A collector: takes part in the conferences of the shards it holds, and tells the bus of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection

from pexdash.bus.bus import Bus
from pexdash.bus.claims import LeaseTimes
from pexdash.bus.leases import Leases
from pexdash.bus.messages import Named, Opening
from pexdash.bus.sealing import Seal
from pexdash.clock import Clock
from pexdash.errors import BusFault
from pexdash.log import logger
from pexdash.model.alarms.keys import ConferenceKey
from pexdash.model.line import LineState
from pexdash.session.alarms.at_work import AlarmsAtWork
from pexdash.session.alarms.together import run_together
from pexdash.session.estate.collecting.answering import Answering
from pexdash.session.estate.collecting.heard_pulses import HeardPulses
from pexdash.session.estate.collecting.holding import Holding
from pexdash.session.estate.collecting.names import Names
from pexdash.session.estate.collecting.shard_news import ShardNews
from pexdash.session.estate.collecting.shards import Shards
from pexdash.session.estate.collecting.token_book import REFUSED, REMOVED, TokenBook
from pexdash.session.estate.collecting.told_fleet import ToldFleet
from pexdash.session.estate.fleet import Fleet
from pexdash.session.estate.wanted import Plan
from pexdash.session.membership.custody import Custody
from pexdash.session.membership.membership import Membership
from pexdash.session.moderation.audit import Audit

LOOK_SECONDS = 1.0
"""How often it is looked whether a conference has removed or refused us for good."""
LEAVING_SECONDS = 60.0
"""How long giving all shards away may take at the end."""
_KINDS = {LineState.REMOVED: REMOVED, LineState.REFUSED: REFUSED}

Begin = Callable[[ConferenceKey, Membership], None]
"""Follows a membership from before it joins (`joining.Joining.begins`)."""
MakeFleet = Callable[[Callable[[ConferenceKey], Custody], Begin], tuple[Fleet, AlarmsAtWork]]
"""Makes a fleet of no conferences, by the custody and by what follows them that it is given."""


class Collector:
    """One of the collectors of a fleet; `name` is its own, and nobody else's.

    `run` takes shards and holds them until cancelled, `leave` hands all of them over while it runs.
    `adopt` takes the list of the whole fleet's conferences. `say` is told in a sentence of what
    becomes of shards. `telling` lets through of `alarms` what is ours to tell other programs.
    """

    def __init__(
        self,
        bus: Bus,
        name: str,
        make_fleet: MakeFleet,
        *,
        clock: Clock,
        seal: Seal,
        say: Callable[[str], None],
        audit: Audit | None = None,
        times: LeaseTimes | None = None,
        version: str = "",
    ) -> None:
        self.name = name
        self._clock = clock
        self._shards = Shards(clock)
        self._news = ShardNews(lambda: len(self._shards.held()), say)
        self._book = TokenBook(bus, self._shards, clock, seal)
        self.fleet, self.alarms = make_fleet(
            self._book.custody, lambda key, membership: self._told.begin(key, membership)
        )
        self._told = ToldFleet(bus, name, self.fleet, self.alarms, self._shards, clock)
        self.telling = self._told.telling
        self._names = Names(bus, clock)
        self._named: dict[ConferenceKey, Named] = {}
        self._heard = HeardPulses(bus, clock)
        self._answering = Answering(
            self.fleet,
            self.alarms,
            self._shards,
            clock,
            watch=self._opening,
            written=self._told.flush_alarms,
            try_again=self._try_again,
            audit=audit,
        )
        self._holding = Holding(
            bus,
            name,
            self.fleet,
            self._told,
            self._book,
            self._shards,
            self._heard,
            self._answering,
            clock=clock,
            took=self._took,
            left=self._news.left,
        )
        self.leases = Leases(
            bus,
            name,
            self._holding,
            clock=clock,
            times=times or LeaseTimes(),
            version=version,
            nodes=self.telling.told,
        )
        self._shards.leases = self.leases
        self._labels: dict[ConferenceKey, Named] = {}
        self._barred: set[ConferenceKey] = set()

    def adopt(self, plan: Plan) -> None:
        """Take part in the conferences of another list, as far as they are ours."""
        self._labels = {
            one.key: Named(one.cluster.name, one.alias, one.label, place)
            for place, one in enumerate(plan.wanted)
        }
        for key in self._holding.adopt(plan):
            self._barred.discard(key)
            self._named.pop(key, None)
            self._told.background.start(self._remove(key))
            self._names.remove([key])
        self._name_all()

    async def run(self) -> None:
        """Hold what is ours until cancelled; raises BusRefused where the server refuses us."""
        await self._heard.listen()
        try:
            await run_together(
                self.fleet.run(),
                self._told.run_state(),
                self._told.run_sayer(),
                self._told.run_pulses(),
                self._book.run(),
                self._names.run(),
                self._holding.run(),
                self.leases.run(),
                self._look(),
            )
        finally:
            await self._told.close()

    async def leave(self) -> None:
        """Hand every shard over, so that nobody joins twice; `run` must still run."""
        try:
            async with asyncio.timeout(LEAVING_SECONDS):
                await self.leases.leave()
        except TimeoutError:
            logger.warning("not every shard could be handed over in time")

    async def close(self) -> None:
        """Leave what could not be handed over to whoever claims it: no token is released."""
        for key in self._holding.keys:
            self._book.let_go(key)
        self._news.tell()
        await self.fleet.close()

    # What becomes of shards

    def _took(self, shards: int, conferences: int, before: Collection[str]) -> None:
        self._name_all()
        self._news.took(shards, conferences, before)

    def _name_all(self) -> None:
        """Have what we hold be in the list of the fleet's conferences."""
        names = {}
        for key in self._holding.keys:
            named = self._labels[key]
            if self._named.get(key) != named:
                names[key] = self._named[key] = named
        if names:
            self._names.put(names)

    async def _remove(self, key: ConferenceKey) -> None:
        """Nobody wants a conference any more: its token is released by now, or soon."""
        await self.fleet.left()
        try:
            await self._book.forget(key)
        except BusFault as fault:
            logger.info("%s", fault)
        await self._told.remove(key)

    # What is asked

    async def _opening(self, key: ConferenceKey) -> Opening:
        return await self._told.opening(key)

    def _try_again(self, key: ConferenceKey) -> None:
        self._barred.discard(key)
        self._book.unbar(key)
        self.fleet.try_again(key)

    async def _look(self) -> None:
        """Write down where nobody may join again by itself, until cancelled."""
        watch = self.fleet.watch()
        while True:
            await self._clock.sleep(LOOK_SECONDS)
            for key in watch.take_changes().conferences:
                place = self.fleet.place(key)
                if place is None or not place.is_over:
                    self._barred.discard(key)
                elif key not in self._barred and (kind := _KINDS.get(place.line.state)):
                    self._barred.add(key)
                    self._book.bar(key, kind, place.line.why)
