"""What is known of the nodes: which lines lead to them, and what their status said."""

from __future__ import annotations

from enum import Enum

from pexdash.model.alarms.keys import ConferenceKey
from pexdash.model.alarms.rule import Found, Limits
from pexdash.model.alarms.watched import Watched
from pexdash.model.line import LineState

_DOWN_PART = 0.5
"""The part of a node's lines that have to be lost for it to be down."""
_UP_PART = 0.25
"""The part of a node's lines below which it is down no more."""
_FAILURES = 3
"""How many statuses in a row have to fail for a node to be down."""
_SAID = 2
"""How many statuses in a row have to say so for maintenance to begin or to end."""


class NodeStatus(Enum):
    """What a node answered when it was asked for its status."""

    OK = "ok"
    MAINTENANCE = "maintenance"
    FAILED = "failed"


class Node:
    """One node: the conferences whose lines lead to it, and those whose line is lost."""

    def __init__(self, cluster: str, name: str) -> None:
        self.cluster = cluster
        self.name = name
        # Dictionaries, because the order of sets is another in each run.
        self.lines: dict[ConferenceKey, None] = {}
        self.lost: dict[ConferenceKey, None] = {}
        self.is_in_maintenance = False
        self._status: NodeStatus | None = None
        self._in_a_row = 0

    @property
    def is_seen(self) -> bool:
        """Whether it has shown in any way that it is there."""
        return self._status is NodeStatus.OK or len(self.lost) < len(self.lines)

    def take_line(self, watched: Watched) -> bool:
        """Take a conference's line; returns whether it counts otherwise than before."""
        key, line = watched.key, watched.line
        is_ours = line.node == self.name and line.state in (LineState.LIVE, LineState.LOST)
        is_lost = is_ours and line.state is LineState.LOST
        if (key in self.lines, key in self.lost) == (is_ours, is_lost):
            return False
        self.drop(key)
        if is_ours:
            self.lines[key] = None
        if is_lost:
            self.lost[key] = None
        return True

    def drop(self, key: ConferenceKey) -> None:
        """Forget a conference."""
        self.lines.pop(key, None)
        self.lost.pop(key, None)

    def take_status(self, status: NodeStatus, *, is_sure: bool) -> None:
        """Take an answer; `is_sure` where the node named its maintenance in words."""
        self._in_a_row = self._in_a_row + 1 if status is self._status else 1
        self._status = status
        if status is NodeStatus.MAINTENANCE and (is_sure or self._in_a_row >= _SAID):
            self.is_in_maintenance = True
        elif status is NodeStatus.OK and self._in_a_row >= _SAID:
            self.is_in_maintenance = False

    def judge_down(self, limits: Limits, was: bool) -> Found | None:
        """Whether it is down: too many of its lines are lost, or its status fails."""
        lost, lines = len(self.lost), len(self.lines)
        words = f"{self.name}: {lost} of {lines} lines stale"
        many = max(limits.value, _DOWN_PART * lines)
        if lost >= many and lost:
            return Found(self.name, facts=(words,), measured=(lost, many))
        if self._status is NodeStatus.FAILED and (was or self._in_a_row >= _FAILURES):
            words = f"{self.name} does not answer" if not lost else words
            return Found(self.name, facts=(words,))
        if was and lost >= _UP_PART * lines and lost:
            return Found(self.name, facts=(words,), measured=(lost, many))
        return None

    def judge_maintenance(self) -> Found | None:
        """Whether it is in maintenance."""
        if not self.is_in_maintenance:
            return None
        return Found(self.name, facts=(f"{self.name} is in maintenance",))
