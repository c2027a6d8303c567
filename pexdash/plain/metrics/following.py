"""Counts what happens in one conference."""

from __future__ import annotations

from collections.abc import Callable

from pexdash.model.changes import Changes
from pexdash.model.events import EmptyEvent, StageUpdated, UnknownEvent
from pexdash.model.line import Line
from pexdash.model.participant import Participant, Role
from pexdash.model.tally import PERSON, RINGING, WAITING, Move, Tally
from pexdash.plain.metrics.counts import Counts
from pexdash.session.feed.feed import Feed, Stop
from pexdash.session.feed.link import LinkState
from pexdash.session.feed.told import Heard, Me, Told
from pexdash.session.feed.told import Line as LineTold

SPEAKING = "pexdash_conference_speaking_seconds_total"
REJECTED_SECONDS = 29.0
"""A call that rings for this long and then goes was not answered; before, it was rejected."""


def role_of(role: Role) -> str:
    """The label of a role; who has not been given one yet is no Host."""
    return "host" if role is Role.HOST else "guest"


class Following:
    """Counts what the feed of a conference tells, until `stop`.

    `line_of` returns our line to it. What a list brings that the first was not is counted when it
    comes: who joined while the line was lost has joined. `was_in` is whether another feed of the
    conference was followed before this one. `show` says whether the conference has series of its
    own: only then are the seconds counted in which somebody speaks. Times are the clock's
    monotonic seconds.
    """

    def __init__(
        self,
        name: str,
        feed: Feed,
        line_of: Callable[[], Line],
        counts: Counts,
        *,
        was_in: bool = False,
    ) -> None:
        self.name = name
        self.feed = feed
        self.line_of = line_of
        self.heard_at: float | None = None
        """When the last event came."""
        self._counts = counts
        self._now = feed.clock.monotonic
        self.tally = Tally(feed.conference, self._now())
        self._is_listed = False
        self._lost_at: float | None = None
        self._was_open = False
        self._began: dict[str, float] = {}
        self._waits: dict[str, float] = {}
        self._rings: dict[str, tuple[float, str]] = {}
        self._me = ""
        self._was_in = was_in
        self.has_series = False
        self._hears_no_voices: Stop | None = None
        self._talks_since: float | None = None
        self._place(line_of())
        self._stops = [
            feed.on_told(self._hear),
            feed.on_changes(self._take),
            feed.on_kind(UnknownEvent, self._miss),
            feed.on_kind(EmptyEvent, self._hear_name),
        ]
        for move in self.tally.moves:
            self._note(move, self._now())
        self._is_listed = feed.is_live
        self._look_at_link()
        self._look_at_me(feed.conference.me)

    def stop(self) -> None:
        """Count no more."""
        self.show(has_series=False)
        for stop in self._stops:
            stop()

    def show(self, *, has_series: bool) -> None:
        """Whether the conference has series of its own from now on."""
        if has_series is self.has_series:
            return
        self.has_series, self._talks_since = has_series, None
        if has_series:
            self._counts.add(SPEAKING, self.name, more=0)
            self._hears_no_voices = self.feed.on_kind(StageUpdated, self._hear_voices)
        elif self._hears_no_voices is not None:
            self._hears_no_voices()
            self._counts.drop(SPEAKING, self.name)

    def pass_time(self) -> None:
        """Count the seconds in which somebody has spoken until now."""
        if self._talks_since is not None:
            now = self._now()
            self._counts.add(SPEAKING, self.name, more=now - self._talks_since)
            self._talks_since = now

    def _place(self, line: Line) -> None:
        self.line = line
        self.node = self._counts.node(line.node)
        self._events = self._counts.events_of(self.node)
        if line.node:
            self._counts.begin(self.node)

    # Records of the source

    def _hear(self, told: Told) -> None:
        kind = type(told)
        if kind is Heard:
            self._events.update(map(type, told.events))  # type: ignore[union-attr]
            self.heard_at = self._now()
        elif kind is LineTold or kind is Me:
            self._place(self.line_of())
            if isinstance(told, Me):
                self._look_at_me(told.uuid)
            self._look_at_link()

    def _miss(self, event: UnknownEvent) -> None:
        if event.fault:
            self._counts.add("pexdash_unreadable_events_total", self.node)

    def _hear_name(self, event: EmptyEvent) -> None:
        # These are of a few names that we know.
        self._counts.add("pexdash_events_total", self.node, event.name)

    def _hear_voices(self, event: StageUpdated) -> None:
        self.pass_time()
        talks = any(one.vad > 0 for one in event.speakers)
        self._talks_since = self._now() if talks else None

    def _look_at_me(self, uuid: str) -> None:
        if uuid and uuid != self._me:
            if self._me or self._was_in:
                self._counts.add("pexdash_rejoins_total", self.node)
            self._me = uuid

    def _look_at_link(self) -> None:
        link = self.feed.link
        is_open = link.state is LinkState.LIVE
        if is_open and not self._was_open:
            self._counts.add("pexdash_stream_opens_total", self.node)
        elif self._was_open and not is_open:
            # Nobody knows how long it went on behind a line that is lost.
            self._talks_since = None
            if link.state is LinkState.LOST and self._lost_at is None:
                self._lost_at = self._now() if link.heard_at is None else link.heard_at
        self._was_open = is_open

    # Changes of the conference

    def _take(self, changes: Changes) -> None:
        if self._lost_at is not None and self.feed.is_live:
            gap = self._now() - self._lost_at
            self._counts.observe("pexdash_stream_gap_seconds", gap, self.node)
            self._lost_at = None
        if not (changes.before or changes.own):
            # Voices and the like are most of what a node tells.
            return
        now = self._now()
        self.tally.take(changes, now)
        for move in self.tally.moves:
            if self._is_listed:
                self._count(move, now)
            self._note(move, now)
        self._is_listed |= self.feed.is_live

    def _count(self, move: Move, now: float) -> None:
        """Count what somebody does before our eyes; once the first list was complete."""
        came, went = move.now & ~move.was, move.was & ~move.now
        counts, node = self._counts, self.node
        if came & PERSON and move.after is not None:
            counts.add("pexdash_participant_joins_total", node, role_of(move.after.role))
        if went & PERSON and move.before is not None:
            counts.add("pexdash_participant_leaves_total", node, role_of(move.before.role))
            stayed = now - self._began.get(move.uuid, now)
            counts.observe("pexdash_participant_session_seconds", stayed, node)
        if went & WAITING:
            outcome = "left" if move.after is None else "admitted"
            waited = now - self._waits.get(move.uuid, now)
            counts.observe("pexdash_wait_seconds", waited, node, outcome)
        if went & RINGING and move.uuid in self._rings:
            self._end_ringing(move, now)

    def _end_ringing(self, move: Move, now: float) -> None:
        """Count a call once, whose ring may be several devices of one address."""
        since, address = self._rings[move.uuid]
        forks = [uuid for uuid, (_, other) in self._rings.items() if other == address]
        if move.after is not None:
            outcome = "answered"
            for uuid in forks:
                del self._rings[uuid]
        elif len(forks) > 1:
            return
        else:
            outcome = "rejected" if now - since < REJECTED_SECONDS else "no_answer"
        self._counts.add("pexdash_dial_outs_total", self.node, outcome)

    def _note(self, move: Move, now: float) -> None:
        """Keep since when somebody is in, waits or is being called."""
        for kind, kept in ((PERSON, self._began), (WAITING, self._waits)):
            if not move.now & kind:
                kept.pop(move.uuid, None)
            elif move.after is not None and not move.was & kind:
                kept[move.uuid] = now if self._is_listed else self._joined(move.after, now)
        if not move.now & RINGING:
            self._rings.pop(move.uuid, None)
        elif move.after is not None and move.after.call_direction == "out":
            self._rings.setdefault(move.uuid, (now, move.after.uri))

    def _joined(self, person: Participant, now: float) -> float:
        """When somebody joined who was there before us, as the node says."""
        ahead = self.line_of().node_ahead
        if person.start_time is None or ahead is None:
            return now
        return min(now, person.start_time - ahead)
