"""Moves alarms on in time, and tells what happens to them: edges, announcements, the bell."""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Callable, Container, Iterable, Mapping, Sequence

from pexdash.model.alarms.alarm import Alarm, Change
from pexdash.model.alarms.carried import AlarmClock
from pexdash.model.alarms.edge import Counts, Edge, counts_of
from pexdash.model.alarms.groups import Group
from pexdash.model.alarms.inhibiting import parent_of
from pexdash.model.alarms.keeping import Keeping
from pexdash.model.alarms.kept import Kept, Shelf
from pexdash.model.alarms.keys import AlarmKey, ConferenceKey, Severity
from pexdash.model.alarms.load import AGAIN_SECONDS, Bell, Flood
from pexdash.model.alarms.rule import Found, Limits, Moment, Rule, Scope
from pexdash.model.line import LineState

_SPARE_ENTRIES = 64
"""How many entries of the heap may be out of date before it is made anew."""

_Children = Callable[[Group, Alarm], Iterable[Group]]


class Telling:
    """Has each alarm take its steps when they are due, and gathers what is to be told.

    `groups` has the alarms by what they are about. `children` returns the groups in which an alarm
    may speak for others, and `is_node_down` whether a group's line is lost with its node. `listed`
    has the alarms that are active or have returned. In a flood, an alarm is neither announced nor
    rings while another of the same rule and node is announced.
    """

    def __init__(
        self,
        groups: Mapping[ConferenceKey, Group],
        moment: Moment,
        kept: Kept,
        *,
        children: _Children,
        is_node_down: Callable[[Group], bool],
    ) -> None:
        self.moment = moment
        self.bell = Bell()
        self.listed: dict[AlarmKey, Alarm] = {}
        self.keeping = Keeping(kept)
        self._groups = groups
        self._children = children
        self._is_node_down = is_node_down
        self._flood = Flood()
        self._now = float("-inf")
        self._edges: list[Edge] = []
        self._heap: list[tuple[float, int, Alarm]] = []
        self._most_entries = _SPARE_ENTRIES
        self._order = itertools.count()
        self._announced: dict[tuple[str, str], set[AlarmKey]] = {}

    # Time

    def begin(self, now: float) -> None:
        """Let everything happen that was due until now, each at its time."""
        heap = self._heap
        while True:
            end = self.keeping.next_end
            if end > now and not (heap and heap[0][0] <= now):
                break
            if heap and heap[0][0] <= end:
                due, _, alarm = heapq.heappop(heap)
                if alarm.scheduled == due:
                    alarm.scheduled = None
                    self._now = max(self._now, due)
                    self.step(alarm, self._now)
            else:
                self._now = max(self._now, end)
                for key in self.keeping.over(end):
                    self.unshelve(key, "", self._now)
        self._now = max(self._now, now)

    def end(self) -> list[Edge]:
        """What has happened since the last call."""
        edges, self._edges = self._edges, []
        return edges

    @property
    def next_due(self) -> float | None:
        """When the next step may be due, None for never."""
        heap, end = self._heap, self.keeping.next_end
        if heap and heap[0][0] < end:
            return heap[0][0]
        return None if end == math.inf else end

    def step(self, alarm: Alarm, now: float) -> None:
        """Move an alarm on to a time, and tell what happens."""
        for change in alarm.step(now):
            self._on(alarm, change, now)
        self._speak(alarm, now)
        if alarm.may_be_forgotten:
            alarm.scheduled = None
            self._groups[alarm.key.conference].drop(alarm)
        else:
            self._schedule(alarm)

    def _schedule(self, alarm: Alarm) -> None:
        due = alarm.due()
        if due is not None and due != alarm.scheduled:
            heapq.heappush(self._heap, (due, next(self._order), alarm))
        alarm.scheduled = due
        if len(self._heap) > self._most_entries:
            self._heap[:] = [entry for entry in self._heap if entry[2].scheduled == entry[0]]
            heapq.heapify(self._heap)
            self._most_entries = _SPARE_ENTRIES + 4 * len(self._heap)

    # What the rules find

    def take_found(
        self,
        group: Group,
        rule: Rule,
        limits: Limits,
        found: Found | Sequence[Found] | None,
        now: float,
    ) -> None:
        """Take all that a rule finds in a conference; what it finds no more holds no more."""
        if found is None:
            found = ()
        elif isinstance(found, Found):
            found = (found,)
        subjects = {one.subject for one in found}
        for subject in [one for one in group.alarms.get(rule.id, ()) if one not in subjects]:
            self.take_one(group, rule, limits, subject, None, now)
        for one in found:
            self.take_one(group, rule, limits, one.subject, one, now)

    def take_one(
        self,
        group: Group,
        rule: Rule,
        limits: Limits,
        subject: str,
        found: Found | None,
        now: float,
    ) -> None:
        """Take what a rule finds on one subject."""
        alarm = group.get(rule.id, subject)
        if alarm is None:
            if found is None:
                return
            alarm = group.made(rule, limits, subject)
        elif alarm.frozen_at is not None:
            if found is None and rule.scope is Scope.LINE and _is_joining(group):
                return
            alarm.thaw(now)
        elif alarm.found == found and alarm.limits == limits:
            return
        alarm.limits = limits
        alarm.look(found, now)
        if alarm.parent:
            self._look_for_parent(group, alarm, now)
        self.step(alarm, now)

    def restore(self, group: Group, now: float) -> None:
        """Have the alarms of an earlier run that were acknowledged, frozen for now."""
        for key, ack in self.keeping.acks_of(group.key):
            found = group.policy.rule(key.rule)
            if found is None or self.listed.get(key) is not None:
                continue
            alarm = group.made(*found, key.subject)
            alarm.restore(ack, now)
            alarm.is_shelved = self.keeping.is_shelved(key)
            self.listed[key] = alarm
            self._schedule(alarm)

    def inherit(self, group: Group, alarms: Iterable[Alarm], now: float) -> None:
        """Have the alarms that another program had, without telling of them anew."""
        for told in alarms:
            found = group.policy.rule(told.key.rule)
            if found is None or told.key in self.listed:
                continue
            alarm = group.made(*found, told.key.subject)
            alarm.inherit(told, now)
            alarm.is_shelved = self.keeping.is_shelved(alarm.key)
            self.listed[alarm.key] = alarm
            if alarm.is_announced:
                self._announced.setdefault((alarm.rule.id, alarm.node), set()).add(alarm.key)
            if alarm.is_unacked and alarm.is_active:
                if not alarm.is_announced:
                    alarm.announce_at = max(now, alarm.raised_at + group.policy.group_wait)
                elif alarm.severity is Severity.CRITICAL:
                    alarm.rings_at = now + AGAIN_SECONDS
            self._schedule(alarm)

    def resume(self, group: Group, clocks: Iterable[AlarmClock], since: float) -> None:
        """Have every delay go on where another program was; `since` is when it saw them last."""
        for clock in clocks:
            if (found := group.policy.rule(clock.rule)) is not None:
                alarm = group.made(*found, clock.subject)
                alarm.resume(clock, since)
                self._schedule(alarm)

    def end_all(
        self, group: Group, now: float, but: Container[str] = (), *, tells: bool = True
    ) -> None:
        """End every alarm of a group but those of some rules; acknowledgements are kept."""
        for alarm in group.all():
            if alarm.rule.id in but:
                continue
            if alarm.is_listed and tells:
                self._tell(alarm, Change.CLEARED, now)
            self.listed.pop(alarm.key, None)
            self._unannounce(alarm)
            alarm.scheduled = None
            group.drop(alarm)

    def inhibit(self, group: Group, now: float) -> None:
        """See anew which alarms of a group another speaks for."""
        for alarm in group.all():
            self._look_for_parent(group, alarm, now)

    def _look_for_parent(self, group: Group, alarm: Alarm, now: float) -> None:
        if not alarm.is_listed or (alarm.is_recovering and alarm.is_spoken_for):
            # What nobody was told of, and is over already, is not told any more.
            return
        parent = self._parent_of(group, alarm)
        if parent == alarm.parent:
            return
        was, alarm.parent = alarm.parent, parent
        if not (was and parent):
            self._tell(alarm, Change.SUPPRESSED if parent else Change.RELEASED, now)
            self._speak(alarm, now)
            self._schedule(alarm)

    def _parent_of(self, group: Group, alarm: Alarm) -> str:
        if group.watched is None:
            return ""
        return parent_of(alarm.rule, group.is_active, is_node_down=self._is_node_down(group))

    # What people do

    def acknowledge(self, alarm: Alarm, by: str, now: float) -> None:
        """Somebody takes note of an alarm."""
        changes = alarm.acknowledge(by, now, alarm.text(now, self.moment))
        for change in changes:
            self._on(alarm, change, now, by)
        if changes and alarm.ack is not None:
            self.keeping.put_ack(alarm.key, alarm.ack)
        self.step(alarm, now)

    def shelve(self, key: AlarmKey, shelf: Shelf, now: float) -> None:
        """Put an alarm, a conference or a cluster aside; raises UsageFault for too long."""
        self.keeping.put_shelf(key, shelf)
        self._look_at_shelves(now, shelf.by)

    def unshelve(self, key: AlarmKey, by: str, now: float) -> None:
        """Nothing is put aside under a key any more."""
        self.keeping.drop_shelf(key)
        self._look_at_shelves(now, by)

    def adopt(self, kept: Kept, now: float) -> None:
        """Take what is kept by now; an acknowledgement that is gone takes none away here."""
        old = self.keeping.kept.acks
        self.keeping.adopt(kept)
        for key, ack in kept.acks.items():
            alarm = self.listed.get(key)
            if old.get(key) != ack and alarm is not None and alarm.take_ack(ack):
                self._tell(alarm, Change.ACKED, now, ack.by)
                self._schedule(alarm)
        self._look_at_shelves(now, "")

    def _look_at_shelves(self, now: float, by: str) -> None:
        for alarm in list(self.listed.values()):
            is_shelved = self.keeping.is_shelved(alarm.key)
            if is_shelved == alarm.is_shelved:
                continue
            alarm.is_shelved = is_shelved
            # Whoever puts it aside wants to be told again when that is over.
            alarm.is_owed |= is_shelved and alarm.is_active and alarm.is_unacked
            self._tell(alarm, Change.SHELVED if is_shelved else Change.UNSHELVED, now, by)
            self._speak(alarm, now)
            self._schedule(alarm)

    # What is told

    def counts(self, now: float) -> Counts:
        """How many alarms there are."""
        lately, is_flood = self._flood.count(now), self._flood.is_on(now)
        return counts_of(self.listed.values(), now, lately, is_flood=is_flood)

    def _on(self, alarm: Alarm, change: Change, now: float, by: str = "") -> None:
        group = self._groups[alarm.key.conference]
        if change in (Change.RAISED, Change.WORSENED):
            self._on_raised(group, alarm, change, now)
        elif change in (Change.RETURNED, Change.CLEARED):
            self._tell(alarm, change, now, by)
            self._on_over(group, alarm, now)
        else:
            self._tell(alarm, change, now, by)

    def _on_raised(self, group: Group, alarm: Alarm, change: Change, now: float) -> None:
        if group.watched is not None:
            alarm.node = group.watched.line.node
        self._unannounce(alarm)
        self.listed[alarm.key] = alarm
        alarm.parent = self._parent_of(group, alarm)
        alarm.is_shelved = self.keeping.is_shelved(alarm.key)
        self._tell(alarm, change, now)
        # What others were told was of a milder alarm.
        alarm.is_announced = alarm.is_owed = False
        if alarm.parent:
            self._tell(alarm, Change.SUPPRESSED, now)
        if alarm.is_shelved:
            self._tell(alarm, Change.SHELVED, now)
        ack = self.keeping.kept.acks.get(alarm.key)
        if ack is not None and alarm.take_ack(ack):
            self._tell(alarm, Change.ACKED, now, ack.by)
        elif ack is not None:
            self.keeping.drop_ack(alarm.key)
        if alarm.is_unacked:
            alarm.announce_at = now + group.policy.group_wait
            if not alarm.is_quiet:
                self._flood.add(now)
        if change is Change.RAISED:
            self._inhibit_children(group, alarm, now)

    def _on_over(self, group: Group, alarm: Alarm, now: float) -> None:
        self._unannounce(alarm)
        self.keeping.drop_ack(alarm.key)
        self.keeping.drop_shelf_until_clear(alarm.key)
        alarm.is_shelved = self.keeping.is_shelved(alarm.key)
        if not alarm.is_listed:
            self.listed.pop(alarm.key, None)
        self._inhibit_children(group, alarm, now)

    def _inhibit_children(self, group: Group, alarm: Alarm, now: float) -> None:
        for other in self._children(group, alarm):
            self.inhibit(other, now)

    def _speak(self, alarm: Alarm, now: float) -> None:
        """Announce an alarm, or ring for it again, where it is time for that."""
        if alarm.announce_at is not None and now >= alarm.announce_at:
            alarm.announce_at, alarm.is_owed = None, True
        may_speak = alarm.is_active and not alarm.is_quiet and not alarm.is_recovering
        if alarm.is_owed and may_speak and alarm.is_unacked:
            alarm.is_owed = False
            self._announce(alarm, now)
        if alarm.rings_at is not None and now >= alarm.rings_at:
            alarm.rings_at = self.bell.rings_again_at(now)
            if alarm.rings_at <= now:
                alarm.rings_at = now + AGAIN_SECONDS
                if may_speak:
                    self._ring(alarm, now)

    def _announce(self, alarm: Alarm, now: float) -> None:
        others = self._announced.setdefault((alarm.rule.id, alarm.node), set())
        if others - {alarm.key} and self._flood.is_on(now):
            return
        others.add(alarm.key)
        alarm.is_announced = alarm.is_told = True
        self._tell(alarm, Change.ANNOUNCED, now)
        self._ring(alarm, now)
        if alarm.severity is Severity.CRITICAL:
            alarm.rings_at = now + AGAIN_SECONDS

    def _unannounce(self, alarm: Alarm) -> None:
        group = (alarm.rule.id, alarm.node)
        if (others := self._announced.get(group)) is not None:
            others.discard(alarm.key)
            if not others:
                del self._announced[group]

    def _ring(self, alarm: Alarm, now: float) -> None:
        if self.bell.ring(alarm.rule.id, now, is_flood=self._flood.is_on(now)):
            self._tell(alarm, Change.BELL, now)

    def _tell(self, alarm: Alarm, change: Change, now: float, by: str = "") -> None:
        value, threshold = alarm.measured(now) or (None, None)
        self._edges.append(
            Edge(
                now,
                change,
                alarm.key,
                alarm.severity,
                alarm.began,
                alarm.text(now, self.moment),
                alarm.last.person,
                alarm.node,
                by,
                alarm.is_told,
                value,
                threshold,
                alarm.is_chattering,
                self._flood.is_on(now),
            )
        )


def _is_joining(group: Group) -> bool:
    return group.watched is not None and group.watched.line.state is LineState.JOINING
