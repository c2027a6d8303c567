"""The alarms about nodes: judged by our lines to each, and by what its status says."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pexdash.model.alarms.groups import Group
from pexdash.model.alarms.keys import ConferenceKey
from pexdash.model.alarms.nodes import Node, NodeStatus
from pexdash.model.alarms.rule import Limits, Rule, Scope
from pexdash.model.alarms.telling import Telling


class NodeAlarms:
    """Knows every node that a line leads to, and has `telling` take what is found of it.

    `group_of` returns the alarms that are about the nodes of a cluster, and `rules` the rules of a
    scope that are on.
    """

    def __init__(
        self,
        telling: Telling,
        group_of: Callable[[ConferenceKey, float], Group],
        rules: Callable[[Scope], Iterable[tuple[Rule, Limits]]],
    ) -> None:
        self._telling = telling
        self._group_of = group_of
        self._rules = rules
        self._nodes: dict[tuple[str, str], Node] = {}

    def take_status(
        self, cluster: str, name: str, status: NodeStatus, now: float, *, is_sure: bool
    ) -> None:
        """Take what a node answered when it was asked for its status."""
        node = self._node(cluster, name)
        node.take_status(status, is_sure=is_sure)
        self._judge(node, now)

    def count_line(self, group: Group, old: str, now: float) -> None:
        """Take our line to a conference, which led to the node `old`."""
        watched = group.conference
        for name in dict.fromkeys((old, watched.line.node)):
            if not name:
                continue
            node = self._node(group.key.cluster, name)
            if node.take_line(watched):
                self._judge(node, now)

    def drop_lines(self, key: ConferenceKey, now: float) -> None:
        """A conference is followed no longer."""
        for node in self._nodes.values():
            if key in node.lines:
                node.drop(key)
                self._judge(node, now)

    def forget(self, cluster: str) -> None:
        """Know no more of a cluster's nodes."""
        for known in [one for one in self._nodes if one[0] == cluster]:
            del self._nodes[known]

    def judge_all(self, now: float) -> None:
        """Judge every node anew, as the rules have changed."""
        for node in self._nodes.values():
            self._judge(node, now)

    def lost(self, cluster: str, name: str) -> Iterable[ConferenceKey]:
        """The conferences whose lines to a node are lost."""
        return self._node(cluster, name).lost

    def _node(self, cluster: str, name: str) -> Node:
        return self._nodes.setdefault((cluster, name), Node(cluster, name))

    def _judge(self, node: Node, now: float) -> None:
        group = self._group_of(ConferenceKey(node.cluster, ""), now)
        for rule, limits in self._rules(Scope.NODE):
            alarm = group.get(rule.id, node.name)
            was = alarm is not None and alarm.is_active
            if rule.id == "node-down":
                found = node.judge_down(limits, was)
            else:
                found = node.judge_maintenance()
            if alarm is not None and alarm.frozen_at is not None and not (found or node.is_seen):
                continue
            self._telling.take_one(group, rule, limits, node.name, found, now)
