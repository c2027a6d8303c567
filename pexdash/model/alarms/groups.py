"""The alarms of one conference, of a cluster's nodes, or of this program."""

from __future__ import annotations

from collections.abc import Iterator

from pexdash.model.alarms.alarm import Alarm
from pexdash.model.alarms.keys import AlarmKey, ConferenceKey
from pexdash.model.alarms.policy import Policy
from pexdash.model.alarms.rule import Limits, Rule, Scope
from pexdash.model.alarms.watched import Watched


class Group:
    """Alarms that are about one thing, by the id of their rule and by their subject.

    `watched` is None where they are about no conference.
    """

    def __init__(self, key: ConferenceKey, policy: Policy, watched: Watched | None) -> None:
        self.key = key
        self.policy = policy
        self.watched = watched
        self.alarms: dict[str, dict[str, Alarm]] = {}

    @property
    def conference(self) -> Watched:
        """What is watched, where this is about a conference."""
        assert self.watched is not None
        return self.watched

    def get(self, rule: str, subject: str) -> Alarm | None:
        """The alarm of a rule on a subject, or None."""
        known = self.alarms.get(rule)
        return None if known is None else known.get(subject)

    def made(self, rule: Rule, limits: Limits, subject: str) -> Alarm:
        """The alarm of a rule on a subject, new where there is none."""
        known = self.alarms.setdefault(rule.id, {})
        if (alarm := known.get(subject)) is None:
            alarm = known[subject] = Alarm(AlarmKey(rule.id, self.key, subject), rule, limits)
        alarm.limits = limits
        return alarm

    def drop(self, alarm: Alarm) -> None:
        """Forget an alarm of which nothing is left."""
        known = self.alarms.get(alarm.rule.id, {})
        if known.pop(alarm.key.subject, None) is not None and not known:
            del self.alarms[alarm.rule.id]

    def all(self) -> Iterator[Alarm]:
        """Every alarm, raised or not; others may come and go meanwhile."""
        yield from [alarm for known in self.alarms.values() for alarm in known.values()]

    def is_active(self, rule: str) -> bool:
        """Whether a rule has an active alarm here."""
        known = self.alarms.get(rule)
        return known is not None and any(alarm.is_active for alarm in known.values())

    def about_people(self) -> Iterator[Alarm]:
        """Every alarm about the people, of whom nothing is known without a live line."""
        return (alarm for alarm in self.all() if alarm.rule.scope is Scope.CONFERENCE)

    def freeze(self, now: float, rule: str = "") -> None:
        """Have nothing happen to what is about the people, or to the alarms of one rule."""
        for alarm in self.about_people():
            if not rule or alarm.rule.id == rule:
                alarm.freeze(now)
