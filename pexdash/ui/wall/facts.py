"""Makes the facts of a conference's tile, of an alarm's row, and of what is under the cursor."""

from __future__ import annotations

from collections.abc import Sequence

from pexdash.model.alarms.alarm import Alarm, State
from pexdash.model.alarms.keys import Severity
from pexdash.model.alarms.rule import clock_words
from pexdash.model.line import LineState
from pexdash.model.participant import Participant, without_scheme
from pexdash.model.summary import Summary
from pexdash.session.estate.estate import Estate, Slot
from pexdash.ui.drawing.glyphs import Glyphs
from pexdash.ui.drawing.times import clock_seconds, clock_time, minutes
from pexdash.ui.drawing.wall.about import About, Waiting
from pexdash.ui.drawing.wall.alarm_rows import AlarmRow
from pexdash.ui.drawing.wall.density import Density
from pexdash.ui.drawing.wall.facts import NEEDS_HOST, AlarmLine, Mark, TileFacts, sign_of
from pexdash.ui.wall.curves import Curves
from pexdash.ui.wall.keys import KeysOf

_DEADLINES = {
    "host-missing": (60.0, "until the node ends it"),
    "not-started": (900.0, "until the node drops them"),
}
"""After how many seconds a node acts by itself where nobody has changed that, and what it does."""
_MARKS = {
    Severity.CRITICAL: Mark.CRITICAL,
    Severity.WARNING: Mark.WARNING,
    Severity.INFO: Mark.INFO,
}
_LINE_MARKS = {
    LineState.LOST: Mark.STALE,
    LineState.REFUSED: Mark.OUT,
    LineState.REMOVED: Mark.OUT,
    LineState.ENDED: Mark.OUT,
    LineState.JOINING: Mark.JOINING,
}
_SAID_OF_LINE = {"line-stale": Mark.STALE, "refused": Mark.OUT, "removed": Mark.OUT}
"""The rules of which the line's own mark speaks."""
_UNKNOWN = (LineState.REFUSED, LineState.REMOVED, LineState.ENDED, LineState.JOINING)
"""Where nothing is known of the people."""
_MINUTE_SECONDS = 60.0
"""How often the time of what nobody has to act on moves."""
_EVENTS = 8
"""How many of the last things that happened a big tile may show."""


def needs_somebody(alarm: Alarm) -> bool:
    """Whether nobody has taken note of an alarm, which may be over, and nothing keeps it quiet."""
    return alarm.is_unacked and not alarm.is_shelved and not alarm.parent


def is_loud(alarm: Alarm) -> bool:
    """Whether an alarm needs somebody while there is something to be done about it."""
    return alarm.is_active and needs_somebody(alarm)


class WallFacts:
    """Reads an estate for the drawing; times of what needs nobody stand still for a minute.

    `advice_key` is the key of the suggested action, as people read it.
    """

    def __init__(self, estate: Estate, glyphs: Glyphs, advice_key: str, curves: Curves) -> None:
        self._estate = estate
        self._glyphs = glyphs
        self._advice_key = advice_key
        self._curves = curves
        self.domain = ""
        """What every label ends in, and no tile repeats."""
        self._speakers: dict[object, tuple[float, str]] = {}

    def wall_time(self, at: float) -> float:
        """A time of the estate's clock as Unix time."""
        clock = self._estate.clock
        return clock.wall() - clock.monotonic() + at

    # A conference

    def label(self, slot: Slot) -> str:
        """What the wall calls a conference, without the domain that all have."""
        return slot.label.removesuffix(self.domain) or slot.label

    def tile(
        self, slot: Slot, summary: Summary, alarms: Sequence[Alarm], now: float, density: Density
    ) -> TileFacts:
        """A conference with all that a tile or a row shows."""
        chip = self.chip(slot, summary, alarms)
        loud = [one for one in alarms if is_loud(one)]
        line, first = summary.line, loud[0] if loud else None
        digits, cause = self._digits(slot, first, now) if density.is_tile else ("", ())
        waited = ""
        if summary.waits_since is not None:
            since = now - summary.waits_since
            is_young = since < _MINUTE_SECONDS
            waited = clock_words(since) if loud else "" if is_young else minutes(since)
            waited = f">={waited}" if waited and summary.waits_longer else waited
        is_known = chip.is_known
        is_seen = density.is_tile and line is LineState.LIVE
        events: tuple[str, ...] = ()
        if density is Density.BIG and is_known:
            happenings = list(slot.feed.history.happenings)[-_EVENTS:]
            events = tuple(f"{clock_time(one.time)} {one.words}" for one in happenings)
        return TileFacts(
            chip.label,
            chip.mark,
            self._word(slot, summary, alarms, now),
            is_loud=chip.is_loud,
            is_critical=chip.is_critical,
            is_known=is_known,
            is_stale=chip.is_stale,
            people=summary.people,
            hosts=summary.hosts,
            waiting=summary.waiting,
            waited=waited,
            flags=(*_flags(summary), *self._lacks(slot)) if is_known else (),
            speaker=self._speaker(slot, summary, now) if is_seen else "",
            presenter=summary.presenter if is_seen else "",
            curve=self._curves.of(slot.key) if density.is_tile else (),
            alarms=tuple(self._alarm_line(one, now) for one in alarms[:4] if _has_line(one)),
            digits=digits,
            cause=cause,
            advice=self.advice(first) if first is not None else "",
            why=summary.line_why if line in (LineState.REFUSED, LineState.REMOVED) else "",
            node=summary.node,
            lasts=minutes(now - summary.began) if is_known and summary.began is not None else "",
            events=events,
        )

    def chip(self, slot: Slot, summary: Summary, alarms: Sequence[Alarm]) -> TileFacts:
        """A conference with what a chip or a dot shows, which no time is part of."""
        loud = [one for one in alarms if is_loud(one)]
        mark = _LINE_MARKS.get(summary.line)
        if slot.gone_since is not None:
            mark = Mark.GONE
        elif mark is None and alarms and alarms[0].is_active:
            mark = self._mark(alarms[0])
        elif mark is None:
            mark = Mark.FINE if summary.people else Mark.EMPTY
        return TileFacts(
            self.label(slot),
            mark,
            is_loud=bool(loud),
            is_critical=any(one.severity is Severity.CRITICAL for one in loud),
            is_known=summary.line not in _UNKNOWN and slot.gone_since is None,
            is_stale=summary.line is LineState.LOST,
            people=summary.people,
        )

    def _lacks(self, slot: Slot) -> tuple[str, ...]:
        """The flag of a conference of which a Guest is not shown all that the rules look at."""
        return (NEEDS_HOST,) if self._estate.alarms.unjudged(slot.key) else ()

    def _word(self, slot: Slot, summary: Summary, alarms: Sequence[Alarm], now: float) -> str:
        line = summary.line
        if slot.gone_since is not None:
            return str(Mark.GONE.value)
        loud = any(map(is_loud, alarms))
        if line in (LineState.LIVE, LineState.JOINING):
            if loud or not alarms:
                return "" if line is LineState.LIVE or loud else str(line.value)
            state = alarms[0].state_word
            return f"{state}  {self._age(alarms[0], now)}" if state else ""
        word, since = str(line.value), summary.line_since
        if since is None:
            return word
        if loud:
            return f"{word} {clock_words(now - since)}"
        return word if now - since < _MINUTE_SECONDS else f"{word} {minutes(now - since)}"

    def _mark(self, alarm: Alarm) -> Mark:
        if alarm.rule.id in _SAID_OF_LINE and alarm.state is not State.RETURNED:
            return _SAID_OF_LINE[alarm.rule.id]
        return Mark.STALE if alarm.frozen_at is not None else _MARKS[alarm.severity]

    def _speaker(self, slot: Slot, summary: Summary, now: float) -> str:
        """Who speaks: another one at most once a minute, because what moves means work."""
        said_at, said = self._speakers.get(slot.key, (None, ""))
        # The time of recordings may go back.
        if said_at is None or not 0 <= now - said_at < _MINUTE_SECONDS:
            said = summary.speaker
            self._speakers[slot.key] = (now, said)
        return said

    def _digits(self, slot: Slot, alarm: Alarm | None, now: float) -> tuple[str, tuple[str, ...]]:
        """The time that counts for a critical alarm, and what it is of."""
        if alarm is None or alarm.severity is not Severity.CRITICAL:
            return "", ()
        if alarm.rule.id in _SAID_OF_LINE or not alarm.is_active:
            return "", ()
        age = alarm.age(now)
        person = slot.feed.conference.participants.get(alarm.last.person)
        who = ("", "") if person is None else (person.name, _address(person))
        if (deadline := _DEADLINES.get(alarm.rule.id)) is not None and age < deadline[0]:
            seconds, words = deadline
            last = alarm.last.facts[0] if alarm.rule.id == "host-missing" else ""
            told = f"last Host: {last}" if last else " ".join(who).strip()
            return clock_words(seconds - age), (words, f"(default {seconds:.0f} s)", told)
        what = "longest wait" if alarm.rule.waits else self.text(alarm, now)
        return clock_words(age), (what, *who)

    # An alarm

    def text(self, alarm: Alarm, now: float) -> str:
        """The words of an alarm; ages in them move once a minute where it needs nobody."""
        if alarm.is_active and not is_loud(alarm):
            # From when somebody took note: no age is less then than they have just read.
            since = alarm.began if alarm.ack is None else max(alarm.began, alarm.ack.at)
            now = since + _calm(now - since)
        words = self._estate.alarms.words(alarm, now)
        if alarm.is_recovering and alarm.frozen_at is None:
            words = f"clearing: {words}"
        return f"~ {words}" if alarm.is_chattering else words

    def _age(self, alarm: Alarm, now: float) -> str:
        age = alarm.age(now)
        return clock_words(age) if is_loud(alarm) else minutes(age)

    def _alarm_line(self, alarm: Alarm, now: float) -> AlarmLine:
        return AlarmLine(self._mark(alarm), self.text(alarm, now), is_loud(alarm))

    def advice(self, alarm: Alarm) -> str:
        """What to do, behind its key; "" where there is nothing that we could do."""
        if self._estate.read_only or not alarm.rule.action:
            return ""
        if not alarm.is_active or alarm.is_recovering:
            return ""
        return f"{self._advice_key} {alarm.rule.advice}"

    def row(self, alarm: Alarm, label: str, now: float) -> AlarmRow:
        """An alarm as a row of the list."""
        loud = is_loud(alarm)
        if not alarm.is_listed:
            sign, state = self._glyphs.over, "over"
        elif alarm.state is State.RETURNED:
            sign, state = self._glyphs.over, alarm.state_word
        else:
            sign, state = sign_of(self._mark(alarm), self._glyphs), alarm.state_word
        return AlarmRow(
            sign,
            self._age(alarm, now),
            label,
            self.text(alarm, now).removeprefix(f"{label}: "),
            state,
            self.advice(alarm) if loud else "",
            loud,
            loud and alarm.severity is Severity.CRITICAL,
        )

    # What is under the cursor

    def about(
        self,
        slot: Slot | None,
        summary: Summary | None,
        alarm: Alarm | None,
        now: float,
        keys: KeysOf,
    ) -> About:
        """The facts of a conference and of an alarm; either may be missing."""
        label = self.label(slot) if slot is not None else alarm.node if alarm is not None else ""
        state = self._state(summary) if summary is not None else ""
        waiting: tuple[Waiting, ...] = ()
        if slot is not None and summary is not None and summary.waiting:
            waiting = self._who_waits(slot, summary, now)
        mark = self._mark(alarm) if alarm is not None else Mark.FINE
        return About(
            label,
            sign_of(mark, self._glyphs),
            alarm is not None and is_loud(alarm),
            slot.alias if slot is not None else label,
            summary.node if summary is not None else "",
            state,
            "" if alarm is None else self.text(alarm, now),
            waiting,
            () if alarm is None else self._steps(alarm),
            keys(slot, alarm),
            () if slot is None else self._estate.alarms.unjudged(slot.key),
        )

    def _state(self, summary: Summary) -> str:
        if summary.line in _UNKNOWN:
            return f"{summary.line.value}{': ' if summary.line_why else ''}{summary.line_why}"
        hosts = f"{summary.hosts} {'Host' if summary.hosts == 1 else 'Hosts'}"
        stale = "stale: " if summary.line is LineState.LOST else ""
        told = [f"{stale}{summary.people} in, {hosts}"]
        told += [f"{summary.waiting} WAIT"] if summary.waiting else []
        told += _flags(summary)
        told += [f"{summary.unencrypted} unencrypted"] if summary.unencrypted else []
        told += [f"{summary.speaker} speaks"] if summary.speaker else []
        return ", ".join(told)

    def _who_waits(self, slot: Slot, summary: Summary, now: float) -> tuple[Waiting, ...]:
        conference, wall = slot.feed.conference, self._estate.clock.wall()
        found = []
        for uuid, one in conference.participants.items():
            if not one.is_waiting or uuid == conference.me:
                continue
            waited = wall - conference.first_seen.get(uuid, wall)
            if uuid == summary.waits and summary.waits_since is not None:
                waited = now - summary.waits_since
            found.append((waited, one))
        found.sort(key=lambda one: -one[0])
        return tuple(
            Waiting(clock_words(waited), one.name, _address(one), one.is_idp_authenticated is True)
            for waited, one in found
        )

    def _steps(self, alarm: Alarm) -> tuple[str, ...]:
        began, raised = self.wall_time(alarm.began), self.wall_time(alarm.raised_at)
        steps = [f"{clock_seconds(began)} began"]
        if int(raised) != int(began):
            steps.append(f"{clock_seconds(raised)} raised")
        if alarm.state is State.RETURNED:
            steps.append(f"{clock_seconds(self.wall_time(alarm.returned_at))} over")
        if alarm.ack is not None:
            steps.append(f"{clock_time(self.wall_time(alarm.ack.at))} acked here by {alarm.ack.by}")
        elif alarm.is_unacked:
            steps.append("not acknowledged")
        if not alarm.rule.action and alarm.rule.advice and alarm.is_active:
            steps.append(alarm.rule.advice)
        return tuple(steps)


def _has_line(alarm: Alarm) -> bool:
    """Whether a tile has a line for an alarm: it lasts, and is not told as why we are not in."""
    return alarm.is_active and alarm.rule.id not in ("refused", "removed")


def _calm(seconds: float) -> float:
    return seconds // _MINUTE_SECONDS * _MINUTE_SECONDS


def _address(one: Participant) -> str:
    return without_scheme(one.uri)


def _flags(summary: Summary) -> tuple[str, ...]:
    flags = []
    if not summary.started:
        flags.append("NOT STARTED")
    if summary.locked:
        flags.append("LOCKED")
    if summary.recording:
        flags.append("REC")
    return tuple(flags)
