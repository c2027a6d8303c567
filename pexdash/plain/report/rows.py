"""The rows of each table, from what was observed."""

from __future__ import annotations

from collections.abc import Callable

from pexdash.model.attendance import (
    HAND,
    IN,
    MUTED,
    PRESENTING,
    SPOTLIT,
    WAITING,
    End,
    Person,
    Session,
)
from pexdash.model.chat import Message
from pexdash.model.conference import Conference
from pexdash.model.participant import Role, domain_of
from pexdash.model.talk import Talked
from pexdash.plain.report.alarm_load import AlarmLoad
from pexdash.plain.report.observation import Observation
from pexdash.plain.report.pseudonyms import Pseudonyms
from pexdash.plain.report.tables import (
    ACTIONS,
    AIRTIME,
    ALARMS,
    ATTENDANCE,
    CHAT,
    CONFERENCE,
    SCHEMA,
    SESSIONS,
    Row,
    Table,
    Value,
)
from pexdash.session.feed.recording_files import Source
from pexdash.session.feed.told import Acted, Alarmed
from pexdash.session.moderation.audit import milliseconds
from pexdash.text import json_line

Write = Callable[[Table, Row], None]
"""Takes one row of a table."""


class Rows:
    """Makes the rows of one conference, and gives each to `write` as soon as it is complete.

    With `pseudonyms`, no row names anybody. What alarms there were goes to `load` too.
    """

    def __init__(
        self,
        source: Source,
        write: Write,
        pseudonyms: Pseudonyms | None = None,
        load: AlarmLoad | None = None,
    ) -> None:
        self._source = source
        self._write = write
        self._pseudonyms = pseudonyms
        self._alarms = _AlarmTimes()
        self._load = load or AlarmLoad()
        self._seen = Observation(source, self)

    def read(self) -> Observation:
        """Read the recordings, and return what was observed; raises UsageFault for a broken one."""
        self._seen.run()
        self._finish(self._seen)
        began, ended = self._seen.observed_from, self._seen.observed_to
        self._load.observe(self._source.alias, began, ended)
        return self._seen

    # While the recordings are read

    def session(self, session: Session) -> None:
        """A session is over, or was not over at the end."""
        one, person = session.one, session.person
        is_over = session.end is not End.OBSERVATION_ENDED
        self._add(
            SESSIONS,
            person.key,
            node=self._source.node,
            session_id=session.number,
            participant_uuid=one.uuid,
            person_key=person.key,
            person_key_from=person.key_from,
            display_name=one.name,
            address=person.address if person.key_from == "address" else "",
            domain=domain_of(person.address) if person.key_from == "address" else "",
            role=_role(one.role),
            role_changed=session.role_changed,
            protocol=one.protocol,
            call_direction=one.call_direction,
            vendor=one.vendor,
            is_external=one.is_external,
            is_verified=one.is_idp_authenticated,
            encryption=one.encryption,
            is_api=one.is_api,
            is_recorder=one.is_recording,
            seen_at_start=session.seen_at_start,
            waiting_from=session.waiting_from,
            waiting_seconds=session.waiting.seconds,
            admitted_by_us=session.admitted_by_us,
            joined_at=session.joined_at,
            left_at=session.left_at,
            in_seconds=session.inside.seconds,
            on_hold_seconds=session.holding.seconds,
            still_in=not is_over and session.joined_at is not None,
            end=session.end.value,
            gap_seconds=session.gap,
        )

    def chat(self, message: Message, conference: Conference) -> None:
        """Somebody wrote something."""
        self._add(
            CHAT,
            self._key_of(message.uuid),
            time=message.time,
            direction="out" if message.own else "in",
            display_name=message.name,
            participant_uuid=message.uuid,
            in_roster=message.uuid in conference.participants,
            direct=message.direct,
            text=message.text,
        )

    def alarm(self, alarm: Alarmed, at: float) -> None:
        """An alarm changed."""
        active, unacked = self._alarms.take(alarm, at)
        self._load.take(self._source.alias, alarm, at)
        self._add(
            ALARMS,
            self._key_of(alarm.person),
            time=at,
            change=alarm.change,
            alarm_id=f"{alarm.rule}:{alarm.subject}" if alarm.subject else alarm.rule,
            rule=alarm.rule,
            severity=alarm.severity or None,
            node=alarm.node or self._source.node,
            subject=alarm.subject,
            text=alarm.text,
            value=alarm.value,
            threshold=alarm.threshold,
            by=alarm.by,
            comment=alarm.comment,
            since=alarm.since,
            active_seconds=active,
            unacked_seconds=unacked,
            chattering=alarm.chattering,
            in_flood=alarm.in_flood,
        )

    def action(self, action: Acted) -> None:
        """A request of ours has ended."""
        target = {"uuid": action.uuid, "name": action.name, "address": action.address}
        self._add(
            ACTIONS,
            self._key_of(action.uuid),
            time=action.asked,
            operator=action.operator or None,
            as_name=action.as_name or None,
            source=action.source or None,
            session_id=None if self._pseudonyms else action.session_id or None,
            node=self._source.node,
            action=action.action or action.title,
            request=action.request,
            targets=[target] if action.uuid else [],
            fields=dict(action.fields),
            confirmed=action.confirmed or None,
            http=action.http,
            result=None if action.result is None else json_line(action.result),
            reason=action.reason or None,
            took_ms=milliseconds(action.took),
            event_seen_ms=milliseconds(action.seen),
            outcome=action.outcome,
        )

    # At the end

    def _finish(self, seen: Observation) -> None:
        self._conference(seen)
        people = seen.attendance.people.values()
        attended = [one for one in people if one.sessions or one.has_waited]
        if self._pseudonyms is None:
            # The order of their names would tell something of them.
            attended.sort(key=lambda one: (one.name.casefold(), one.key))
        for person in attended:
            self._attendance(seen, person)
        total = sum(seen.talk.overlaps.seconds.values())
        for person in attended:
            if person.sessions:
                self._airtime(seen, person, total)

    def _conference(self, seen: Observation) -> None:
        figures, attendance = seen.figures, seen.attendance
        people = attendance.people.values()
        knows_hosts = attendance.knows_roles
        silent = figures.populated.seconds - seen.talk.overlaps.together
        self._add(
            CONFERENCE,
            "",
            node=self._source.node,
            started_at=figures.started,
            ended_at=figures.ended,
            ended_how=figures.ended_how,
            duration_seconds=_duration(seen),
            people=sum(one.sessions > 0 for one in people),
            people_peak=figures.peak,
            peak_at=figures.peak_at,
            host_seconds=figures.hosted.seconds if knows_hosts else None,
            host_missing_seconds=figures.unhosted.seconds if knows_hosts else None,
            locked_seconds=figures.locked.seconds if figures.knows_lock else None,
            recorded_seconds=figures.recorded.seconds,
            presented_seconds=figures.presented.seconds,
            silent_seconds=max(0.0, silent) if seen.talk.is_heard else None,
            waiting_people=sum(one.has_waited for one in people),
            waiting_max_seconds=attendance.longest_wait,
            gave_up=attendance.gave_up,
            dial_outs=attendance.dial_outs,
            dial_outs_failed=attendance.failed_dial_outs,
            joins=attendance.joins,
            leaves=attendance.leaves,
            chat_lines=figures.chat_lines,
            observed_from=seen.observed_from,
            observed_to=seen.observed_to,
            gap_seconds=seen.gap,
            complete=seen.complete,
        )

    def _attendance(self, seen: Observation, person: Person) -> None:
        inside, duration = person.spells[IN], _duration(seen)
        self._add(
            ATTENDANCE,
            person.key,
            person_key=person.key,
            display_name=person.name,
            other_names=list(person.other_names),
            address=person.address,
            role_highest=_role(person.role),
            sessions=person.sessions,
            first_joined_at=person.first_joined,
            last_left_at=person.last_left,
            in_seconds=inside.seconds,
            waiting_seconds=person.spells[WAITING].seconds,
            share_of_meeting=inside.seconds / duration if duration else None,
            devices_at_once_max=inside.most,
        )

    def _airtime(self, seen: Observation, person: Person, total: float) -> None:
        talk, spells, is_heard = seen.talk, person.spells, seen.talk.is_heard
        seconds = talk.overlaps.seconds.get(person.key, 0.0)
        talked = talk.people.get(person.key)
        turns = talked or Talked()
        self._add(
            AIRTIME,
            person.key,
            person_key=person.key,
            display_name=person.name,
            role=_role(person.role),
            talk_seconds=seconds if is_heard or talk.is_told else None,
            talk_share=seconds / total if total else None,
            turns=turns.turns if is_heard else None,
            longest_turn_seconds=turns.longest if is_heard else None,
            overlap_seconds=(
                talk.overlaps.within_others.get(person.key, 0.0) if is_heard else None
            ),
            first_talk_at=talked.first_at if talked else None,
            last_talk_at=talked.last_at if talked else None,
            muted_seconds=spells[MUTED].seconds,
            presenting_seconds=spells[PRESENTING].seconds,
            spotlight_seconds=spells[SPOTLIT].seconds,
            hands=person.hands,
            hand_wait_seconds=spells[HAND].seconds,
            chat_lines=person.chat_lines,
        )

    def _key_of(self, uuid: str) -> str:
        session = self._seen.attendance.open.get(uuid)
        return session.person.key if session is not None else ""

    def _add(self, table: Table, key: str, /, **values: Value) -> None:
        """Write a row about the person of that key, "" where it is about nobody in particular."""
        row = {"schema": SCHEMA, "conference": self._source.alias, **values}
        if self._pseudonyms is not None and table is not CONFERENCE:
            row = self._pseudonyms.row(row, key)
        self._write(table, {name: row[name] for name in table.columns})


class _AlarmTimes:
    """Since when alarms are active, and since when nobody has taken note of them."""

    def __init__(self) -> None:
        self._active: dict[tuple[str, str], float] = {}
        self._unacked: dict[tuple[str, str], float] = {}

    def take(self, alarm: Alarmed, at: float) -> tuple[float | None, float | None]:
        """How long it was active, and unacknowledged, where that ends with this change."""
        key, active, unacked = (alarm.rule, alarm.subject), None, None
        if alarm.change in ("raised", "worsened"):
            self._active.setdefault(key, at)
            self._unacked[key] = at
        if alarm.change in ("returned", "cleared") and key in self._active:
            active = at - self._active.pop(key)
        if alarm.change in ("acked", "cleared") and key in self._unacked:
            unacked = at - self._unacked.pop(key)
        return active, unacked


def _duration(seen: Observation) -> float | None:
    """Seconds from the begin of the meeting to its end, or as far as it was seen."""
    until = seen.figures.ended or seen.observed_to
    started = seen.figures.started
    return None if started is None or until is None else max(0.0, until - started)


def _role(role: Role) -> str | None:
    return None if role is Role.UNKNOWN else role.value
