"""The nodes of a wall: how our lines to each stand, and whether it says that it is in service."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pexdash.api.address import NodeAddress, parse_node
from pexdash.clock import Clock
from pexdash.errors import UsageFault
from pexdash.model.alarms.keys import AlarmKey, ConferenceKey
from pexdash.model.line import LineState
from pexdash.session.alarms.at_work import AlarmsAtWork
from pexdash.session.alarms.node_watch import NodeWatch
from pexdash.session.estate.estate import NodeLines
from pexdash.session.estate.joining import Entrance
from pexdash.session.estate.place import Place
from pexdash.session.estate.wanted import Cluster

if TYPE_CHECKING:
    from pexdash.api.client import NodeClient


class Nodes:
    """Has each node that a conference was on asked for its status, as long as its cluster is shown.

    `run` does so until cancelled.
    """

    def __init__(
        self, work: AlarmsAtWork, entrance: Entrance, clock: Clock, rng: random.Random
    ) -> None:
        self._work = work
        self._entrance = entrance
        self._known: dict[tuple[str, NodeAddress], Cluster] = {}
        self._watch = NodeWatch(work, connect=self._client, clock=clock, rng=rng)
        self.run = self._watch.run
        self._clusters: Mapping[str, Cluster] = {}
        work.node_known = self._know

    def note(self, place: Place) -> None:
        """Watch the node of a conference from now on."""
        node = place.membership.node if place.membership is not None else None
        if node is not None and (place.key.cluster, node) not in self._known:
            self._known[place.key.cluster, node] = place.wanted.cluster
            self._watch.watch(self._known)

    def keep(self, clusters: Mapping[str, Cluster]) -> None:
        """Watch no node of any other cluster any more."""
        self._clusters = clusters
        self._known = {one: cluster for one, cluster in self._known.items() if one[0] in clusters}
        self._watch.watch(self._known)

    def _know(self, name: str, node: str) -> None:
        """Watch a node of which an alarm tells, before any line of ours leads there."""
        cluster = self._clusters.get(name)
        if cluster is None or any((name, node) == (one, str(at)) for one, at in self._known):
            return
        try:
            address = parse_node(node)
        except UsageFault:
            return
        if (usual := cluster.node or self._entrance.joining.node) is not None:
            # The name of a node does not tell its scheme.
            address = replace(address, scheme=usual.scheme)
        self._known[name, address] = cluster
        self._watch.watch(self._known)

    def lines(self, places: Iterable[Place]) -> Sequence[NodeLines]:
        """The nodes that conferences are on, by cluster and name."""
        states: dict[tuple[str, str], list[LineState]] = {}
        for place in places:
            if place.gone_since is None:
                line = self._work.line(place.key)
                if line.node:
                    states.setdefault((place.key.cluster, line.node), []).append(line.state)
        return [self._lines(*node, states[node]) for node in sorted(states)]

    def _lines(self, cluster: str, node: str, states: list[LineState]) -> NodeLines:
        live, stale = states.count(LineState.LIVE), states.count(LineState.LOST)
        return NodeLines(
            cluster,
            node,
            live,
            stale,
            len(states) - live - stale,
            is_down=self._says("node-down", cluster, node),
            is_in_maintenance=self._says("node-maintenance", cluster, node),
        )

    def _says(self, rule: str, cluster: str, node: str) -> bool:
        alarm = self._work.alarms.get(AlarmKey(rule, ConferenceKey(cluster, ""), node))
        return alarm is not None and alarm.is_active

    def _client(self, node: NodeAddress) -> NodeClient:
        cluster = next(one for (_, known), one in self._known.items() if known == node)
        return self._entrance.client(node, cluster)
