"""Tells the bus what happens in one conference that we are in."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any, NamedTuple

import msgspec

from pexdash.api.rewritten import participant_as_sent
from pexdash.bus.leases import Lease
from pexdash.bus.messages import Happened, Opening, PersonTold, packed
from pexdash.bus.subjects import STATE, code_of, participant, participants, shard_of
from pexdash.errors import BusFault
from pexdash.log import logger
from pexdash.model.alarms.keys import ConferenceKey
from pexdash.model.changes import Changes
from pexdash.session.estate.collecting.outward import Outward
from pexdash.session.estate.collecting.talk_told import TalkTold
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.link import LinkState
from pexdash.session.feed.record_lines import timeless
from pexdash.session.feed.standing import Standing
from pexdash.session.feed.told import Heard, Line, Told
from pexdash.text import json_line

STATED_SECONDS = 12 * 3600.0
"""How often the log is told how a conference stands: its readers look a day back for that."""
_NOT_LOGGED, _NOT_LOGGED_WORD = b"stage", "stage"
"""The event that says who talks, several times a second: most of what a node sends."""


class Before(NamedTuple):
    """The collector that had the conference before us, and until which monotonic second."""

    collector: str
    until: float


class ToldConference:
    """Writes who is in, logs what happens, and says it where somebody watches, until `stop`.

    `before` is who had the conference before us; the log tells of it once our line is live. Who is
    in is written once a second, as `look` is called; at once while somebody watches.
    """

    def __init__(
        self, key: ConferenceKey, feed: Feed, out: Outward, before: Before | None = None
    ) -> None:
        self.key = key
        self.feed = feed
        self._out = out
        self._before = before
        self._shard, self._code = shard_of(key), code_of(key)
        self._standing = Standing(feed)
        self._is_purged = False
        self._subjects: dict[str, str] = {}
        self._changed_people: set[str] = set()
        self._stated_at = out.clock.monotonic()
        self._talk = TalkTold(feed, lambda talked: self._log([talked]))
        self._stops = (self._talk.stop, feed.on_told(self.hear), feed.on_changes(self._changed))

    def stop(self) -> None:
        """Tell nothing more."""
        for stop in self._stops:
            stop()
        self.write_changed()

    def tell(self, record: dict[str, Any]) -> None:
        """Tell one record."""
        self._tell(record, is_watched=self._out.audiences.is_watching(self.key))

    def _tell(self, record: dict[str, Any], *, is_watched: bool) -> None:
        happened = self._happened(record)
        if record.get("event") != _NOT_LOGGED_WORD:
            self._out.log.add(self._shard, happened)
        if is_watched:
            self._out.audiences.add(self.key, happened)

    def tell_of_hole(self, since: float) -> None:
        """Tell that records since a Unix time are missing, and how the conference stands now."""
        missing = self._out.clock.wall() - since
        lost = Line(LinkState.LOST, f"the bus was away: {missing:.0f} s are missing here")
        self._log([lost, *self._standing.told()])

    def look(self) -> None:
        """Log each minute who talked, and how all stands where that was long ago and expires."""
        self._talk.look()
        self.write_changed()
        now = self._out.clock.monotonic()
        if now - self._stated_at >= STATED_SECONDS and self.feed.is_live:
            self._stated_at = now
            self._log(self._standing.told())

    def untold_talk(self) -> dict[str, float]:
        """For how many seconds each person has talked of which the log was not told yet."""
        return self._talk.untold()

    def _log(self, every: Iterable[Told]) -> None:
        for told in every:
            for record in timeless(_logged(told)):
                self._out.log.add(self._shard, self._happened(record))

    def opening(self, lease: Lease, n: int, collector: str, heard_at: float) -> Opening:
        """The conference as it is now, but for its people, after the live message `n`."""
        told = self._standing.told(with_people=False)
        records = [self._happened(record) for one in told for record in timeless(one)]
        return Opening(self._out.shards.stamp(lease, n), records, collector, heard_at)

    def write_people(self, uuids: Iterable[str]) -> None:
        """Write some participants as they are, or that they are gone."""
        people = self.feed.conference.participants
        for uuid in uuids:
            subject = self._subjects.get(uuid)
            if subject is None:
                subject = self._subjects[uuid] = participant(self.key, uuid)
            self._out.state.put(self._shard, subject, partial(self._person, uuid))
            if uuid not in people:
                del self._subjects[uuid]

    def write_changed(self) -> None:
        """Write everybody who has changed since this was done last."""
        if self._changed_people:
            changed, self._changed_people = self._changed_people, set()
            self.write_people(changed)

    def _happened(self, record: dict[str, Any]) -> Happened:
        return happened_at(self._code, record, self._out.clock.wall())

    def hear(self, told: Told) -> None:
        """Tell what a record tells."""
        if isinstance(told, Line):
            self._talk.take_line()
        self._standing.hear(told)
        try:
            is_watched = self._out.audiences.is_watching(self.key)
            for record in timeless(told if is_watched else _logged(told)):
                self._tell(record, is_watched=is_watched)
        except RecursionError:
            logger.warning("what the node told of %s is nested too deeply", self.key.alias)
        if self._before is not None and self.feed.is_live:
            before, self._before = self._before, None
            hole = max(0.0, self._out.clock.monotonic() - before.until)
            self.tell({"takeover": {"from": before.collector, "hole_seconds": round(hole, 1)}})

    def _changed(self, changes: Changes) -> None:
        self._talk.take_changes(changes)
        self._changed_people.update(changes.before)
        if self._out.audiences.is_watching(self.key):
            self.write_changed()
        if changes.synced and not self._is_purged:
            self._is_purged = True
            self._out.background.start(self._purge())

    def _person(self, uuid: str, lease: Lease) -> bytes | None:
        one = self.feed.conference.participants.get(uuid)
        if one is None:
            return None
        stamp = self._out.shards.stamp(lease, self._out.audiences.number(self.key))
        return packed(PersonTold(stamp, participant_as_sent(one)))

    async def _purge(self) -> None:
        """Remove whoever an earlier holder wrote and who is not there any more."""
        try:
            kept = await self._out.bus.listed(STATE, participants(self.key))
        except BusFault as fault:
            logger.info("%s", fault)
            self._is_purged = False
            return
        people = self.feed.conference.participants
        there = {participant(self.key, uuid) for uuid in people}
        for one in kept:
            if one.subject not in there:
                self._out.state.put(self._shard, one.subject, lambda _: None)


def happened_at(code: str, record: dict[str, Any], at: float) -> Happened:
    """A record of a conference, by its code, at a Unix time, as it goes to the bus."""
    try:
        told = msgspec.json.encode(record)
    except ValueError:
        # Half of a pair of surrogates, as a node may send it, is written as an escape.
        told = json_line(record).encode()
    return Happened(code, at, told)


def _logged(told: Told) -> Told:
    """What the log has of a record."""
    if isinstance(told, Heard):
        return Heard((), [one for one in told.sent if one[0] != _NOT_LOGGED])
    return told
