"""Goes through the files of one conference, and keeps what its report is made of."""

from __future__ import annotations

from typing import Protocol

from pexdash.model.attendance import Attendance, End, Session
from pexdash.model.changes import Changes
from pexdash.model.chat import Message
from pexdash.model.conference import Conference
from pexdash.model.events import Disconnected, StageUpdated
from pexdash.model.meeting_figures import Figures
from pexdash.model.talk import MeetingTalk
from pexdash.plain.report.over_time import OverTime
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.link import LinkState
from pexdash.session.feed.read_clock import ReadClock
from pexdash.session.feed.recorded import Recorded
from pexdash.session.feed.recording_files import Part, Source
from pexdash.session.feed.told import Acted, Alarmed, Heard, Line, Listed, Me, Spoken, Told
from pexdash.session.membership.ending import Disconnection, disconnection_of

_ADMITTING = "unlock"
"""The request about a participant that lets them in (API guide)."""


class Telling(Protocol):
    """Takes what is not kept, as soon as it is complete; moments are Unix times."""

    def session(self, session: Session) -> None: ...

    def chat(self, message: Message, conference: Conference) -> None: ...

    def alarm(self, alarm: Alarmed, at: float) -> None: ...

    def action(self, action: Acted) -> None: ...


class Observation:
    """What there was to see of one conference.

    `run` reads every file of `source` once and gives `telling` what is complete; afterwards
    `attendance`, `talk`, `figures` and `over_time` hold the rest. `observed_from` and `observed_to`
    are the first and the last moment of a live line, None where it never was live, `gap` the
    seconds between them in which it was not. `complete` is whether the meeting was seen from its
    begin to its end. `skipped` counts records of unknown kinds. Memory grows with the people alone.
    """

    def __init__(self, source: Source, telling: Telling) -> None:
        self.source = source
        self.attendance = Attendance(telling.session)
        self.over_time = OverTime()
        self.talk = MeetingTalk(self._key_of, self.over_time.talked)
        self.figures = Figures()
        self.observed_from: float | None = None
        self.observed_to: float | None = None
        self.gap = 0.0
        self.skipped = 0
        self.is_cut = False
        self._telling = telling
        self._clock = ReadClock()
        self._feed = Feed(source.alias, self._clock)
        self._is_live = False
        self._lost_at: float | None = None
        self._heard_at = 0.0
        self._is_elsewhere = False
        self._read_until = 0.0
        self._was_empty_at_start = True

    @property
    def complete(self) -> bool:
        is_over = self.figures.ended is not None and not self.is_cut
        return self._was_empty_at_start and is_over and not self.gap

    def run(self) -> None:
        """Read every file; raises UsageFault where one is broken."""
        before: Part | None = None
        for part in self.source.parts:
            if before is not None and not part.follows(before):
                self._lose(self._clock.now)
            self._read(part)
            before = part
        now = self._clock.now
        if self._is_live:
            self.observed_to = now
        last = now if self.observed_to is None else self.observed_to
        self.talk.break_off(self._heard_at if self._is_live else last)
        if self._is_live:
            self.over_time.count(last, self.attendance.present)
        ended = self.figures.ended
        self.figures.lose(last)
        self.figures.close(self.attendance)
        how = End.OBSERVATION_ENDED if ended is None else End.CONFERENCE_ENDED
        self.attendance.end(last if ended is None else ended, how)

    def _read(self, part: Part) -> None:
        # Each file tells of everything anew; we may have gone elsewhere in the one before.
        self._feed = Feed(self.source.alias, self._clock)
        self._is_elsewhere = False
        # Of two who recorded at the same time, the first is believed for as long as it lasts.
        self._read_until = self._clock.now
        is_behind = False
        recorded = Recorded(part.path)
        for record in recorded:
            now = part.started + record.t
            if now < self._read_until:
                self._feed.tell(record.told)
                is_behind = True
                continue
            if is_behind:
                self._catch_up()
                is_behind = False
            self._clock.now = max(self._clock.now, now)
            self._take(record.told)
        if is_behind:
            self._catch_up()
        self.skipped += recorded.skipped
        self.is_cut |= recorded.is_cut

    def _catch_up(self) -> None:
        """Take the conference as it is where the file before ended."""
        feed, now = self._feed, self._clock.now
        if feed.link.is_live:
            self._find(now)
            self._take_list(feed.conference, now)
            self.talk.hear(feed.conference.speakers, now)

    def _take(self, told: Told) -> None:
        changes, now = self._feed.tell(told), self._clock.now
        match told:
            case Line():
                self._take_line(told, now)
            case Me():
                self._is_elsewhere = self._feed.conference.alias != self.source.alias
                if self._is_elsewhere:
                    self._lose(now)
            case Alarmed():
                if told.change in ("raised", "worsened"):
                    self.over_time.alarm(now, told.severity or "warning")
                self._telling.alarm(told, now)
            case Acted():
                if told.request == _ADMITTING and told.outcome == "done":
                    self.attendance.admit(told.uuid)
                self._telling.action(told)
            case _:
                if not self._is_elsewhere:
                    self._take_news(told, changes, now)

    def _take_line(self, told: Line, now: float) -> None:
        if told.state is LinkState.LIVE and not self._is_elsewhere:
            self._find(now)
            if told.why:
                self.talk.break_off(self._heard_at)
        elif self._is_live and told.state is not LinkState.CONNECTING:
            self._lose(now)

    def _find(self, now: float) -> None:
        if self._is_live:
            return
        self._is_live = True
        if self.figures.ended is not None:
            # Whoever is there now has come to another meeting.
            self.attendance.end(self.figures.ended, End.CONFERENCE_ENDED)
            self.figures.go_on()
        if self.observed_from is None:
            self.observed_from = self._heard_at = now
            self._look(now)
        if self._lost_at is not None:
            self.gap += now - self._lost_at
            self.attendance.find(now)
            self._lost_at = None

    def _lose(self, at: float) -> None:
        if not self._is_live:
            return
        self._is_live = False
        self.observed_to = self._lost_at = at
        self.talk.break_off(self._heard_at)
        self.attendance.lose(at)
        self.figures.lose(at)
        self.over_time.count(at, None)

    def _take_news(self, told: Told, changes: Changes, now: float) -> None:
        conference = self._feed.conference
        if isinstance(told, Heard):
            self._heard_at = now
            for event in told.events:
                if isinstance(event, StageUpdated):
                    self.talk.hear(event.speakers, now)
                elif isinstance(event, Disconnected):
                    self._take_end(event.reason, now)
        elif isinstance(told, Spoken):
            self.talk.add(told.seconds, now)
        if changes.synced or isinstance(told, Listed):
            self._take_list(conference, now)
        elif changes.before:
            if changes.left:
                self.talk.keep(conference.participants, now)
            self.attendance.take(changes.before, conference.participants, now)
        for message in changes.messages:
            self._take_message(message)
        if self._is_live and (changes.before or changes.conference or changes.presentation):
            self._look(now)

    def _look(self, now: float) -> None:
        self.figures.look(self._feed.conference, self.attendance, now)
        self.over_time.count(now, self.attendance.present)

    def _take_list(self, conference: Conference, now: float) -> None:
        is_first = self.observed_to is None and not self.attendance.people
        self.talk.keep(conference.participants, now)
        self.attendance.take_list(conference.participants, now)
        if is_first and self.attendance.present:
            self._was_empty_at_start = False
        if self._is_live:
            self._look(now)

    def _take_end(self, reason: str, now: float) -> None:
        if disconnection_of(reason) is Disconnection.OVER:
            self.figures.end(now, reason)

    def _take_message(self, message: Message) -> None:
        self.figures.chat_lines += 1
        if (session := self.attendance.open.get(message.uuid)) is not None:
            session.person.chat_lines += 1
        self._telling.chat(message, self._feed.conference)

    def _key_of(self, uuid: str) -> str:
        session = self.attendance.open.get(uuid)
        return session.person.key if session is not None and session.is_person else ""
