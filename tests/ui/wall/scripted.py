"""An estate of real conferences and real alarms, whose events a test writes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import msgspec

from pexdash.clock import Clock
from pexdash.model.alarms.alarm import Change
from pexdash.model.alarms.alarms import Alarms
from pexdash.model.alarms.edge import Edge
from pexdash.model.alarms.keys import AlarmKey, ConferenceKey
from pexdash.model.alarms.policy import policy_of
from pexdash.model.changes import Changes
from pexdash.model.events import (
    ConferenceUpdated,
    Event,
    ParticipantCreated,
    ParticipantDeleted,
    SyncBegun,
    SyncEnded,
)
from pexdash.model.history import Happening, Kind
from pexdash.model.line import Line, LineState
from pexdash.model.participant import Participant, Role
from pexdash.model.status import ConferenceStatus
from pexdash.model.summary import Summary
from pexdash.secret import Secret
from pexdash.session.estate.estate import EstateChanges, Incident, NodeLines, Slot
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.notices import Notice
from pexdash.session.feed.told import Heard, Me
from pexdash.session.membership.membership import Membership
from pexdash.ui.drawing.times import clock_seconds
from tests.model.people import person

ME = "me"


@dataclass
class ScriptedSlot:
    """A conference in its place."""

    key: ConferenceKey
    alias: str
    label: str
    feed: Feed
    line: Line
    membership: Membership | None = None
    gone_since: float | None = None


@dataclass
class ScriptedWatch:
    """A listener."""

    estate: ScriptedEstate
    changed: Callable[[], None] | None
    changes: EstateChanges = field(default_factory=lambda: EstateChanges(set(), []))

    def take_changes(self) -> EstateChanges:
        taken, self.changes = self.changes, EstateChanges(set(), [])
        return taken

    def close(self) -> None:
        if self in self.estate.watches:
            self.estate.watches.remove(self)


class ScriptedEstate:
    """Plays `Estate`; what it was asked for stands in `asked`."""

    def __init__(self, clock: Clock, *labels: str, title: str = "NOC north") -> None:
        self.clock = clock
        self.title = title
        self.operator = "jo"
        self.read_only = self.local_ack = False
        self.through = ""
        self.alarms = Alarms(
            policy_of(), lambda at: clock_seconds(at - clock.monotonic() + clock.wall())
        )
        self.incidents: list[Incident] = []
        self.watches: list[ScriptedWatch] = []
        self.asked: list[tuple[object, ...]] = []
        self.slots: list[Slot | None] = []
        self.lag = 0.0
        for label in labels:
            self.add(label)

    @property
    def acknowledges(self) -> bool:
        return self.local_ack or not self.read_only

    def add(self, label: str, *, state: LineState = LineState.LIVE, why: str = "") -> ScriptedSlot:
        """One more conference, which only we are in."""
        alias = f"{label}@example.com"
        key = ConferenceKey("main", alias)
        feed = Feed(alias, self.clock)
        node = f"node{1 + len(self.slots) % 2}"
        line = Line(state, self.now, why, node, Role.HOST, node_ahead=0.0)
        slot = ScriptedSlot(key, alias, label, feed, line)
        self.slots.append(slot)
        feed.tell(Me(ME, Role.HOST))
        self.alarms.follow(key, feed.conference, line, policy_of(), self.now)
        feed.watch()
        if state is LineState.LIVE:
            me = person(ME, "wall", role=Role.HOST, protocol="api", has_media=False)
            self.tell(label, SyncBegun(), ParticipantCreated(me), SyncEnded())
        self._note(slot.key, slots=True)
        return slot

    @property
    def now(self) -> float:
        return self.clock.monotonic()

    def slot(self, label: str) -> ScriptedSlot:
        """The conference of that name."""
        (slot,) = (
            one for one in self.slots if isinstance(one, ScriptedSlot) and one.label == label
        )
        return slot

    # What happens

    def tell(self, label: str, *events: Event) -> None:
        """Have the node tell something."""
        slot = self.slot(label)
        changes = slot.feed.tell(Heard(events))
        self._take(slot, changes)

    def put(self, label: str, *people: Participant) -> None:
        """Have people come."""
        self.tell(label, *map(ParticipantCreated, people))

    def drop(self, label: str, *uuids: str) -> None:
        """Have people leave."""
        self.tell(label, *map(ParticipantDeleted, uuids))

    def set(self, label: str, **status: object) -> None:
        """Have the node tell properties of the conference."""
        sent = msgspec.structs.replace(ConferenceStatus(), **status)
        self.tell(label, ConferenceUpdated(sent))

    def line(self, label: str, state: LineState, why: str = "") -> None:
        """Have our line change."""
        slot = self.slot(label)
        slot.line = msgspec.structs.replace(slot.line, state=state, since=self.now, why=why)
        self._take(slot, Changes(own=True))

    def advance(self) -> None:
        """Have happen what is due by now."""
        self._edges(self.alarms.advance(self.now))

    def _take(self, slot: ScriptedSlot, changes: Changes) -> None:
        self._edges(self.alarms.take(slot.key, changes, slot.line, self.now))
        self._note(slot.key)

    def _edges(self, edges: list[Edge]) -> None:
        for edge in edges:
            if edge.change not in (Change.ANNOUNCED, Change.BELL):
                words = f"{edge.change.value}: {edge.text}"
                happening = Happening(self.clock.wall(), Kind.ALARM, words)
                self.incidents.append(Incident(edge.key.conference, happening))
            for watch in self.watches:
                watch.changes.edges.append(edge)
        if edges:
            self._call()

    def _note(self, key: ConferenceKey, *, slots: bool = False) -> None:
        for watch in self.watches:
            watch.changes.conferences.add(key)
            watch.changes.slots |= slots
        self._call()

    def _call(self) -> None:
        for watch in self.watches:
            if watch.changed is not None:
                watch.changed()

    # The estate

    async def run(self) -> None:
        await asyncio.Event().wait()

    async def close(self) -> None:
        self.asked.append(("close",))

    def watch(
        self,
        changed: Callable[[], None] | None = None,
        notify: Callable[[Notice], None] | None = None,
    ) -> ScriptedWatch:
        watch = ScriptedWatch(self, changed)
        self.watches.append(watch)
        return watch

    def summary(self, key: ConferenceKey) -> Summary:
        return self.alarms.summary(key)

    def nodes(self) -> Sequence[NodeLines]:
        lines = [slot.line for slot in self.slots if slot is not None]
        return [
            NodeLines(
                "main",
                node,
                sum(one.node == node and one.state is LineState.LIVE for one in lines),
                sum(one.node == node and one.state is LineState.LOST for one in lines),
                sum(
                    one.node == node and one.state not in (LineState.LIVE, LineState.LOST)
                    for one in lines
                ),
            )
            for node in sorted({one.node for one in lines})
        ]

    def open(self, key: ConferenceKey) -> None:
        self.asked.append(("open", key.alias))

    def closed(self, key: ConferenceKey) -> None:
        self.asked.append(("closed", key.alias))

    def try_again(self, key: ConferenceKey, pin: Secret | None = None) -> None:
        self.asked.append(("try again", key.alias, "" if pin is None else pin.reveal()))

    def leave(self, key: ConferenceKey) -> None:
        self.asked.append(("leave", key.alias))

    def acknowledge(self, keys: Iterable[AlarmKey]) -> None:
        keys = list(keys)
        self.asked.append(("acknowledge", *(f"{key.rule} {key.conference.alias}" for key in keys)))
        self._edges(self.alarms.acknowledge(keys, self.operator, self.now))

    def shelve(self, key: AlarmKey, why: str, seconds: float | None) -> None:
        until = None if seconds is None else self.now + seconds
        self._edges(self.alarms.shelve(key, self.operator, why, until, self.now))
        self.asked.append(("shelve", key.rule, key.conference.alias, why, seconds))

    def unshelve(self, key: AlarmKey) -> None:
        self.asked.append(("unshelve", key.rule, key.conference.alias))
        self._edges(self.alarms.unshelve(key, self.operator, self.now))

    def take_lag(self, behind: float) -> None:
        self.lag = behind
