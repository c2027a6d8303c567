"""A conference that is watched, a node that tells of it, and a clock that a test moves."""

from __future__ import annotations

import msgspec

from pexdash.model.alarms.alarm import Alarm, Change
from pexdash.model.alarms.alarms import Alarms
from pexdash.model.alarms.edge import Edge
from pexdash.model.alarms.kept import Kept
from pexdash.model.alarms.keys import AlarmKey, ConferenceKey
from pexdash.model.alarms.policy import Policy, policy_of
from pexdash.model.changes import Changes
from pexdash.model.conference import Conference
from pexdash.model.events import (
    ConferenceUpdated,
    Event,
    ParticipantCreated,
    ParticipantDeleted,
    ParticipantUpdated,
    SyncBegun,
    SyncEnded,
)
from pexdash.model.line import Line, LineState
from pexdash.model.participant import Participant, Role
from pexdash.model.status import ConferenceStatus
from tests.model.people import person

BEGAN = 1_000_000.0
BOARD = ConferenceKey("main", "board")
ME = "me"
NODE = "node1"
LIVE = Line(LineState.LIVE, BEGAN, node=NODE, role=Role.HOST, node_ahead=0.0)


def host(uuid: str, name: str = "", **fields: object) -> Participant:
    """A Host with media."""
    return person(uuid, name, role=Role.HOST, **fields)


def waiting(uuid: str, name: str = "", **fields: object) -> Participant:
    """Somebody in the waiting room."""
    return person(uuid, name, service_type="waiting_room", **fields)


def ringing(uuid: str, name: str = "", **fields: object) -> Participant:
    """Somebody who is being dialled."""
    return person(uuid, name, service_type="connecting", call_direction="out", **fields)


def listed(*people: Participant) -> list[Event]:
    """A whole list, as a node sends it."""
    return [SyncBegun(), *map(ParticipantCreated, people), SyncEnded()]


def moment(at: float) -> str:
    """A time as seconds since the beginning."""
    return f"+{at - BEGAN:.0f}"


class Watching:
    """One conference or several on one wall, from `BEGAN` on; `edges` are all there were.

    `now` is in seconds since then.
    """

    def __init__(
        self,
        *people: Participant,
        policy: Policy | None = None,
        line: Line = LIVE,
        kept: Kept | None = None,
        key: ConferenceKey = BOARD,
    ) -> None:
        self.policy = policy_of() if policy is None else policy
        self.alarms = Alarms(self.policy, moment, kept)
        self.edges: list[Edge] = []
        self.now = 0.0
        self.key = key
        self.conferences: dict[ConferenceKey, Conference] = {}
        self.lines: dict[ConferenceKey, Line] = {}
        self.follow(key, *people, line=line)

    def follow(self, key: ConferenceKey, *people: Participant, line: Line = LIVE) -> None:
        """Watch one more conference."""
        conference = self.conferences[key] = Conference(key.alias)
        conference.become(ME)
        me = host(ME, "wall", protocol="api", has_media=False)
        for event in listed(me, *people):
            conference.apply(event, BEGAN)
        self.lines[key] = line
        # Whoever follows it once more has joined it anew.
        self.note(self.alarms.follow(key, conference, line, self.policy, BEGAN + self.now))

    def note(self, edges: list[Edge]) -> list[Edge]:
        self.edges += edges
        return edges

    @property
    def conference(self) -> Conference:
        return self.conferences[self.key]

    def tell(self, *events: Event) -> list[Edge]:
        """Have the node tell something, all at once."""
        changes = Changes()
        for event in events:
            self.conference.apply(event, BEGAN + self.now, changes)
        return self.take(changes)

    def take(self, changes: Changes) -> list[Edge]:
        line = self.lines[self.key]
        return self.note(self.alarms.take(self.key, changes, line, BEGAN + self.now))

    def put(self, *people: Participant) -> list[Edge]:
        """Have people come, or change."""
        known = self.conference.participants
        return self.tell(
            *(
                ParticipantUpdated(one) if one.uuid in known else ParticipantCreated(one)
                for one in people
            )
        )

    def leave(self, *uuids: str) -> list[Edge]:
        return self.tell(*map(ParticipantDeleted, uuids))

    def set(self, **status: object) -> list[Edge]:
        """Have the node tell properties of the conference."""
        sent = msgspec.structs.replace(ConferenceStatus(), **status)
        return self.tell(ConferenceUpdated(sent))

    def relist(self, *people: Participant) -> list[Edge]:
        """Have the node send the whole list again, as after the line was lost, and be live."""
        me = self.conference.participants[ME]
        self.lines[self.key] = msgspec.structs.replace(
            self.lines[self.key], state=LineState.LIVE, since=BEGAN + self.now
        )
        return self.tell(*listed(me, *people))

    def line(self, **fields: object) -> list[Edge]:
        """Have our line change."""
        if "state" in fields:
            fields.setdefault("since", BEGAN + self.now)
        self.lines[self.key] = msgspec.structs.replace(self.lines[self.key], **fields)
        return self.take(Changes(own=True))

    def lose(self) -> list[Edge]:
        """Lose the line."""
        return self.line(state=LineState.LOST)

    def at(self, now: float) -> list[Edge]:
        """Let time pass until a second."""
        self.now = now
        return self.note(self.alarms.advance(BEGAN + now))

    def later(self, seconds: float) -> list[Edge]:
        return self.at(self.now + seconds)

    def get(self, rule: str, subject: str = "") -> Alarm | None:
        """A listed alarm of the conference."""
        return self.alarms.get(AlarmKey(rule, self.key, subject))

    def one(self, rule: str, subject: str = "") -> Alarm:
        """As `get`, where it has to be there."""
        alarm = self.get(rule, subject)
        assert alarm is not None, f"{rule} is not there: {[one.key for one in self.listed]}"
        return alarm

    @property
    def listed(self) -> list[Alarm]:
        return list(self.alarms.listed())

    def words(self, rule: str, subject: str = "") -> str:
        return self.alarms.words(self.one(rule, subject), BEGAN + self.now)

    def acknowledge(self, rule: str, subject: str = "", by: str = "jo") -> list[Edge]:
        key = self.one(rule, subject).key
        return self.note(self.alarms.acknowledge([key], by, BEGAN + self.now))

    def times(self, change: Change, rule: str = "") -> list[float]:
        """At which seconds a change happened, to alarms of one rule or to any."""
        return [
            edge.at - BEGAN
            for edge in self.edges
            if edge.change is change and rule in ("", edge.key.rule)
        ]

    def raised(self, rule: str) -> list[float]:
        return self.times(Change.RAISED, rule)

    def over(self, rule: str) -> list[float]:
        """At which seconds the condition of alarms of a rule was gone."""
        ends = (Change.RETURNED, Change.CLEARED)
        return [
            edge.at - BEGAN for edge in self.edges if edge.change in ends and edge.key.rule == rule
        ]
