"""The alarms that collectors judge, as a reader has them: what changed, and when the bell rings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy

from pexdash.model.alarms.alarm import Alarm, Change, State
from pexdash.model.alarms.edge import Counts, Edge, counts_of
from pexdash.model.alarms.kept import Kept, Shelf
from pexdash.model.alarms.keys import AlarmKey, ConferenceKey, Severity
from pexdash.model.alarms.load import AGAIN_SECONDS, Bell, Flood
from pexdash.model.alarms.rule import Moment

_SAME_SECONDS = 1.0
"""How far apart one moment may be in two messages: each is counted by the clock of another one."""

Shelves = Mapping[AlarmKey, Shelf]


class MirroredAlarms:
    """Alarms as their holders tell them (`estate.AlarmsShown`); times are of the reader's clock.

    Only the bell is the reader's own: it rings where a holder announces an alarm, and again for
    what is critical and that nobody acknowledges. An alarm stays the same object for as long as it
    is listed, and changes. `moment` writes a time of the clock as one of day.
    """

    def __init__(self, moment: Moment) -> None:
        self._moment = moment
        self._alarms: dict[AlarmKey, Alarm] = {}
        self._told: dict[ConferenceKey, dict[AlarmKey, Alarm]] = {}
        self._homes: dict[AlarmKey, list[ConferenceKey]] = {}
        self._shelves: dict[ConferenceKey, Shelves] = {}
        self._flood = Flood()
        self._bell = Bell()
        self._rings_at: dict[AlarmKey, float] = {}

    # What there is

    @property
    def kept(self) -> Kept:
        """What was acknowledged and what is shelved."""
        shelves: dict[AlarmKey, Shelf] = {}
        for each in self._shelves.values():
            shelves.update(each)
        acks = {key: one.ack for key, one in self._alarms.items() if one.ack is not None}
        return Kept(acks, shelves)

    def get(self, key: AlarmKey) -> Alarm | None:
        """An alarm that is listed, or None."""
        return self._alarms.get(key)

    def listed(self) -> Sequence[Alarm]:
        """Every alarm that is active or has returned, in the order in which they were raised."""
        return sorted(self._alarms.values(), key=lambda one: one.raised_at)

    def counts(self, now: float) -> Counts:
        """How many there are."""
        lately, is_flood = self._flood.count(now), self._flood.is_on(now)
        return counts_of(self._alarms.values(), now, lately, is_flood=is_flood)

    def words(self, alarm: Alarm, now: float) -> str:
        """The words of an alarm at a time."""
        return alarm.text(now, self._moment)

    def unjudged(self, key: ConferenceKey) -> tuple[str, ...]:
        """None that is known of: holders do not tell."""
        return ()

    def homes_of(self, key: AlarmKey) -> Sequence[ConferenceKey]:
        """The conferences whose holders tell of an alarm, or have it on their shelf."""
        shelving = [home for home, shelves in self._shelves.items() if key in shelves]
        return tuple(dict.fromkeys((*self._homes.get(key, ()), *shelving)))

    # What comes in

    def take(
        self,
        home: ConferenceKey,
        alarms: Iterable[Alarm],
        shelves: Shelves,
        now: float,
        *,
        is_news: bool,
    ) -> list[Edge]:
        """Take all that the holder of `home` tells of; returns what happened to its alarms.

        What stood already when this program came `is_news` to nobody: it raises no edge, and rings
        only later.
        """
        fresh = {one.key: one for one in alarms}
        touched = {**self._told.get(home, {}), **fresh}
        before = {key: copy(self._alarms.get(key)) for key in touched}
        self._told[home] = fresh
        for key in touched:
            self._choose(key, home)
        told_by = {key: shelf.by for key, shelf in self._shelves.get(home, {}).items()}
        told_by.update((key, shelf.by) for key, shelf in shelves.items())
        self._shelves[home] = dict(shelves)
        edges: list[Edge] = []
        for key, old in before.items():
            new = self._alarms.get(key)
            for change in _changes(old, new) if is_news else ():
                one = new or old
                assert one is not None
                if change in (Change.RAISED, Change.WORSENED) and _is_loud(one):
                    self._flood.add(now)
                edges.append(self._edge(one, change, now, told_by.get(key, "")))
            if new is not None:
                edges += self._ring(old, new, now, is_news=is_news)
        return edges

    def _choose(self, key: AlarmKey, home: ConferenceKey) -> None:
        """Show an alarm as the first of those has it who tell of it: a node's may be told twice."""
        homes = self._homes.setdefault(key, [])
        if key in self._told[home] and home not in homes:
            homes.append(home)
        elif key not in self._told[home] and home in homes:
            homes.remove(home)
        if homes:
            told = self._told[homes[0]][key]
            shown = self._alarms.setdefault(key, told)
            vars(shown).update(vars(told))
            return
        del self._homes[key]
        self._alarms.pop(key, None)
        self._rings_at.pop(key, None)

    def forget(self, home: ConferenceKey, now: float) -> list[Edge]:
        """Nobody tells of a conference any more: its alarms end."""
        edges = self.take(home, (), {}, now, is_news=True)
        del self._told[home], self._shelves[home]
        return edges

    # The bell

    def ring_again(self, now: float) -> list[Edge]:
        """Ring for what is critical and was not acknowledged since the bell rang last."""
        edges = []
        for key, at in list(self._rings_at.items()):
            if now < at:
                continue
            alarm = self._alarms.get(key)
            if alarm is None or not _is_loud(alarm) or alarm.severity is not Severity.CRITICAL:
                del self._rings_at[key]
                continue
            at = self._bell.rings_again_at(now)
            if at <= now:
                at = now + AGAIN_SECONDS
                edges += self._rung(alarm, now)
            self._rings_at[key] = at
        return edges

    def _ring(self, old: Alarm | None, new: Alarm, now: float, *, is_news: bool) -> list[Edge]:
        was_told = old is not None and old.is_announced and _is_loud(old)
        if not (new.is_announced and _is_loud(new)) or was_told:
            return []
        if new.severity is Severity.CRITICAL:
            self._rings_at[new.key] = now + AGAIN_SECONDS
        return self._rung(new, now) if is_news else []

    def _rung(self, alarm: Alarm, now: float) -> list[Edge]:
        if not self._bell.ring(alarm.rule.id, now, is_flood=self._flood.is_on(now)):
            return []
        return [self._edge(alarm, Change.BELL, now)]

    def _edge(self, alarm: Alarm, change: Change, now: float, by: str = "") -> Edge:
        if change is Change.ACKED and alarm.ack is not None:
            by = alarm.ack.by
        return Edge(
            now,
            change,
            alarm.key,
            alarm.severity,
            alarm.began,
            self.words(alarm, now),
            alarm.last.person,
            alarm.node,
            by,
            alarm.is_announced,
        )


def _is_loud(alarm: Alarm) -> bool:
    is_over = not alarm.is_active or alarm.is_recovering
    return alarm.is_unacked and not alarm.is_quiet and not is_over


def _changes(old: Alarm | None, new: Alarm | None) -> list[Change]:
    """What happened between two states of an alarm, None for one that is not listed."""
    if new is None:
        return [] if old is None else [Change.CLEARED]
    is_again = old is not None and new.raised_at - old.raised_at > _SAME_SECONDS
    if old is None or (is_again and new.severity is old.severity):
        changes = [Change.RAISED]
        if new.state is State.RETURNED:
            changes.append(Change.RETURNED)
        if new.parent:
            changes.append(Change.SUPPRESSED)
        if new.is_shelved:
            changes.append(Change.SHELVED)
        if new.ack is not None:
            changes.append(Change.ACKED)
        return changes
    changes = []
    if new.severity is not old.severity:
        worse = new.severity.rank < old.severity.rank
        changes.append(Change.WORSENED if worse else Change.EASED)
    if new.ack is not None and old.ack is None:
        changes.append(Change.ACKED)
    if new.is_shelved is not old.is_shelved:
        changes.append(Change.SHELVED if new.is_shelved else Change.UNSHELVED)
    if bool(new.parent) is not bool(old.parent):
        changes.append(Change.SUPPRESSED if new.parent else Change.RELEASED)
    if new.state is State.RETURNED and old.state is not State.RETURNED:
        changes.append(Change.RETURNED)
    return changes
