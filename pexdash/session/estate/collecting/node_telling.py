"""Has one collector tell other programs of an alarm about a node, where several have it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pexdash.bus.messages import NodeAlarm
from pexdash.clock import Clock
from pexdash.model.alarms.alarm import Alarm, Change
from pexdash.model.alarms.edge import Edge
from pexdash.model.alarms.keys import AlarmKey
from pexdash.model.alarms.policy import RULES
from pexdash.model.alarms.rule import Scope
from pexdash.session.alarms.at_work import AlarmsAtWork, HearEdges
from pexdash.session.alarms.whose import Whose
from pexdash.session.estate.collecting.shards import Shards

SETTLE_SECONDS = 1.0
"""How long an alarm is known to the others before one of us tells of it."""
_SPOKEN = (Change.ANNOUNCED, Change.BELL)
_ENDS = (Change.RETURNED, Change.CLEARED)


class _Had:
    """An alarm that we have announced: what of it nobody was told of yet waits in `held`.

    `was_told` is whether another collector has told of it.
    """

    def __init__(self, since: float, *, was_told: bool) -> None:
        self.since = since
        self.was_told = was_told
        self.is_over = False
        self.tells = False
        self.held: list[Edge] = []


class NodeTelling:
    """Lets through what happens to alarms, but of one about a node only what is ours (`Told`).

    Each collector whose lines lead to a node finds for itself that it is down, and says so with its
    heartbeat. Of those that have the alarm the first by name tells of it, and goes on as long as it
    has it or lives. It tells the end only when no other has it; else another goes on telling.
    Whatever `look` finds is found each second.
    """

    def __init__(
        self,
        work: AlarmsAtWork,
        shards: Shards,
        name: str,
        clock: Clock,
        *,
        is_sure: Callable[[], bool],
    ) -> None:
        self._work = work
        self._shards = shards
        self._name = name
        self._clock = clock
        self._is_sure = is_sure
        self._had: dict[AlarmKey, _Had] = {}
        self._left: set[AlarmKey] = set()
        self._hearers: tuple[HearEdges, ...] = ()
        work.on_edges(self._hear)

    def on_edges(self, hear: HearEdges) -> None:
        """Call `hear` with what is ours to tell, from now on."""
        self._hearers = (*self._hearers, hear)

    def whose(self, key: AlarmKey) -> Whose:
        """Whose it is to tell of an alarm."""
        if not _is_shared(key):
            return self._work.whose(key)
        if (had := self._had.get(key)) is None:
            return Whose.ANOTHERS if key in self._left else Whose.OURS
        if not had.tells:
            return Whose.ANOTHERS
        return Whose.ENDING if had.is_over else Whose.OURS

    def told(self) -> list[NodeAlarm]:
        """What the other collectors are to know."""
        return [
            NodeAlarm(key.rule, key.conference.cluster, key.subject, had.is_over, had.tells)
            for key, had in self._had.items()
        ]

    def inherit(self, alarms: Iterable[Alarm]) -> None:
        """Go on with what a collector that is gone has announced: it was told, and lasted there."""
        now = self._clock.monotonic()
        for alarm in alarms:
            if not (alarm.is_active and alarm.is_announced) or alarm.key in self._had:
                continue
            had, ours = self._have(alarm.key, was_told=True), self._work.alarms.get(alarm.key)
            if ours is None or not ours.is_active:
                had.is_over = True
                text, person = self._work.alarms.words(alarm, now), alarm.last.person
                had.held = [
                    Edge(
                        now,
                        Change.RETURNED,
                        alarm.key,
                        alarm.severity,
                        alarm.began,
                        text,
                        person,
                        alarm.node,
                        was_announced=True,
                    )
                ]

    def hand_on(self, cluster: str) -> None:
        """We have no conference of a cluster any more: others tell of its nodes."""
        for key in [one for one in self._had if one.conference.cluster == cluster]:
            self._leave(key)

    def look(self) -> None:
        """See which alarms are ours to tell, and tell what was held back of them."""
        if not self._had or not self._is_sure():
            return
        others = self._shards.others(self._name)
        for key, had in list(self._had.items()):
            found = {
                name: alarm
                for name, alarms in others.items()
                for alarm in alarms
                if (alarm.rule, alarm.cluster, alarm.node)
                == (key.rule, key.conference.cluster, key.subject)
            }
            self._look_at(key, had, found)

    def _look_at(self, key: AlarmKey, had: _Had, others: dict[str, NodeAlarm]) -> None:
        has_teller = any(one.tells and not one.is_over for one in others.values())
        active = [name for name, one in others.items() if not one.is_over]
        had.was_told |= any(one.tells for one in others.values())
        if had.is_over:
            if has_teller:
                self._leave(key)
            elif not active:
                del self._had[key]
                self._shards.tell()
                self._pass(had.held)
        elif had.tells:
            if any(one.tells and name < self._name for name, one in others.items()):
                had.tells = False
                self._shards.tell()
        elif has_teller:
            had.held.clear()
        elif self._clock.monotonic() >= had.since + SETTLE_SECONDS and not any(
            name < self._name for name in active
        ):
            had.tells, held, had.held = True, had.held, []
            self._shards.tell()
            if not had.was_told:
                self._pass(held)

    # What happens

    def _hear(self, edges: list[Edge]) -> None:
        self._pass([edge for edge in edges if not _is_shared(edge.key) or self._is_ours(edge)])

    def _is_ours(self, edge: Edge) -> bool:
        """Whether an edge is told now; what may have to be told later is kept."""
        had = self._had.get(edge.key)
        if edge.change is Change.ANNOUNCED and had is None:
            had = self._have(edge.key, was_told=False)
        if had is None:
            return edge.key not in self._left
        if edge.change in _ENDS:
            if not had.tells:
                self._leave(edge.key)
            elif not had.is_over:
                had.is_over, had.held = True, [edge]
                self._shards.tell()
            return False
        if edge.change in _SPOKEN:
            if had.is_over:
                # It is raised again before anybody was told that it was over: it lasts.
                had.is_over, had.held = False, []
                self._shards.tell()
                return False
            if not had.tells:
                had.held = [one for one in had.held if one.change is not edge.change] + [edge]
        return had.tells

    def _have(self, key: AlarmKey, *, was_told: bool) -> _Had:
        self._left.discard(key)
        had = self._had[key] = _Had(self._clock.monotonic(), was_told=was_told)
        self._shards.tell()
        return had

    def _leave(self, key: AlarmKey) -> None:
        del self._had[key]
        self._left.add(key)
        self._shards.tell()

    def _pass(self, edges: list[Edge]) -> None:
        if edges:
            for hear in self._hearers:
                hear(edges)


def _is_shared(key: AlarmKey) -> bool:
    """Whether several collectors may have an alarm at a time."""
    return RULES[key.rule].scope is Scope.NODE
