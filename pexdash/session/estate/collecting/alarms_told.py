"""Stores the alarms of our conferences, for every reader and for whoever has them after us."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import partial
from typing import Any

from pexdash.bus.leases import Lease
from pexdash.bus.messages import AlarmsTold, packed, unpacked
from pexdash.bus.subjects import alarms, shard_of
from pexdash.errors import BusFault
from pexdash.log import logger
from pexdash.model.alarms.alarm import Alarm
from pexdash.model.alarms.edge import Edge
from pexdash.model.alarms.kept import Kept, KeptChange
from pexdash.model.alarms.keys import ConferenceKey
from pexdash.model.alarms.rule import Scope
from pexdash.session.alarms.at_work import AlarmsAtWork
from pexdash.session.estate.collecting.node_telling import NodeTelling
from pexdash.session.estate.collecting.shards import Shards
from pexdash.session.estate.collecting.state_writer import StateWriter
from pexdash.session.estate.forms import alarm_of, shelf_of, told_alarm, told_shelf

MOST_ALARMS = 500
"""How many alarms of one conference are stored."""

_Told = tuple[list[dict[str, Any]], list[dict[str, Any]]]


class AlarmsOnBus:
    """Stores alarms and shelves whenever anything happens to them, and when `look` finds a change.

    Of an alarm that only changes its words nothing is told at once. What is about the nodes of a
    cluster is told with one of the conferences there that we hold.
    """

    def __init__(
        self, work: AlarmsAtWork, shards: Shards, state: StateWriter, telling: NodeTelling
    ) -> None:
        self._telling = telling
        self._work = work
        self._shards = shards
        self._state = state
        self._told: dict[ConferenceKey, _Told] = {}
        self._ours: defaultdict[str, set[ConferenceKey]] = defaultdict(set)
        self._homes: dict[str, ConferenceKey] = {}
        work.on_edges(self._hear)
        work.on_kept(self._keep)

    def follow(self, key: ConferenceKey) -> None:
        """A conference is ours from now on."""
        self._ours[key.cluster].add(key)
        self._settle(key.cluster)

    def forget(self, key: ConferenceKey) -> None:
        """Store nothing more of a conference."""
        self._told.pop(key, None)
        self._ours[key.cluster].discard(key)
        self._settle(key.cluster)

    def _settle(self, cluster: str) -> None:
        """Choose with which conference the alarms of a cluster are told; it stays while it can."""
        ours, home = self._ours[cluster], self._homes.get(cluster)
        if home in ours:
            return
        self._homes.pop(cluster, None)
        if ours:
            self._homes[cluster] = new = next(iter(ours))
            self._put(new)
        else:
            self._telling.hand_on(cluster)
            self._work.hand_on_nodes(cluster)

    def look(self, keys: Iterable[ConferenceKey]) -> None:
        """Store the alarms of these conferences where they have changed."""
        for key in keys:
            now = self._now(key)
            if now != self._told.get(key, ([], [])):
                self._put(key)

    def inherit(self, key: ConferenceKey, payload: bytes, ahead: float) -> None:
        """Go on with what another collector stored of a conference that is followed.

        `ahead` is how far its Unix time was ahead of our clock.
        """
        found: list[Alarm] = []
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
        kept = Kept({one.key: one.ack for one in found if one.ack is not None}, shelves)
        nodes = [one for one in found if one.rule.scope is Scope.NODE]
        found = [one for one in found if one.key.conference.alias]
        self._work.inherit(key, found, kept)
        self._work.inherit(ConferenceKey(key.cluster, ""), nodes, Kept())
        self._telling.inherit(nodes)
        self._put(key)

    def renew(self, keys: Iterable[ConferenceKey]) -> None:
        """Store the alarms of these conferences again."""
        for key in keys:
            self._put(key)

    def _hear(self, edges: list[Edge]) -> None:
        for key in {edge.key.conference for edge in edges}:
            self._put(key)

    def _keep(self, changes: list[KeptChange]) -> None:
        for key in {change.key.conference for change in changes}:
            self._put(key)

    def _put(self, key: ConferenceKey) -> None:
        home = key if key.alias else self._homes.get(key.cluster)
        if home is not None and self._shards.lease(shard_of(home)) is not None:
            self._state.put(shard_of(home), alarms(home), partial(self._made, home))

    def _made(self, key: ConferenceKey, lease: Lease) -> bytes:
        self._told[key] = told = self._now(key)
        return packed(AlarmsTold(self._shards.stamp(lease, 0), *told))

    def _now(self, key: ConferenceKey) -> _Told:
        ahead = self._shards.ahead
        model = self._work.alarms
        told = [key]
        if self._homes.get(key.cluster) == key:
            told.append(ConferenceKey(key.cluster, ""))
        listed = [alarm for one in told for alarm in model.listed_in(one)]
        mine = [(one, shelf) for one, shelf in model.kept.shelves.items() if one.conference in told]
        return (
            [told_alarm(one, ahead) for one in listed[:MOST_ALARMS]],
            [told_shelf(one, shelf, ahead) for one, shelf in mine],
        )
