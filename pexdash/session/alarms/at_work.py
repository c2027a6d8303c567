"""The alarms of any number of conferences at work: fed by their feeds, and moved on in time."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from math import inf
from typing import TYPE_CHECKING

from pexdash.clock import Clock
from pexdash.model.alarms.alarm import Alarm, Change
from pexdash.model.alarms.alarms import Alarms
from pexdash.model.alarms.carried import Carried
from pexdash.model.alarms.edge import Edge
from pexdash.model.alarms.kept import Kept, KeptChange
from pexdash.model.alarms.keys import AlarmKey, ConferenceKey
from pexdash.model.alarms.nodes import NodeStatus
from pexdash.model.alarms.policy import RULES, Policy
from pexdash.model.alarms.rule import Moment
from pexdash.model.changes import Changes
from pexdash.model.line import Line
from pexdash.model.tally import STAGE
from pexdash.session.alarms.kept_writer import Keeps, KeptWriter
from pexdash.session.alarms.together import run_together
from pexdash.session.alarms.told_alarms import alarm_told
from pexdash.session.alarms.whose import Whose
from pexdash.session.feed.feed import Feed, Stop

if TYPE_CHECKING:
    from pexdash.session.membership.part import OurPart

HearEdges = Callable[[list[Edge]], None]
"""Is given what happened to alarms, in order; never an empty list."""
LineOf = Callable[[], Line]
"""Returns our line to a conference as it is now."""


class _Followed:
    """A conference that is followed: its feed, our line as it was last, and how to ask for it."""

    __slots__ = ("feed", "hears_voices", "line", "line_of", "policy", "stop")

    def __init__(self, feed: Feed, line_of: LineOf, policy: Policy) -> None:
        self.feed = feed
        self.line_of = line_of
        self.line = line_of()
        self.become(policy)
        self.stop: Stop = lambda: None

    def become(self, policy: Policy) -> None:
        """Be judged by other rules, and note whether any of them listens to voices."""
        self.policy = policy
        self.hears_voices = any(RULES[name].reads & STAGE for name in policy.limits)


class AlarmsAtWork:
    """Runs `alarms` for the feeds that it is told to follow; `run` has time pass for all of them.

    A feed is told of each change of its alarms right after what brought the change.

    All times are the clock's monotonic seconds. `operator` is by whose name people's decisions are
    made. `policy` has the rules on nodes and on this program. `moment` writes a Unix time as a time
    of day. What `file` keeps holds from the start, and is kept up; None keeps nothing. `say` is
    told a sentence where that fails.

    A change of a conference costs the same however many are followed.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        operator: str,
        policy: Policy,
        moment: Moment,
        file: Keeps | None = None,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.operator = operator
        self._clock = clock
        self._writer: KeptWriter | None = None
        kept = Kept()
        if file is not None:
            self._writer = KeptWriter(file, clock, adopt=self._adopt, say=say)
            kept = self._writer.load()
        self.alarms = Alarms(policy, lambda at: moment(at + clock.wall() - clock.monotonic()), kept)
        self._followed: dict[ConferenceKey, _Followed] = {}
        self._touched: set[ConferenceKey] = set()
        self._hearers: tuple[HearEdges, ...] = ()
        self._kept_hearers: tuple[Callable[[list[KeptChange]], None], ...] = ()
        self._edges: deque[list[Edge]] = deque()
        self._is_telling = False
        self._sleeps_until = inf
        self._earlier = asyncio.Event()
        self._behind, self._disk = 0.0, ""
        self.node_known: Callable[[str, str], None] = lambda cluster, node: None
        """Is called with a node of which we have an alarm that another program had."""

    def on_edges(self, hear: HearEdges) -> Stop:
        """Call `hear` with what happens to alarms, from now on."""
        self._hearers = (*self._hearers, hear)

        def stop() -> None:
            self._hearers = tuple(one for one in self._hearers if one is not hear)

        return stop

    def whose(self, key: AlarmKey) -> Whose:
        """Whose it is to tell other programs of an alarm (`whose.Told`)."""
        is_handed_on = key.conference in self.alarms.handed_on
        return Whose.ANOTHERS if is_handed_on else Whose.OURS

    def on_kept(self, hear: Callable[[list[KeptChange]], None]) -> None:
        """Call `hear` with each change of what is acknowledged and shelved, from now on."""
        self._kept_hearers = (*self._kept_hearers, hear)

    # Conferences

    def follow(self, key: ConferenceKey, feed: Feed, line: LineOf, policy: Policy) -> None:
        """Follow a conference from now on, by rules of its own.

        `line` is asked whenever the feed tells of something that may change our line, and at
        `line_changed`; the feed's clock is ours.
        """
        followed = self._followed[key] = _Followed(feed, line, policy)
        self._watch(key, followed)

    def moved(self, key: ConferenceKey, feed: Feed) -> None:
        """Go on with another feed: the conference was joined anew, and is the same one."""
        followed = self._followed[key]
        followed.stop()
        followed.feed = feed
        followed.line = followed.line_of()
        self._watch(key, followed)

    def _watch(self, key: ConferenceKey, followed: _Followed) -> None:
        feed, take = followed.feed, self.alarms.take
        conference, monotonic = feed.conference, self._clock.monotonic

        def changed(changes: Changes) -> None:
            if not (
                changes.before
                or changes.own
                or changes.conference
                or changes.presentation
                or changes.rooms
                or changes.synced
                or (changes.stage and followed.hears_voices)
            ):
                # Voices and the like are most of what a node tells.
                return
            if changes.own or changes.synced or conference.me in changes.before:
                followed.line = followed.line_of()
            self._touched.add(key)
            self._took(take(key, changes, followed.line, monotonic()))

        followed.stop = feed.on_changes(changed)
        now = monotonic()
        self._took(self.alarms.follow(key, feed.conference, followed.line, followed.policy, now))

    def mind(self, key: ConferenceKey, membership: OurPart) -> None:
        """Know from now on what we do ourselves: whom we dial, and to whom we give a role."""

        def dials(who: str) -> None:
            if key in self._followed:
                self._touched.add(key)
                self.alarms.called(key, who)

        def gives_role(uuid: str) -> None:
            if key in self._followed:
                self._touched.add(key)
                self.alarms.gave_role(key, uuid)

        membership.dialled.dials = dials
        membership.moderation.gives_role = gives_role

    def unfollow(self, key: ConferenceKey) -> None:
        """Follow a conference no longer; its alarms end, and what was acknowledged stays kept."""
        self._followed[key].stop()
        self._took(self.alarms.unfollow(key, self._clock.monotonic()))
        del self._followed[key]

    def inherit(
        self,
        key: ConferenceKey,
        alarms: Sequence[Alarm],
        kept: Kept,
        carried: Carried | None = None,
        since: float | None = None,
    ) -> None:
        """Go on with the alarms of a conference where another program was (`Alarms.inherit`)."""
        now = self._clock.monotonic()
        edges = self.alarms.inherit(key, alarms, kept, now, carried, since)
        for one in alarms:
            if not one.key.conference.alias:
                self.node_known(one.key.conference.cluster, one.key.subject)
        self._took(edges)

    def is_followed(self, key: ConferenceKey) -> bool:
        return key in self._followed

    def carried(self, key: ConferenceKey) -> Carried:
        """What the rules of a conference know, for who goes on with it (`Alarms.carried`)."""
        return self.alarms.carried(key)

    def take_touched(self) -> set[ConferenceKey]:
        """The conferences of which the rules may know something new since the last call."""
        touched, self._touched = self._touched, set()
        return touched

    def hand_on(self, key: ConferenceKey) -> None:
        """Follow a conference no longer, because another program does: no alarm of it is over."""
        self._followed.pop(key).stop()
        self._took(self.alarms.hand_on(key, self._clock.monotonic()))

    def hand_on_nodes(self, cluster: str) -> None:
        """Know no more of a cluster's nodes, because other programs do."""
        self.alarms.hand_on_nodes(cluster, self._clock.monotonic())
        self._took([])

    def become(self, key: ConferenceKey, policy: Policy) -> None:
        """Judge a conference by other rules from now on."""
        self._followed[key].become(policy)
        self._took(self.alarms.become(key, policy, self._clock.monotonic()))

    def line_changed(self, key: ConferenceKey) -> None:
        """Look at our line again, as something has changed that the feed does not tell."""
        self._followed[key].feed.touch()

    def line(self, key: ConferenceKey) -> Line:
        """Our line to a conference, as the alarms know it."""
        return self._followed[key].line

    # Nodes and this program

    def become_everywhere(self, policy: Policy) -> None:
        """Judge nodes and this program by other rules from now on."""
        self._took(self.alarms.become_everywhere(policy, self._clock.monotonic()))

    def take_status(
        self, cluster: str, node: str, status: NodeStatus, *, is_sure: bool = False
    ) -> None:
        """Take what a node answered when it was asked for its status (`Alarms.take_status`)."""
        now = self._clock.monotonic()
        self._took(self.alarms.take_status(cluster, node, status, now, is_sure=is_sure))

    def take_lag(self, behind: float) -> None:
        """Take by how many seconds this program's loop is behind."""
        self._behind = behind
        self._take_program()

    def take_disk(self, words: str) -> None:
        """Take whole words on which file cannot be written, "" once all can."""
        self._disk = words
        self._take_program()

    def _take_program(self) -> None:
        now = self._clock.monotonic()
        self._took(self.alarms.take_program(self._behind, self._disk, now))

    # People

    def acknowledge(self, keys: Iterable[AlarmKey], by: str = "") -> None:
        """Take note of alarms; those that are over are gone then. "" is the operator."""
        by = by or self.operator
        self._took(self.alarms.acknowledge(keys, by, self._clock.monotonic()))

    def shelve(self, key: AlarmKey, why: str, seconds: float | None, by: str = "") -> None:
        """Put an alarm aside for so long, or until it clears (None); see `Alarms.shelve`.

        Raises UsageFault for too long a time.
        """
        now = self._clock.monotonic()
        until = None if seconds is None else now + seconds
        self._took(self.alarms.shelve(key, by or self.operator, why, until, now))

    def unshelve(self, key: AlarmKey, by: str = "") -> None:
        """Take an alarm, a conference or a cluster off the shelf."""
        by = by or self.operator
        self._took(self.alarms.unshelve(key, by, self._clock.monotonic()))

    def _adopt(self, kept: Kept) -> None:
        if kept != self.alarms.kept:
            self._took(self.alarms.adopt(kept, self._clock.monotonic()))

    # Time

    async def run(self) -> None:
        """Have everything happen when it is due until cancelled, and keep the file up."""
        writing = [self._writer.run()] if self._writer is not None else []
        await run_together(self._pass_time(), *writing)

    async def _pass_time(self) -> None:
        while True:
            due = self.alarms.next_due
            self._sleeps_until = inf if due is None else due
            self._earlier.clear()
            await self._until(self._sleeps_until)
            self._took(self.alarms.advance(self._clock.monotonic()))

    async def _until(self, moment: float) -> None:
        """Wait for a moment, or until something is due before it."""
        waits: list[asyncio.Future[object]] = [asyncio.ensure_future(self._earlier.wait())]
        if moment < inf:
            rest = max(0.0, moment - self._clock.monotonic())
            waits.append(asyncio.ensure_future(self._clock.sleep(rest)))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waits:
                one.cancel()

    # What comes of it

    def _took(self, edges: list[Edge]) -> None:
        due = self.alarms.next_due
        if due is not None and due < self._sleeps_until:
            self._sleeps_until = due
            self._earlier.set()
        if changes := self.alarms.take_kept_changes():
            if self._writer is not None:
                self._writer.put(changes)
            for hear in self._kept_hearers:
                hear(changes)
        if edges:
            self._touched.update(edge.key.conference for edge in edges)
            self._tell(edges)
            self._tell_feeds(edges)

    def _tell_feeds(self, edges: list[Edge]) -> None:
        """Have the log, the recording and the rules of each conference hear of its alarms."""
        ahead = self._clock.wall() - self._clock.monotonic()
        for edge in edges:
            followed = self._followed.get(edge.key.conference)
            if followed is None:
                continue
            shelf = self.alarms.kept.shelves.get(edge.key)
            comment = shelf.why if edge.change is Change.SHELVED and shelf is not None else ""
            alarm = self.alarms.get(edge.key)
            told = alarm_told(edge, ahead, alarm, comment=comment)
            if told is not None:
                followed.feed.tell_after(told)

    def _tell(self, edges: list[Edge]) -> None:
        """Tell every hearer, before any of them is told of what another one does about it."""
        self._edges.append(edges)
        if self._is_telling:
            return
        self._is_telling = True
        try:
            while self._edges:
                told = self._edges.popleft()
                for hear in self._hearers:
                    hear(told)
        finally:
            self._is_telling = False
