"""Which collector holds which shard: heartbeats, claims, epochs, and how one gives a shard away.

Who ought to have a shard follows from who is alive; who holds it is whoever wrote its `own` last,
and the server lets only one of two do that. No decision looks at a wall clock.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import NamedTuple, Protocol

from pexdash.bus.bus import Bus, Kept
from pexdash.bus.claims import Claims, LeaseTimes, Members, Owner
from pexdash.bus.fences import close_log
from pexdash.bus.messages import Epoch, Heartbeat, NodeAlarm, Owned, packed, unpacked
from pexdash.bus.streams import StreamLimits, make_streams
from pexdash.bus.subjects import COL, STATE, collector, own, shard_in
from pexdash.clock import Clock
from pexdash.errors import BusFault, BusRefused, Fenced
from pexdash.log import logger

_AT_ONCE = 32  # claims under way at a time
_LOOKS = 8  # how often within a renewal it is looked who is gone


class Lease(NamedTuple):
    """A shard of ours: `fence` is the revision that the log's `fence(shard)` has for this epoch."""

    epoch: Epoch
    fence: int


class Holder(Protocol):
    """What is done with shards by whoever holds the conferences in them."""

    def gained(self, shard: int, lease: Lease, before: str) -> None:
        """The shard is ours; `before` is the collector that held it, "" for none.

        It is called for a shard that we hold already, with `before` our own name, where the stream
        was made anew: whatever is stored must then be written again, tokens first.
        """

    def lost(self, shard: int) -> None:
        """Another collector has the shard: write nothing more, and release no token."""

    async def give(self, shard: int) -> None:
        """Make the shard ready for another: write what it needs, then let go without a release.

        Nobody claims the shard before this returns.
        """


class Leases:
    """The shards of one collector, named `name`; `run` takes and keeps them until it is cancelled.

    The holder is called in the loop that runs it. All collectors of a fleet have the same `times`.
    `nodes` returns the alarms about nodes that the others are to know of.
    """

    def __init__(
        self,
        bus: Bus,
        name: str,
        holder: Holder,
        *,
        clock: Clock,
        times: LeaseTimes = LeaseTimes(),  # noqa: B008
        limits: StreamLimits | None = None,
        version: str = "",
        nodes: Callable[[], list[NodeAlarm]] = list,
    ) -> None:
        self._nodes = nodes
        self._bus = bus
        self._name = name
        self._holder = holder
        self._clock = clock
        self._times = times
        self._limits = limits or StreamLimits(heartbeat_seconds=times.life)
        self._version = version
        self._members = Members(name, times)
        self._claims = Claims(name, times, self._members)
        self._owners: dict[int, Owner] = {}
        self._held: dict[int, Lease] = {}
        self._giving: set[int] = set()
        self._stream = 0
        self._renewed_at = float("-inf")
        self._is_listed = False
        self._is_checked = False
        self._is_leaving = False
        self._renew_now = asyncio.Event()
        self._news = asyncio.Event()
        self._learned = asyncio.Event()

    @property
    def held(self) -> Mapping[int, Lease]:
        """The shards that are ours now."""
        return self._held

    @property
    def collectors(self) -> Mapping[str, Heartbeat]:
        """Who is alive, by name, we ourselves included."""
        return self._members.alive(self._clock.monotonic())

    def heard_at(self, name: str) -> float | None:
        """When a collector was last heard, in monotonic seconds; None where that is forgotten."""
        return self._members.heard_at(name)

    @property
    def silence(self) -> float:
        """For how many seconds the server has not acknowledged that we are alive."""
        return self._clock.monotonic() - self._renewed_at

    def is_certain(self, shard: int) -> bool:
        """Whether the shard is ours beyond doubt, so that we may act in it."""
        lease = self._held.get(shard)
        return (
            lease is not None
            and shard not in self._giving
            and lease.epoch.stream == self._stream
            and self.silence < self._times.suspect
        )

    async def run(self) -> None:
        """Take what nobody else has, keep it, and give away what is another's, until cancelled.

        Makes the streams where they are missing. Raises BusRefused where the server refuses.
        """
        no_more = self._bus.on_change(self._renew_now.set)
        tasks = [
            asyncio.ensure_future(one)
            for one in (
                self._renew(),
                self._bus.follow(
                    COL, collector(), self._hear, anew=lambda: None, ended=lambda: None
                ),
                self._bus.follow(STATE, own(), self._learn, anew=self._forget, ended=self._listed),
                self._take(),
                self._balance(),
            )
        ]
        try:
            await asyncio.gather(*tasks)
        finally:
            no_more()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def was_fenced(self, shard: int) -> Lease | None:
        """Find out why a write of the shard raised Fenced: the lease to go on with, None if lost.

        A fence that the full log has dropped is written again. Where it returns None, `lost` has
        been called, or `gained` will be as the stream was made anew.
        """
        lease = self._held.get(shard)
        if lease is None:
            return None
        if await self._bus.made_at(STATE) != lease.epoch.stream:
            await self._check()
            return None
        kept = await self._bus.get(STATE, own(shard))
        if kept is not None and kept.revision == lease.epoch.revision:
            revision = await close_log(self._bus, shard, lease.epoch)
            if revision is not None and self._held.get(shard) == lease:
                self._held[shard] = lease._replace(fence=revision)
                return self._held[shard]
        if self._held.get(shard) == lease:
            self._lose(shard)
        return self._held.get(shard)

    async def leave(self) -> None:
        """Give every shard away, one by one, then say that we are gone; `run` must still run."""
        self._is_leaving = True
        try:
            await self._say_alive()
            for shard in sorted(self._held):
                await self._give(shard)
                await self._until_taken(shard)
            await self._bus.drop(COL, collector(self._name))
        except BusFault as fault:
            logger.warning("what we held is left to whoever claims it: %s", fault)

    # Being alive

    def tell(self) -> None:
        """Say at once that we are alive, as what goes with it has changed."""
        self._renew_now.set()

    async def _renew(self) -> None:
        while True:
            self._renew_now.clear()
            began = self._clock.monotonic()
            try:
                await self._say_alive()
                if (
                    self.silence >= self._times.suspect
                    or await self._bus.made_at(STATE) != self._stream
                ):
                    await self._check()
                self._renewed_at = began
                self._news.set()
            except BusRefused:
                raise
            except BusFault as fault:
                logger.debug("a heartbeat: %s", fault)
                with suppress(BusFault):
                    await make_streams(self._bus, self._limits)
                    self._renew_now.set()
            await self._pause(self._times.renewal, self._renew_now)

    async def _say_alive(self) -> None:
        told = Heartbeat(
            self._clock.wall(), len(self._held), self._version, self._is_leaving, self._nodes()
        )
        await self._bus.put(collector(self._name), packed(told))

    async def _check(self) -> None:
        """Learn at once what was claimed meanwhile, where we have been silent or the stream is new.

        Only then are we certain again.
        """
        held, made_at = dict(self._held), await self._bus.made_at(STATE)
        stored = {shard_in(kept.subject): kept for kept in await self._bus.listed(STATE, own())}
        if made_at != self._stream:
            self._owners.clear()
            self._stream, self._is_checked = made_at, False
        for kept in stored.values():
            self._learn(kept)
        for shard, lease in held.items():
            if (
                lease.epoch.stream == made_at
                and shard not in self._giving
                and (shard not in stored or stored[shard].revision != lease.epoch.revision)
            ):
                self._lose(shard)

    async def _pause(self, seconds: float, news: asyncio.Event) -> None:
        """Wait so long, or until there is news."""
        waits = [
            asyncio.ensure_future(self._clock.sleep(seconds)),
            asyncio.ensure_future(news.wait()),
        ]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    def _hear(self, kept: Kept) -> None:
        if not kept.payload:
            return  # the server's clock says that it has expired; ours decides
        with suppress(BusFault):
            name = kept.subject.rpartition(".")[2]
            self._members.hear(name, unpacked(Heartbeat, kept.payload), self._clock.monotonic())

    # Who holds what

    def _forget(self) -> None:
        self._owners.clear()
        self._is_listed = self._is_checked = False

    def _listed(self) -> None:
        self._is_listed = True
        self._news.set()

    def _learn(self, kept: Kept) -> None:
        shard = shard_in(kept.subject)
        try:
            owned = unpacked(Owned, kept.payload)
        except BusFault as fault:
            logger.warning("shard %d: %s", shard, fault)
            owned = Owned("", 0.0)
        if shard in self._owners and self._owners[shard].revision >= kept.revision:
            return
        self._owners[shard] = Owner(owned, kept.revision)
        lease = self._held.get(shard)
        if (
            lease is not None
            and lease.epoch.stream == self._stream
            and kept.revision > lease.epoch.revision
            and shard not in self._giving
        ):
            self._lose(shard)
        self._news.set()
        self._learned.set()

    def _lose(self, shard: int) -> None:
        if self._held.pop(shard, None) is not None:
            logger.info("shard %d is another's", shard)
            self._holder.lost(shard)

    # Taking and giving

    def _may_decide(self, now: float) -> bool:
        return not self._is_leaving and self._is_listed and self._members.is_settled(now)

    async def _take(self) -> None:
        """Claim what is free and ought to be ours."""
        while True:
            await self._pause(self._times.renewal / _LOOKS, self._news)
            self._news.clear()
            now = self._clock.monotonic()
            if not self._may_decide(now):
                continue
            try:
                if not self._is_checked:
                    await self._check_held()
                claims = self._claims.to_claim(self._owners, self._held, now)
                if claims:
                    self._news.set()
                await asyncio.gather(*(self._claim(shard) for shard in claims[:_AT_ONCE]))
            except BusRefused:
                raise
            except BusFault as fault:
                logger.debug("a claim: %s", fault)
                await self._clock.sleep(self._times.renewal / _LOOKS)

    async def _balance(self) -> None:
        """Give away what ought to be another's."""
        while True:
            await self._clock.sleep(self._times.balance)
            now = self._clock.monotonic()
            if self._may_decide(now) and self._is_checked:
                shard = self._claims.to_give(self._owners, self._held, now)
                if shard is not None:
                    await self._give(shard)

    async def _check_held(self) -> None:
        """After a list that began anew: keep what is still ours, and claim again what was lost."""
        made_at = await self._bus.made_at(STATE)
        self._stream, self._is_checked = made_at, True
        held = list(self._held.items())
        try:
            while held:
                await asyncio.gather(*(self._claim_again(*one) for one in held[:_AT_ONCE]))
                del held[:_AT_ONCE]
        except BusFault:
            self._is_checked = False
            raise

    async def _claim_again(self, shard: int, lease: Lease) -> None:
        owner = self._owners.get(shard)
        if lease.epoch == (self._stream, owner.revision if owner else 0):
            return
        if owner is None or owner.owned.collector in ("", self._name):
            await self._claim(shard)
        if self._held.get(shard) == lease:
            self._lose(shard)

    async def _claim(self, shard: int) -> None:
        """Take a shard, unless somebody is faster."""
        owner = self._owners.get(shard, Owner(Owned("", 0.0), 0))
        mine = Owned(self._name, self._clock.wall())
        try:
            revision = await self._bus.put(own(shard), packed(mine), after=owner.revision)
        except Fenced:
            return
        epoch = Epoch(self._stream, revision)
        fenced_at = await close_log(self._bus, shard, epoch)
        if self._owners.get(shard, owner).revision < revision:
            self._owners[shard] = Owner(mine, revision)
        if fenced_at is None or self._owners[shard].revision > revision:
            return
        before = owner.owned.collector or owner.owned.giver
        if shard in self._held:
            before = self._name
        self._held[shard] = Lease(epoch, fenced_at)
        self._holder.gained(shard, self._held[shard], before)

    async def _give(self, shard: int) -> None:
        """Hand a shard over: whoever ought to have it claims it as soon as it is stored as free."""
        lease = self._held.get(shard)
        if lease is None or shard in self._giving:
            return
        self._giving.add(shard)
        try:
            await self._holder.give(shard)
            free = Owned("", self._clock.wall(), self._name)
            await self._bus.put(own(shard), packed(free), after=lease.epoch.revision)
        except BusFault as fault:
            logger.warning("shard %d is left to whoever claims it: %s", shard, fault)
        finally:
            self._giving.discard(shard)
            self._held.pop(shard, None)

    async def _until_taken(self, shard: int) -> None:
        """Wait until another has the shard, or for a renewal at most."""
        until = self._clock.monotonic() + self._times.renewal
        while (now := self._clock.monotonic()) < until and self._bus.is_up:
            owner = self._owners.get(shard)
            others = self._members.staying(now) - {self._name}
            if not others or (owner is not None and owner.owned.collector not in ("", self._name)):
                return
            self._learned.clear()
            await self._pause(until - now, self._learned)
