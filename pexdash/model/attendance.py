"""Who was in a meeting, from when to when, and in which state."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from enum import Enum

from msgspec import Struct, field

from pexdash.model.participant import Participant, Presence, Role, domain_of, without_scheme
from pexdash.model.spells import Spell

MOST_NAMES = 20
"""How many other names of one person are kept."""
_NUMBER = re.compile(r"\+?[0-9][0-9 ()./-]{3,}")
"""A telephone number, which is an address without a domain."""

# What somebody is, as bits of one number; each has a spell of the person.
IN, WAITING, HOST, MUTED, PRESENTING, SPOTLIT, HAND = (1 << at for at in range(7))
FLAGS = (IN, WAITING, HOST, MUTED, PRESENTING, SPOTLIT, HAND)
_RECORDER = 1 << 7
"""A machine that records, which is of no person."""
_SURE = IN | WAITING
"""What is believed to go on while the line is lost, of those who are there after it."""
_ROLE_ORDER = (Role.UNKNOWN, Role.GUEST, Role.HOST)


class End(Enum):
    """Why a session ended; the values are the words in reports."""

    LEFT = "left"
    CONFERENCE_ENDED = "conference_ended"
    OBSERVATION_ENDED = "observation_ended"


class Person(Struct):
    """One person over all their sessions, by their address or else their name.

    `key_from` is "address" or "name", "" where there was neither and each session is a person.
    `sessions` counts those in which they were in. Moments are Unix times.
    """

    key: str
    key_from: str
    name: str
    address: str = ""
    other_names: list[str] = field(default_factory=list)
    role: Role = Role.UNKNOWN
    sessions: int = 0
    first_joined: float | None = None
    last_left: float | None = None
    hands: int = 0
    chat_lines: int = 0
    spells: dict[int, Spell] = field(default_factory=lambda: {flag: Spell() for flag in FLAGS})

    @property
    def is_in(self) -> bool:
        return self.spells[IN].count > 0

    @property
    def has_waited(self) -> bool:
        return self.spells[WAITING].most > 0

    def call(self, one: Participant) -> None:
        """Take the name, address and role that they have now."""
        if one.name != self.name and one.name not in self.other_names:
            self.other_names = [*self.other_names, one.name][:MOST_NAMES]
        self.address = self.address or address_of(one)
        self.role = max(self.role, one.role, key=_ROLE_ORDER.index)


class Session(Struct):
    """One participant from the first time they are seen to the last; moments are Unix times.

    `gap` are the seconds within it, or at its edge, of which nothing is known. `admitted_by_us` is
    None for who never waited. `hand` is when the last hand was raised, by the node's clock.
    """

    number: int
    one: Participant
    person: Person
    seen_at_start: bool = False
    first_role: Role = Role.UNKNOWN
    role_changed: bool = False
    flags: int = 0
    inside: Spell = field(default_factory=Spell)
    holding: Spell = field(default_factory=Spell)
    waiting: Spell = field(default_factory=Spell)
    waiting_from: float | None = None
    admitted_by_us: bool | None = None
    joined_at: float | None = None
    left_at: float | None = None
    gap: float = 0.0
    hand: float | None = None
    end: End = End.OBSERVATION_ENDED

    @property
    def is_person(self) -> bool:
        """Whether this is neither a control connection nor a machine."""
        return is_person(self.one)


def is_person(one: Participant) -> bool:
    """Whether a participant is neither a control connection nor a machine."""
    return not one.is_api and not one.machine


def address_of(one: Participant) -> str:
    """The address of a participant, without its scheme; "" for what is only a name."""
    address = without_scheme(one.uri)
    return address if domain_of(address) or _NUMBER.fullmatch(address) else ""


def key_of(one: Participant) -> tuple[str, str]:
    """The key of the person whom a participant is, and what it is from."""
    if address := address_of(one):
        return address.casefold(), "address"
    if name := " ".join(one.display_name.casefold().split()):
        return name, "name"
    return f"?{one.uuid}", ""


def _flags_of(one: Participant) -> int:
    if one.is_waiting:
        return WAITING if is_person(one) else 0
    if not one.is_in or not is_person(one):
        return _RECORDER if one.is_in and one.is_recording else 0
    return (
        IN
        | (HOST if one.role is Role.HOST else 0)
        | (MUTED if one.is_silenced else 0)
        | (PRESENTING if one.is_presenting else 0)
        | (SPOTLIT if one.spotlight is not None else 0)
        | (HAND if one.has_hand_up else 0)
    )


class Attendance:
    """Keeps the people of a meeting, by their key, and the sessions that are not over, by uuid.

    `ended` is called with each session that is over, which is kept no longer. `joins` and `leaves`
    count the people whom we saw come and go, `gave_up` those who waited and did not get in,
    `dial_outs` those who were called, and `failed_dial_outs` those who never came.
    """

    def __init__(self, ended: Callable[[Session], None]) -> None:
        self.people: dict[str, Person] = {}
        self.open: dict[str, Session] = {}
        self.present = 0
        """How many people are in, each once."""
        self.hosts = 0
        self.recorders = 0
        self.last_left: float | None = None
        self.knows_roles = False
        self.joins = self.leaves = self.gave_up = 0
        self.dial_outs = self.failed_dial_outs = 0
        self.longest_wait = 0.0
        self._ended = ended
        self._numbers = 0
        self._has_list = False
        self._lost_at: float | None = None
        self._gap: tuple[float, float] | None = None

    def take(
        self, uuids: Iterable[str], participants: Mapping[str, Participant], now: float
    ) -> None:
        """Take what became of the participants of these uuids."""
        came = []
        for uuid in uuids:
            one = participants.get(uuid)
            if one is None:
                if (session := self.open.get(uuid)) is not None:
                    self._close(session, now, End.LEFT)
            else:
                came.append(one)
        # Who comes back in the same moment was not in twice.
        for one in came:
            self._look(one, now)

    def take_list(self, participants: Mapping[str, Participant], now: float) -> None:
        """Take everybody who is there; who is not was last seen before a gap, if there was one."""
        last_seen = now if self._gap is None else self._gap[0]
        for uuid in [uuid for uuid in self.open if uuid not in participants]:
            self._close(self.open[uuid], last_seen, End.LEFT)
        for one in participants.values():
            self._look(one, now, seen_at_start=not self._has_list)
        self._has_list, self._gap = True, None

    def admit(self, uuid: str) -> None:
        """We let somebody in."""
        if (session := self.open.get(uuid)) is not None and session.waiting_from is not None:
            session.admitted_by_us = True

    def lose(self, at: float) -> None:
        """The line is lost: of what people do, nothing is known from now on."""
        self._lost_at = at
        for session in self.open.values():
            self._put(session, session.flags & _SURE, at)

    def find(self, now: float) -> None:
        """The line is live again, and a list follows."""
        if self._lost_at is None:
            return
        for session in self.open.values():
            session.gap += now - self._lost_at
        self._gap, self._lost_at = (self._lost_at, now), None

    def end(self, at: float, how: End) -> None:
        """Nothing more is seen, or the conference is over."""
        for session in list(self.open.values()):
            self._close(session, at, how)

    def _look(self, one: Participant, now: float, *, seen_at_start: bool = False) -> None:
        session = self.open.get(one.uuid)
        if session is None:
            session = self._begin(one, now, seen_at_start=seen_at_start)
        elif session.one is not one:
            self._change(session, one, now)
        flags = _flags_of(one)
        if flags != session.flags:
            self._put(session, flags, now)
        if flags & HAND and one.buzz_time != session.hand:
            # The same hand may be seen again after a gap.
            session.person.hands += 1
            session.hand = one.buzz_time

    def _begin(self, one: Participant, now: float, *, seen_at_start: bool) -> Session:
        self._numbers += 1
        session = Session(self._numbers, one, self._person(one), seen_at_start)
        if self._gap is not None:
            session.gap = self._gap[1] - self._gap[0]
        self.open[one.uuid] = session
        if one.call_direction == "out" and not (session.seen_at_start and one.is_in):
            self.dial_outs += 1
        self._move(session, one, now)
        return session

    def _change(self, session: Session, one: Participant, now: float) -> None:
        if session.joined_at is None and key_of(one)[0] != session.person.key:
            # Who is on the way in may still get the name or address by which they are known.
            flags = session.flags
            self._put(session, 0, now)
            session.person = self._person(one)
            self._put(session, flags, now)
        session.one = one
        self._move(session, one, now)

    def _person(self, one: Participant) -> Person:
        key, key_from = key_of(one)
        person = self.people.get(key)
        if person is None:
            person = self.people[key] = Person(key, key_from, one.name)
        return person

    def _move(self, session: Session, one: Participant, now: float) -> None:
        """Take where somebody is on the way in, what they are called, and their role."""
        session.person.call(one)
        self.knows_roles |= one.role is not Role.UNKNOWN
        if session.first_role is Role.UNKNOWN:
            session.first_role = one.role
        elif one.role is not Role.UNKNOWN:
            session.role_changed |= one.role is not session.first_role
        if one.is_waiting and session.waiting_from is None:
            session.waiting_from, session.admitted_by_us = now, False
        session.waiting.put(one.is_waiting, now)
        session.inside.put(one.is_in, now)
        session.holding.put(one.presence is Presence.ON_HOLD, now)
        if one.is_in and session.joined_at is None:
            session.joined_at = now
            if session.is_person:
                self._join(session, now)

    def _join(self, session: Session, now: float) -> None:
        person = session.person
        person.sessions += 1
        if person.first_joined is None:
            person.first_joined = now
        self.joins += not session.seen_at_start

    def _put(self, session: Session, flags: int, now: float) -> None:
        """Begin and end the spells of the person, by the flags that differ."""
        person, changed = session.person, session.flags ^ flags
        was_in = person.is_in
        for flag in FLAGS:
            if changed & flag:
                spell = person.spells[flag]
                if flags & flag:
                    spell.begin(now)
                else:
                    spell.end(now)
        if changed & HOST:
            self.hosts += 1 if flags & HOST else -1
        if changed & _RECORDER:
            self.recorders += 1 if flags & _RECORDER else -1
        self.present += person.is_in - was_in
        if person.is_in:
            person.last_left = None
        session.flags = flags

    def _close(self, session: Session, at: float, how: End) -> None:
        del self.open[session.one.uuid]
        session.end = how
        person, is_over = session.person, how is not End.OBSERVATION_ENDED
        was_in = bool(session.flags & IN)
        self._put(session, 0, at)
        for spell in (session.inside, session.holding, session.waiting):
            spell.put(False, at)
        self.longest_wait = max(self.longest_wait, session.waiting.seconds)
        if is_over:
            if session.joined_at is not None:
                session.left_at = at
            if was_in:
                person.last_left = None if person.is_in else at
                self.last_left = max(at, self.last_left or at)
                self.leaves += 1
            if session.joined_at is None:
                self.gave_up += session.waiting_from is not None
                self.failed_dial_outs += session.one.call_direction == "out"
        self._ended(session)
