"""The alarms of many conferences: changes go in, and what happened to alarms comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice

from pexdash.model.alarms.alarm import Alarm
from pexdash.model.alarms.carried import Carried
from pexdash.model.alarms.edge import Counts, Edge
from pexdash.model.alarms.groups import Group
from pexdash.model.alarms.kept import Kept, KeptChange, Shelf
from pexdash.model.alarms.keys import EVERYWHERE, AlarmKey, ConferenceKey
from pexdash.model.alarms.node_alarms import NodeAlarms
from pexdash.model.alarms.nodes import NodeStatus
from pexdash.model.alarms.policy import RULES, Policy
from pexdash.model.alarms.rule import Found, Limits, Moment, Rule, Scope
from pexdash.model.alarms.telling import Telling
from pexdash.model.alarms.watched import Watched
from pexdash.model.changes import Changes
from pexdash.model.conference import Conference
from pexdash.model.line import Line, LineState
from pexdash.model.participant import Role
from pexdash.model.summary import Summary
from pexdash.model.tally import EVERYTHING, LINE

_BLIND = (LineState.JOINING, LineState.LOST, LineState.REFUSED, LineState.REMOVED)
"""Where nothing is known of the people: their alarms freeze."""


MOST_CLOCKS = 500
"""Of how many alarms of a conference it is carried for how long their conditions have held."""


class Alarms:
    """Every alarm of the conferences that are followed; see the package for how it is used.

    All times are seconds of one clock that never jumps, handed in with each call, and never less
    than before. `policy` has the rules on nodes and on this program; each conference has its own.
    `moment` writes a time of that clock as a time of day. `kept` is what an earlier run left.
    """

    def __init__(self, policy: Policy, moment: Moment, kept: Kept | None = None) -> None:
        self._policy = policy
        self._groups: dict[ConferenceKey, Group] = {}
        self._telling = Telling(
            self._groups,
            moment,
            Kept() if kept is None else kept,
            children=self._children,
            is_node_down=self._is_node_down,
        )
        self._nodes = NodeAlarms(self._telling, self._group_of, self._global)
        self.handed_on: set[ConferenceKey] = set()
        """Conferences that another program follows in our place."""

    # Conferences

    def follow(
        self,
        key: ConferenceKey,
        conference: Conference,
        line: Line,
        policy: Policy,
        now: float,
    ) -> list[Edge]:
        """Follow a conference from now on; acknowledgements of earlier runs hold for it.

        One that is followed already keeps its alarms, and what is remembered of it: another
        `conference` is the same after we have joined anew.
        """
        self._telling.begin(now)
        self.handed_on.discard(key)
        old, group = "", self._groups.get(key)
        if group is None:
            watched = Watched(key, conference, line, policy.expects, now)
            group = self._groups[key] = Group(key, policy, watched)
            self._telling.restore(group, now)
            self._group_of(ConferenceKey(key.cluster, ""), now)
            if (stale := group.get("line-stale", "")) is not None:
                watched.stale_since = stale.began
        else:
            group.policy = policy
            old = group.conference.line.node
            group.conference.move_to(conference, line, policy.expects, now)
            self._telling.end_all(group, now, but=policy.limits)
        self._nodes.count_line(group, old, now)
        self._see(group, now)
        self._judge(group, EVERYTHING, now)
        self._telling.inhibit(group, now)
        return self._telling.end()

    def unfollow(self, key: ConferenceKey, now: float) -> list[Edge]:
        """Follow a conference no longer; its alarms end."""
        self._telling.begin(now)
        group = self._groups.pop(key)
        self._telling.end_all(group, now)
        self._nodes.drop_lines(key, now)
        return self._telling.end()

    def inherit(
        self,
        key: ConferenceKey,
        alarms: Sequence[Alarm],
        kept: Kept,
        now: float,
        carried: Carried | None = None,
        since: float | None = None,
    ) -> list[Edge]:
        """Go on with the alarms of a conference that is followed, where another program was.

        Nothing is told of that; `kept` is what was acknowledged and shelved there, `carried` what
        its rules knew, and `since` when it saw the conference last.
        """
        self._telling.begin(now)
        group = self._groups[key]
        self._telling.keeping.inherit(kept)
        self._telling.inherit(group, alarms, now)
        if carried is not None:
            group.conference.resume(carried)
            self._telling.resume(group, carried.clocks, now if since is None else since)
            self._judge(group, LINE, now)
        return self._telling.end()

    def carried(self, key: ConferenceKey) -> Carried:
        """What the rules of a conference know, for who goes on with it (`inherit`)."""
        group = self._groups[key]
        clocks = (alarm.clock() for alarm in islice(group.all(), MOST_CLOCKS))
        return group.conference.carried(one for one in clocks if one is not None)

    def hand_on(self, key: ConferenceKey, now: float) -> list[Edge]:
        """Follow a conference no longer, because another program does: no alarm of it is over."""
        self._telling.begin(now)
        self.handed_on.add(key)
        group = self._groups.pop(key)
        self._telling.end_all(group, now, tells=False)
        self._telling.keeping.forget(key)
        self._nodes.drop_lines(key, now)
        return self._telling.end()

    def hand_on_nodes(self, cluster: str, now: float) -> None:
        """Know no more of a cluster's nodes, as other programs do; no alarm of one is over."""
        self._telling.begin(now)
        self._nodes.forget(cluster)
        if (group := self._groups.get(ConferenceKey(cluster, ""))) is not None:
            # What is about this program may stand in the same group.
            others = [rule.id for rule in RULES.values() if rule.scope is not Scope.NODE]
            self._telling.end_all(group, now, others, tells=False)

    def become(self, key: ConferenceKey, policy: Policy, now: float) -> list[Edge]:
        """Judge a conference by other rules from now on; alarms of rules that are off end."""
        self._telling.begin(now)
        group = self._groups[key]
        group.policy = policy
        if group.watched is not None:
            group.watched.expect(policy.expects)
        self._telling.end_all(group, now, but=policy.limits)
        self._judge(group, EVERYTHING, now)
        self._telling.inhibit(group, now)
        return self._telling.end()

    def take(self, key: ConferenceKey, changes: Changes, line: Line, now: float) -> list[Edge]:
        """Take changes that the conference has applied already, and our line as it is now."""
        self._telling.begin(now)
        group = self._groups[key]
        watched = group.conference
        old = watched.line
        touched = watched.take(changes, line, now)
        if touched & LINE:
            touched = self._take_line(group, old, touched, now)
        if touched:
            self._judge(group, touched, now)
        if touched & LINE:
            self._telling.inhibit(group, now)
        return self._telling.end()

    def summary(self, key: ConferenceKey) -> Summary:
        """What a wall shows of a conference."""
        return self._groups[key].conference.summary()

    def called(self, key: ConferenceKey, who: str) -> None:
        """We dial somebody, by the uuid or the address: an alarm tells where that fails."""
        self._groups[key].conference.memory.called(who)

    def gave_role(self, key: ConferenceKey, uuid: str) -> None:
        """We are about to give somebody another role, which is no news then."""
        self._groups[key].conference.memory.gave_role(uuid)

    def unjudged(self, key: ConferenceKey) -> tuple[str, ...]:
        """The rules in force for a conference that need a Host's token, which we do not have."""
        group = self._groups.get(key)
        if group is None or group.conference.line.role is not Role.GUEST:
            return ()
        return tuple(name for name in group.policy.limits if RULES[name].needs_host)

    # Nodes and this program

    def become_everywhere(self, policy: Policy, now: float) -> list[Edge]:
        """Judge nodes and this program by other rules from now on."""
        self._telling.begin(now)
        self._policy = policy
        for group in list(self._groups.values()):
            if group.watched is None:
                group.policy = policy
                self._telling.end_all(group, now, but=policy.limits)
        self._nodes.judge_all(now)
        return self._telling.end()

    def take_status(
        self, cluster: str, node: str, status: NodeStatus, now: float, *, is_sure: bool = False
    ) -> list[Edge]:
        """Take what a node answered when it was asked for its status, every ten seconds or so.

        `is_sure` is for a 503 that names the maintenance in words, of which one is enough.
        """
        self._telling.begin(now)
        self._nodes.take_status(cluster, node, status, now, is_sure=is_sure)
        return self._telling.end()

    def take_program(self, behind: float, disk: str, now: float) -> list[Edge]:
        """Take how many seconds this program is behind, and which file cannot be written, or "".

        `disk` are whole words, such as "recording of the wall stopped: disk full".
        """
        self._telling.begin(now)
        group = self._group_of(EVERYWHERE, now)
        for rule, limits in self._global(Scope.PROGRAM):
            if rule.id == "disk-full":
                found = Found(facts=(disk,)) if disk else None
            else:
                alarm = group.get(rule.id, "")
                is_behind = behind > (1 if alarm is not None and alarm.is_active else limits.value)
                words = f"this screen is {behind:.0f} s behind"
                measured = (behind, limits.value)
                found = Found(facts=(words,), measured=measured) if is_behind else None
            self._telling.take_one(group, rule, limits, "", found, now)
        return self._telling.end()

    # Time and people

    def advance(self, now: float) -> list[Edge]:
        """Let time pass: what was due until now happens at the time when it was due."""
        self._telling.begin(now)
        return self._telling.end()

    @property
    def next_due(self) -> float | None:
        """When `advance` has something to do, None where only a change can bring anything."""
        return self._telling.next_due

    def acknowledge(self, keys: Iterable[AlarmKey], by: str, now: float) -> list[Edge]:
        """Somebody takes note of alarms; those that are over are gone then."""
        self._telling.begin(now)
        for key in keys:
            group = self._groups.get(key.conference)
            alarm = None if group is None else group.get(key.rule, key.subject)
            if group is None or alarm is None:
                continue
            forget, is_unacked = alarm.rule.forget, alarm.is_unacked
            self._telling.acknowledge(alarm, by, now)
            if is_unacked and forget is not None and group.watched is not None:
                forget(group.watched, key.subject)
        return self._telling.end()

    def shelve(
        self, key: AlarmKey, by: str, why: str, until: float | None, now: float
    ) -> list[Edge]:
        """Put an alarm aside until a time, or until it clears (None).

        The key of `kept.whole` is for a whole conference or cluster, which needs a time. Raises
        UsageFault for longer than the 8 hours of one alarm, or the 7 days of a whole one.
        """
        self._telling.begin(now)
        self._telling.shelve(key, Shelf(by, now, until, why), now)
        return self._telling.end()

    def unshelve(self, key: AlarmKey, by: str, now: float) -> list[Edge]:
        """Take an alarm, a conference or a cluster off the shelf."""
        self._telling.begin(now)
        self._telling.unshelve(key, by, now)
        return self._telling.end()

    def adopt(self, kept: Kept, now: float) -> list[Edge]:
        """Take what is kept by now, which another wall of the same user may have changed."""
        self._telling.begin(now)
        self._telling.adopt(kept, now)
        return self._telling.end()

    @property
    def kept(self) -> Kept:
        """What a restart must not forget."""
        return self._telling.keeping.kept

    def take_kept_changes(self) -> list[KeptChange]:
        """What is to be written since the last call."""
        return self._telling.keeping.take_changes()

    # What there is

    def get(self, key: AlarmKey) -> Alarm | None:
        """An alarm that is listed, or None."""
        return self._telling.listed.get(key)

    def listed(self) -> Sequence[Alarm]:
        """Every alarm that is active or has returned, in the order in which they were raised."""
        return tuple(self._telling.listed.values())

    def listed_in(self, key: ConferenceKey) -> Sequence[Alarm]:
        """As `listed`, of one conference."""
        group = self._groups.get(key)
        return () if group is None else [one for one in group.all() if one.is_listed]

    def counts(self, now: float) -> Counts:
        """How many there are."""
        return self._telling.counts(now)

    def hear(self, rings: Callable[[str], bool]) -> None:
        """Have the bell ring only for the rules of which `rings` returns True for the id."""
        self._telling.bell.rings = rings

    def words(self, alarm: Alarm, now: float) -> str:
        """The words of an alarm at a time."""
        return alarm.text(now, self._telling.moment)

    # How it is judged

    def _take_line(self, group: Group, old: Line, touched: int, now: float) -> int:
        line = group.conference.line
        self._see(group, now)
        if old.state is not line.state or old.role is not line.role:
            touched = EVERYTHING
        if old.state is not line.state or old.node != line.node:
            self._nodes.count_line(group, old.node, now)
        return touched

    def _see(self, group: Group, now: float) -> None:
        """Freeze what is about the people where they are hidden from us, else have it go on."""
        state = group.conference.line.state
        if state in _BLIND:
            group.freeze(now)
        elif state is LineState.ENDED:
            for alarm in group.about_people():
                alarm.thaw(now)
                alarm.look(None, now)
                self._telling.step(alarm, now)

    def _judge(self, group: Group, touched: int, now: float) -> None:
        watched, alarms = group.conference, group.alarms
        state, is_guest = watched.line.state, watched.line.role is Role.GUEST
        for rule, limits in group.policy.concerned(touched):
            if rule.scope is Scope.CONFERENCE:
                if state is not LineState.LIVE:
                    continue
                if rule.needs_host and is_guest:
                    group.freeze(now, rule.id)
                    continue
            judge_one = None if touched & LINE else rule.judge_one(limits)
            if judge_one is not None:
                for move in watched.tally.moves:
                    if (move.was ^ move.now) & rule.reads:
                        found_one = judge_one(watched, limits, move.uuid)
                        self._telling.take_one(group, rule, limits, move.uuid, found_one, now)
                continue
            known = alarms.get(rule.id)
            was = known is not None and (one := known.get("")) is not None and one.is_active
            found = rule.judge(watched, limits, now, was)
            if found or known:
                self._telling.take_found(group, rule, limits, found, now)

    def _global(self, scope: Scope) -> Iterable[tuple[Rule, Limits]]:
        for name, limits in self._policy.limits.items():
            if RULES[name].scope is scope:
                yield RULES[name], limits

    def _group_of(self, key: ConferenceKey, now: float) -> Group:
        """The alarms that are about a cluster's nodes, or about this program."""
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = Group(key, self._policy, None)
            self._telling.restore(group, now)
        return group

    def _is_node_down(self, group: Group) -> bool:
        line = group.conference.line
        if line.state is not LineState.LOST:
            return False
        nodes = self._groups.get(ConferenceKey(group.key.cluster, ""))
        alarm = None if nodes is None else nodes.get("node-down", line.node)
        return alarm is not None and alarm.is_active

    def _children(self, group: Group, alarm: Alarm) -> Iterable[Group]:
        """The groups in which an alarm may speak for others."""
        if group.watched is not None:
            return (group,)
        if alarm.rule.id != "node-down":
            return ()
        lost = self._nodes.lost(group.key.cluster, alarm.key.subject)
        return [self._groups[key] for key in lost if key in self._groups]
