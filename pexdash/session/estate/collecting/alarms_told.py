"""Stores the alarms of our conferences, for every reader and for whoever has them after us."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pexdash.bus.leases import Lease
from pexdash.bus.messages import AlarmsTold, packed, unpacked
from pexdash.bus.subjects import alarms, shard_of
from pexdash.errors import BusFault
from pexdash.log import logger
from pexdash.model.alarms.alarm import Alarm
from pexdash.model.alarms.edge import Edge
from pexdash.model.alarms.kept import Kept, KeptChange
from pexdash.model.alarms.keys import AlarmKey, ConferenceKey
from pexdash.session.alarms.at_work import AlarmsAtWork
from pexdash.session.estate.collecting.shards import Shards
from pexdash.session.estate.collecting.state_writer import StateWriter
from pexdash.session.estate.forms import alarm_of, shelf_of, told_alarm, told_shelf

MOST_ALARMS = 500
"""How many alarms of one conference are stored."""

_Told = tuple[list[dict[str, Any]], list[dict[str, Any]]]


class AlarmsOnBus:
    """Stores alarms and shelves whenever anything happens to them, and when `look` finds a change.

    Of an alarm that only changes its words nothing is told at once.
    """

    def __init__(self, work: AlarmsAtWork, shards: Shards, state: StateWriter) -> None:
        self._work = work
        self._shards = shards
        self._state = state
        self._told: dict[ConferenceKey, _Told] = {}
        work.on_edges(self._hear)
        work.on_kept(self._keep)

    def look(self, keys: Iterable[ConferenceKey]) -> None:
        """Store the alarms of these conferences where they have changed."""
        for key in keys:
            now = self._now(key)
            if now != self._told.get(key, ([], [])):
                self._put(key)

    def inherit(self, key: ConferenceKey, payload: bytes) -> None:
        """Go on with what another collector stored of a conference that is followed."""
        ahead = self._shards.ahead
        found: list[Alarm] = []
        kept = Kept()
        try:
            told = unpacked(AlarmsTold, payload)
            shelves = dict(shelf_of(one, ahead) for one in told.shelves)
        except BusFault as fault:
            logger.warning("the alarms of %s: %s", key.alias, fault)
            return
        for one in told.alarms:
            try:
                found.append(alarm_of(one, ahead))
            except BusFault as fault:
                logger.warning("an alarm of %s: %s", key.alias, fault)
        found = [one for one in found if one.key.conference == key]
        kept = Kept({one.key: one.ack for one in found if one.ack is not None}, shelves)
        self._work.inherit(key, found, kept)
        self._put(key)

    def renew(self, keys: Iterable[ConferenceKey]) -> None:
        """Store the alarms of these conferences again."""
        for key in keys:
            self._put(key)

    def forget(self, key: ConferenceKey) -> None:
        """Store nothing more of a conference."""
        self._told.pop(key, None)

    def _hear(self, edges: list[Edge]) -> None:
        for key in {edge.key.conference for edge in edges}:
            self._put(key)

    def _keep(self, changes: list[KeptChange]) -> None:
        for key in {change.key.conference for change in changes}:
            self._put(key)

    def _put(self, key: ConferenceKey) -> None:
        # What is about a whole cluster, or this program, has no place of its own on the bus.
        if key.alias and self._shards.lease(shard_of(key)) is not None:
            self._state.put(shard_of(key), alarms(key), lambda lease: self._made(key, lease))

    def _made(self, key: ConferenceKey, lease: Lease) -> bytes:
        self._told[key] = told = self._now(key)
        return packed(AlarmsTold(self._shards.stamp(lease, 0), *told))

    def _now(self, key: ConferenceKey) -> _Told:
        ahead = self._shards.ahead
        model = self._work.alarms
        listed = [told_alarm(one, ahead) for one in model.listed_in(key)[:MOST_ALARMS]]
        shelved: dict[AlarmKey, Any] = dict(model.kept.shelves)
        mine = [(one, shelf) for one, shelf in shelved.items() if one.conference == key]
        return listed, [told_shelf(one, shelf, ahead) for one, shelf in mine]
