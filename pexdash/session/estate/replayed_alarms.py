"""The alarms of recordings, as those of a wall: what was told of each until now."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from pexdash.model.alarms.alarm import Alarm, State
from pexdash.model.alarms.edge import Counts, counts_of
from pexdash.model.alarms.kept import Ack, Kept
from pexdash.model.alarms.keys import AlarmKey, ConferenceKey, Severity
from pexdash.model.alarms.load import FLOOD_BEGINS, LOAD_SECONDS
from pexdash.model.alarms.policy import RULES
from pexdash.model.alarms.rule import Found, Limits, Rule, told_as_found
from pexdash.session.feed.recorded_alarms import RecordedAlarm, RecordedAlarms

_SEVERITIES = {severity.value: severity for severity in Severity}


class ReplayedAlarm(Alarm):
    """An alarm that is in the state in which a recording tells of it."""

    def __init__(self, key: AlarmKey) -> None:
        limits = Limits(severity=Severity.WARNING, on=0, off=0, value=0)
        known = RULES.get(key.rule)
        if known is None:
            known = Rule(id=key.rule, severity=limits.severity, words=told_as_found, on=0, off=0)
        # Nothing can be done about it any more.
        super().__init__(key, replace(known, advice="", action=""), limits)

    def become(self, told: RecordedAlarm) -> None:
        """Be as the recording tells of it last."""
        last = told.last
        self.stand(holds=True, chatters=bool(last.chattering))
        self.state = State.ACTIVE if told.returned_at is None else State.RETURNED
        self.severity = _SEVERITIES.get(last.severity, Severity.WARNING)
        self.began, self.raised_at = told.began, told.raised_at
        self.returned_at = told.returned_at or 0.0
        self.kept_text, self.node = last.text or last.rule, last.node
        self.last = Found(last.subject, person=last.person, facts=("",))
        self.is_shelved = told.is_shelved
        # Which alarm speaks for it is in no record.
        self.parent = last.rule if told.is_suppressed else ""
        self.ack = None
        if told.acked_by:
            self.ack = Ack(told.acked_by, told.acked_at, self.severity, told.began)

    def be_over(self) -> None:
        """Be an alarm that is over."""
        self.state, self.ack = State.QUIET, None


class ReplayedAlarms:
    """What the records of alarms tell until now (`estate.AlarmsShown`)."""

    kept = Kept()

    def __init__(self) -> None:
        self._alarms: dict[AlarmKey, ReplayedAlarm] = {}
        self._raised: dict[ConferenceKey, tuple[float, ...]] = {}

    def take(
        self, conference: ConferenceKey, alarms: RecordedAlarms, raised: tuple[float, ...]
    ) -> None:
        """Take all alarms of a conference, and when the last of them were raised."""
        self._raised[conference] = raised
        there = {
            AlarmKey(rule, conference, subject): told for (rule, subject), told in alarms.items()
        }
        for key in [one for one in self._alarms if one.conference == conference]:
            if key not in there:
                self._alarms.pop(key).be_over()
        for key, told in there.items():
            if key not in self._alarms:
                self._alarms[key] = ReplayedAlarm(key)
            self._alarms[key].become(told)

    def listed(self) -> Sequence[Alarm]:
        """Every alarm that is active or has returned."""
        return tuple(self._alarms.values())

    def get(self, key: AlarmKey) -> Alarm | None:
        """An alarm that is listed, or None."""
        return self._alarms.get(key)

    def counts(self, now: float) -> Counts:
        """How many there are."""
        lately = sum(
            0 <= now - at < LOAD_SECONDS for raised in self._raised.values() for at in raised
        )
        return counts_of(self.listed(), now, lately, is_flood=lately > FLOOD_BEGINS)

    def words(self, alarm: Alarm, now: float) -> str:
        """The words of an alarm, as they were recorded last."""
        return alarm.kept_text

    def unjudged(self, key: ConferenceKey) -> tuple[str, ...]:
        """No rule: nothing is judged anew."""
        return ()
