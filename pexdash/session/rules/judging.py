"""Which rules are due: judged from a conference and its changes alone, with the time handed in."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from pexdash.api.requests import ADMIT, CLEAR_BUZZ
from pexdash.model.changes import Changes
from pexdash.model.conference import Conference
from pexdash.model.participant import Participant
from pexdash.model.tally import HOST, PERSON, Tally
from pexdash.session.feed.told import Alarmed
from pexdash.session.rules.rule import Rule, When

_BEGINS, _ENDS = ("raised",), ("returned", "cleared")
"""The changes of an alarm by which its cause begins and ends."""
_UNDONE_BY_THEMSELVES = (CLEAR_BUZZ,)
"""Requests that people themselves undo all the time: that is nobody's contrary wish."""
_Key = tuple[str, str]
"""The name of a rule, and the uuid of a participant, "" for the meeting."""


class Due(Struct, frozen=True):
    """A rule that is due, for these participants; none where it is about the meeting."""

    rule: Rule
    uuids: tuple[str, ...] = ()


class Judge:
    """Keeps what each rule waits for, and says when it is due.

    `take` must be given all changes of the conference, and `hear` every alarm. All times are
    seconds of the clock that is handed in. A rule is due once for each participant, or once for
    each time that its cause begins for the meeting. Our own part, control connections and machines
    are nobody to a rule.
    """

    def __init__(self, rules: Sequence[Rule], conference: Conference, now: float) -> None:
        self._rules = rules
        self._conference = conference
        self._tally = Tally(conference, now)
        self._since: dict[_Key, float] = {}
        self._done: set[_Key] = set()
        self._acted: set[_Key] = set()
        self._shown: set[_Key] = set()
        self._ended: set[_Key] = set()
        self._events: list[Rule] = []
        self._next = {rule.name: now + rule.every for rule in rules if rule.when is When.EVERY}
        self._was_started = conference.status.started
        self._had_people = self._had_host = False
        self._is_open = False
        self._ahead: float | None = None

    # What happens

    def take(
        self, changes: Changes, now: float, *, ahead: float | None = None, is_open: bool = True
    ) -> None:
        """Take changes that the conference shows; `ahead` is the node's clock less ours.

        It is None while it is not known. From a list, as it is sent after a lost line, nobody
        joins and nobody leaves; nor does anybody while it is not `is_open`, when nothing can be
        done about it.
        """
        self._tally.take(changes, now)
        self._is_open, self._ahead = is_open and not changes.synced, ahead
        if changes.before:
            self._take_people(changes, now)
        self._take_meeting(now)

    def hear(self, alarm: Alarmed, now: float) -> None:
        """Take a change of an alarm."""
        for rule in self._rules:
            if rule.when is not When.ALARM or rule.alarm != alarm.rule:
                continue
            key = (rule.name, "")
            if alarm.change in _BEGINS:
                self._since.setdefault(key, now)
            elif alarm.change in _ENDS:
                self._over(key)

    def end(self, is_contrary: Callable[[Rule], bool], uuid: str) -> None:
        """Leave a participant to the host, who has done the contrary of a rule."""
        self._ended.update((rule.name, uuid) for rule in self._rules if is_contrary(rule))

    def begin_anew(self, rule: Rule, now: float) -> None:
        """Take it that the rule has done nothing yet, as when it is armed.

        What lasts still counts from when it began; what has happened is over.
        """
        for keys in (self._done, self._acted, self._shown, self._ended):
            keys -= {key for key in keys if key[0] == rule.name}
        if rule.when.is_moment:
            for key in [key for key in self._since if key[0] == rule.name]:
                del self._since[key]
        if rule.when is When.EVERY:
            self._next[rule.name] = now + rule.every

    def forget(self, due: Due) -> None:
        """Take it that nothing was done, as where nothing could be sent."""
        for uuid in due.uuids or ("",):
            self._done.discard((due.rule.name, uuid))
            self._acted.discard((due.rule.name, uuid))

    # What is due

    def due(self, now: float) -> list[Due]:
        """What is due now, each once; what the conference shows done is not."""
        found = [*self._due_events(), *self._due_now(now), *self._due_again(now)]
        for one in found:
            keys = {(one.rule.name, uuid) for uuid in one.uuids or ("",)}
            self._acted |= keys
        return found

    def next_due(self) -> float:
        """When something may be due, unless something happens before; infinity for never."""
        moments = list(self._next.values())
        by_name = {rule.name: rule for rule in self._rules}
        for key, since in self._since.items():
            if key not in self._done:
                moments.append(since + by_name[key[0]].wait)
        return min(moments, default=math.inf)

    def _due_events(self) -> Iterator[Due]:
        events, self._events = self._events, []
        for rule in events:
            yield from self._for_meeting(rule)

    def _due_now(self, now: float) -> Iterator[Due]:
        by_name = {rule.name: rule for rule in self._rules}
        for key, since in list(self._since.items()):
            rule, uuid = by_name[key[0]], key[1]
            if key in self._done or now < since + rule.wait:
                continue
            if not uuid:
                self._done.add(key)
                yield from self._for_meeting(rule)
                continue
            one = self._conference.participants.get(uuid)
            if one is None or key in self._ended or not rule.suits(one):
                continue
            target = uuid if rule.is_for_people else ""
            if rule.step.shown(self._conference, target):
                continue
            self._done.add(key)
            yield Due(rule, (uuid,) if rule.is_for_people else ())

    def _due_again(self, now: float) -> Iterator[Due]:
        for rule in self._rules:
            if rule.name in self._next and now >= self._next[rule.name]:
                self._next[rule.name] = now + rule.every
                yield from self._for_meeting(rule)

    def _for_meeting(self, rule: Rule) -> Iterator[Due]:
        """The rule, for all whom it is for, where its cause is one of the whole meeting."""
        if not rule.is_for_people:
            is_left = rule.when is When.EVERY and (rule.name, "") in self._ended
            if not is_left and not rule.step.shown(self._conference, ""):
                yield Due(rule)
            return
        uuids = [
            uuid
            for uuid, one in self._conference.participants.items()
            if self._is_somebody(one)
            and (one.is_waiting if rule.step.request is ADMIT else one.is_in)
            and (rule.name, uuid) not in self._ended
            and rule.suits(one)
            and not rule.step.shown(self._conference, uuid)
        ]
        if uuids:
            yield Due(rule, tuple(uuids))

    # What lasts

    def _is_somebody(self, one: Participant) -> bool:
        conference = self._conference
        is_ours = one.uuid == conference.me or one.uuid in conference.earlier_me
        return not is_ours and not one.is_api and not one.machine

    def _take_people(self, changes: Changes, now: float) -> None:
        people = self._conference.participants
        for rule in self._rules:
            if rule.when is When.LEFT and self._is_open:
                self._events += [
                    rule for one in changes.left if self._is_somebody(one) and rule.suits(one)
                ]
            for uuid, before in changes.before.items():
                one = people.get(uuid)
                if one is None:
                    self._over((rule.name, uuid), gone=True)
                elif self._is_somebody(one):
                    if rule.when.is_about_somebody:
                        self._take_one(rule, one, before, changes, now)
                    if rule.is_for_people:
                        self._look_for_contrary(rule, uuid)

    def _take_one(
        self,
        rule: Rule,
        one: Participant,
        before: Participant | None,
        changes: Changes,
        now: float,
    ) -> None:
        key = (rule.name, one.uuid)
        if rule.when is When.JOINED:
            was_outside = one.uuid in changes.arrived if before is None else not before.is_in
            if one.is_in and was_outside and self._is_open:
                self._since.setdefault(key, now)
            elif not one.is_in:
                self._since.pop(key, None)
            return
        holds = one.is_waiting if rule.when is When.WAITING else one.has_hand_up
        if not holds:
            self._since.pop(key, None)
        elif key not in self._since:
            told = one.start_time if rule.when is When.WAITING else one.buzz_time
            if told is not None and self._ahead is not None:
                now = min(now, told - self._ahead)
            self._since[key] = now

    def _look_for_contrary(self, rule: Rule, uuid: str) -> None:
        """Leave a person alone for whom somebody has undone what the rule did, or is to do."""
        key = (rule.name, uuid)
        if key not in self._acted and key not in self._since:
            return
        if rule.step.request in _UNDONE_BY_THEMSELVES:
            return
        if rule.step.shown(self._conference, uuid):
            self._shown.add(key)
        elif key in self._shown:
            self._ended.add(key)

    def _take_meeting(self, now: float) -> None:
        status, members = self._conference.status, self._tally.members
        has_people, has_host = bool(members[PERSON]), bool(members[HOST])
        began = status.started is True and self._was_started is False
        self._was_started = status.started
        self._had_people |= has_people
        self._had_host |= has_host
        is_missed = has_people and not has_host and self._had_host and status.started is not False
        holds = {
            When.EMPTY: self._had_people and not has_people,
            When.HOST_MISSING: is_missed,
        }
        for rule in self._rules:
            key = (rule.name, "")
            if rule.when is When.STARTED:
                if began and self._is_open:
                    self._since[key] = now
                elif status.started is not True:
                    self._over(key)
            elif (lasts := holds.get(rule.when)) is not None:
                if lasts:
                    self._since.setdefault(key, now)
                else:
                    self._over(key)
            if rule.when is When.EVERY and not rule.is_for_people and key in self._acted:
                if rule.step.shown(self._conference, ""):
                    self._shown.add(key)
                elif key in self._shown:
                    self._ended.add(key)

    def _over(self, key: _Key, *, gone: bool = False) -> None:
        """What the rule waited for is over; for the meeting it may begin anew."""
        self._since.pop(key, None)
        if gone or not key[1]:
            for keys in (self._done, self._acted, self._shown):
                keys.discard(key)
