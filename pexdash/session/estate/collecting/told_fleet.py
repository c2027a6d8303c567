"""Tells the bus of every conference of a fleet that we hold."""

from __future__ import annotations

from collections.abc import Iterable

from pexdash.bus.bus import Bus
from pexdash.bus.messages import Opening
from pexdash.bus.subjects import (
    STATE,
    alarms,
    code_of,
    key_of,
    memory,
    participants,
    shard_of,
    summary,
)
from pexdash.clock import Clock
from pexdash.errors import BusFault, NobodyHolds, NodeUnreachable
from pexdash.log import logger
from pexdash.model.alarms.keys import ConferenceKey
from pexdash.session.alarms.at_work import AlarmsAtWork
from pexdash.session.estate.collecting.alarms_told import AlarmsOnBus
from pexdash.session.estate.collecting.audiences import Audiences
from pexdash.session.estate.collecting.log_writer import LogWriter
from pexdash.session.estate.collecting.memory_told import MemoriesOnBus
from pexdash.session.estate.collecting.node_telling import NodeTelling
from pexdash.session.estate.collecting.outward import Background, Outward
from pexdash.session.estate.collecting.pulses import PULSE_SECONDS, Pulses
from pexdash.session.estate.collecting.sayer import Sayer
from pexdash.session.estate.collecting.shards import Shards
from pexdash.session.estate.collecting.state_writer import StateWriter
from pexdash.session.estate.collecting.told_conference import Before, ToldConference, happened_at
from pexdash.session.estate.fleet import Fleet
from pexdash.session.feed.record_lines import timeless
from pexdash.session.feed.told import Spoken
from pexdash.session.membership.membership import Membership
from pexdash.session.moderation.told_actions import acted_of, operator_here

LONGEST_HOLE_SECONDS = 900.0
"""After how long without a holder nothing of what the last one knew holds for who is in now."""


class ToldFleet:
    """Has states, the log, pulses and live messages written while `runs` run."""

    def __init__(
        self,
        bus: Bus,
        name: str,
        fleet: Fleet,
        work: AlarmsAtWork,
        shards: Shards,
        clock: Clock,
    ) -> None:
        self._bus = bus
        self._name = name
        self._fleet = fleet
        self._shards = shards
        self._clock = clock
        self._operator = operator_here()
        self.background = Background()
        self._sayer = Sayer(bus)
        self._state = StateWriter(bus, shards, clock)
        self._log = LogWriter(bus, shards, self._tell_of_hole)
        self._audiences = Audiences(shards, self._sayer, clock, self._heard_at)
        self._pulses = Pulses(fleet, shards, self._state, self._sayer)
        self.telling = NodeTelling(
            work,
            shards,
            name,
            clock,
            # Without a bus nobody knows of the others: then each tells what it told before.
            is_sure=lambda: not bus.is_up or shards.are_certain(),
        )
        self.alarms = AlarmsOnBus(work, shards, self._state, self.telling)
        self._memories = MemoriesOnBus(work, shards, self._state, clock, talk_of=self._talk_of)
        self._out = Outward(
            bus, clock, shards, self._state, self._log, self._audiences, self.background
        )
        self._told: dict[ConferenceKey, ToldConference] = {}
        self._before: dict[ConferenceKey, Before] = {}

    async def run_state(self) -> None:
        """Write states until cancelled."""
        await self._state.run()

    async def run_sayer(self) -> None:
        """Say what nobody stores until cancelled."""
        await self._sayer.run()

    async def run_pulses(self) -> None:
        """Say each second what has changed, until cancelled."""
        while True:
            await self._clock.sleep(PULSE_SECONDS)
            self.alarms.look(self._pulses.beat())
            self.telling.look()
            self._memories.look()
            self._audiences.beat()
            for told in self._told.values():
                told.look()

    async def close(self) -> None:
        """Write nothing more."""
        await self._log.close()
        await self.background.close()

    # Which conferences

    def begin(self, key: ConferenceKey, membership: Membership) -> None:
        """Tell what happens in a conference that we are about to join."""
        if (earlier := self._told.pop(key, None)) is not None:
            earlier.stop()
        feed, before = membership.feed, self._before.pop(key, None)
        told = self._told[key] = ToldConference(key, feed, self._out, before)
        # What rules ask for is in the journal only.
        membership.moderation.journal.on_ended(
            lambda entry: told.hear(acted_of(entry, feed, self._operator))
        )

    def follows(self, key: ConferenceKey, before: Before | None) -> None:
        """A conference is ours from now on; the log tells who had it before us, if anybody."""
        if before is not None:
            self._before[key] = before
        self._pulses.renew([key])
        self.alarms.follow(key)
        self._memories.follow(key)

    def inherit(
        self,
        key: ConferenceKey,
        alarms: bytes | None,
        memory: bytes | None,
        since: float | None,
        ahead: float | None,
    ) -> None:
        """Go on with what the one before us stored, who saw the conference last `since`.

        `ahead` is how far its Unix time was ahead of our clock, None for as far as ours.
        """
        now, ours = self._clock.monotonic(), self._shards.ahead
        since, ahead = now if since is None else since, ours if ahead is None else ahead
        if alarms is not None:
            self.alarms.inherit(key, alarms, ahead)
        if memory is None or now - since >= LONGEST_HOLE_SECONDS:
            return
        if talked := self._memories.inherit(key, memory, since, ahead):
            for record in timeless(Spoken(talked)):
                self._log.add(shard_of(key), happened_at(code_of(key), record, since + ours))

    def renew(self, keys: Iterable[ConferenceKey]) -> None:
        """Write everything again: the stream was made anew."""
        keys = list(keys)
        self._pulses.renew(keys)
        self.alarms.renew(keys)
        self._memories.renew(keys)
        for key in keys:
            if (told := self._told.get(key)) is not None:
                told.write_people(told.feed.conference.participants)

    def stop(self, key: ConferenceKey) -> None:
        """Tell nothing more of a conference."""
        if (told := self._told.pop(key, None)) is not None:
            told.stop()
        self._before.pop(key, None)
        self._pulses.forget(key)
        self._audiences.forget(key)
        self.alarms.forget(key)
        self._memories.forget(key)

    def drop(self, shard: int) -> None:
        """Write nothing more of a shard."""
        self._state.drop(shard)
        self._log.drop(shard)

    async def flush(self, shard: int) -> None:
        """Wait until all that was told of a shard is written."""
        for key, told in self._told.items():
            if shard_of(key) == shard:
                told.write_changed()
        await self._log.flush(shard)
        await self._state.flush(f"pdx.{shard}.")

    async def flush_alarms(self, key: ConferenceKey) -> None:
        """Wait until the alarms of a conference are written as they are."""
        await self._state.flush(alarms(key))

    async def remove(self, key: ConferenceKey) -> None:
        """Nobody wants a conference any more: nothing of it is to stay."""
        subjects = [summary(key), alarms(key), memory(key)]
        try:
            subjects += [one.subject for one in await self._bus.listed(STATE, participants(key))]
        except BusFault as fault:
            logger.info("%s", fault)
        for subject in subjects:
            self._state.put(shard_of(key), subject, lambda _: None)

    async def opening(self, key: ConferenceKey) -> Opening:
        """Have somebody watch a conference; returns how it stands, once its people are stored.

        Raises NodeUnreachable where we are not in it yet.
        """
        if key not in self._told:
            raise NodeUnreachable("The collector has not joined this conference yet")
        n = self._audiences.watch(key)
        self._told[key].write_changed()
        await self._state.flush(participants(key).rstrip("*"))
        told, lease = self._told.get(key), self._shards.lease(shard_of(key))
        if told is None or lease is None:
            raise NobodyHolds("Nobody holds this conference now")
        return told.opening(lease, n, self._name, self._heard_at(key))

    # What happens

    def _heard_at(self, key: ConferenceKey) -> float:
        told = self._told.get(key)
        heard_at = None if told is None else told.feed.link.heard_at
        return 0.0 if heard_at is None else heard_at + self._shards.ahead

    def _talk_of(self, key: ConferenceKey) -> dict[str, float]:
        told = self._told.get(key)
        return {} if told is None else told.untold_talk()

    def _tell_of_hole(self, code: str, since: float) -> None:
        if (told := self._told.get(key_of(code))) is not None:
            told.tell_of_hole(since)
