"""What holds of alarms whatever happens, and however often anybody looks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from pexdash.model.alarms.alarm import Change
from pexdash.model.alarms.edge import Edge
from pexdash.model.alarms.expectations import Expectations
from pexdash.model.alarms.keys import AlarmKey
from pexdash.model.alarms.policy import RULES, RuleSettings, policy_of
from pexdash.model.alarms.rule import Scope
from pexdash.model.conference import Conference
from pexdash.model.line import LineState
from pexdash.model.participant import Role
from pexdash.model.tally import Tally
from tests.examples import times
from tests.model.alarms.watching import BEGAN, ME, Watching, host, waiting
from tests.model.people import person

UUIDS = st.sampled_from("abcd")
OPS = st.one_of(
    st.tuples(st.sampled_from(["wait", "in", "host", "leave", "record", "hand", "mute"]), UUIDS),
    st.tuples(st.sampled_from(["lock", "unlock", "start", "unstart", "lose", "list", "end"])),
    st.tuples(st.sampled_from(["ack", "shelve", "unshelve", "list-without"]), UUIDS),
)
GAPS = st.sampled_from([0.0, 0.25, 1.0, 5.0, 11.0, 29.0, 61.0, 241.0])
TRACES = st.lists(st.tuples(GAPS, OPS), min_size=1, max_size=40)
Trace = Sequence[tuple[float, tuple[str, ...]]]
POLICY = policy_of(
    "event",
    Expectations(locked=True, record=True, people_min=2, verified=True),
    own=dict.fromkeys(("unwanted-bot", "hand-long", "lobby-crowd"), RuleSettings(enabled=True)),
)
ABOUT_PEOPLE = {rule.id for rule in RULES.values() if rule.scope is Scope.CONFERENCE}
JUDGED = ("no-admitter", "lock-expected", "record-expected", "people-low", "all-muted")
OVER = (Change.RETURNED, Change.CLEARED)


@dataclass
class Played:
    """What came of a trace.

    `steps` are the edges of each step, with whether the line was lost after it; `truths` what
    held at a time, with whether anybody could see it.
    """

    wall: Watching
    steps: list[tuple[bool, list[Edge]]] = field(default_factory=list)
    truths: list[tuple[float, bool, dict[str, bool]]] = field(default_factory=list)


def act(wall: Watching, op: tuple[str, ...]) -> list[Edge]:
    """Do one thing of a trace."""
    name, uuid = op[0], op[-1]
    is_live = wall.lines[wall.key].is_live
    people = [one for one in wall.conference.participants.values() if one.uuid != ME]
    now = BEGAN + wall.now
    if name == "lose":
        return wall.lose() if is_live else []
    if name == "list":
        return wall.relist(*people)
    if name == "list-without":
        return wall.relist(*(one for one in people if one.uuid != uuid))
    if name == "end":
        return wall.line(state=LineState.ENDED) if is_live else []
    if name == "ack":
        return wall.note(wall.alarms.acknowledge([one.key for one in wall.listed], "jo", now))
    if name == "shelve":
        keys = [one.key for one in wall.listed]
        shelve = wall.alarms.shelve
        return [
            edge for key in keys for edge in wall.note(shelve(key, "jo", "known", now + 300, now))
        ]
    if name == "unshelve":
        keys = [one.key for one in wall.listed]
        return [edge for key in keys for edge in wall.note(wall.alarms.unshelve(key, "jo", now))]
    if not is_live:
        return []
    made = {
        "wait": lambda: wall.put(waiting(uuid)),
        "in": lambda: wall.put(person(uuid)),
        "host": lambda: wall.put(host(uuid)),
        "record": lambda: wall.put(person(uuid, is_recording=True)),
        "hand": lambda: wall.put(person(uuid, buzz_time=now)),
        "mute": lambda: wall.put(person(uuid, is_muted=True)),
        "leave": lambda: wall.leave(uuid),
        "lock": lambda: wall.set(locked=True),
        "unlock": lambda: wall.set(locked=False),
        "start": lambda: wall.set(started=True),
        "unstart": lambda: wall.set(started=False),
    }
    return made[name]()


def holds(conference: Conference) -> dict[str, bool]:
    """Which conditions hold, as the table has them, counted anew from the whole roster."""
    people = [one for one in conference.participants.values() if one.uuid != ME]
    persons = [one for one in people if one.is_in and not one.is_recording]
    hosts = [one for one in persons if one.role is Role.HOST]
    waits = [one for one in people if one.is_waiting]
    records = any(one.is_recording and one.is_in for one in people)
    status = conference.status
    return {
        "no-admitter": bool(waits) and not hosts and status.started is not False,
        "lock-expected": status.locked is False and len(persons) >= 2,
        "record-expected": len(persons) >= 2 and not records,
        "people-low": len(persons) == 1,
        "all-muted": len(persons) >= 3 and all(one.is_muted for one in persons),
    }


def play(
    trace: Trace, *, step: float = 1e9, after: Callable[[Played], None] | None = None
) -> Played:
    """Play a trace on a wall that looks every `step` seconds, and at least before each event."""
    wall = Watching(host("a"), person("b"), policy=POLICY)
    played = Played(wall)
    for gap, op in (*trace, (400.0, ("list",))):
        until = wall.now + gap
        was_frozen = wall.lines[wall.key].state is LineState.LOST
        edges = []
        while wall.now + step < until:
            edges += wall.later(step)
        edges += wall.at(until)
        played.steps.append((was_frozen, edges))
        edges = act(wall, op)
        state = wall.lines[wall.key].state
        played.steps.append((state is LineState.LOST, edges))
        truth = holds(wall.conference) if state is not LineState.ENDED else {}
        is_seen = state in (LineState.LIVE, LineState.ENDED)
        played.truths.append((wall.now, is_seen, truth))
        if after is not None:
            after(played)
    return played


@given(TRACES)
@settings(max_examples=times(60), deadline=None)
def test_the_same_happens_at_the_same_times_however_often_anybody_looks(trace: Trace) -> None:
    edges = play(trace).wall.edges
    assert edges == play(trace, step=7.0).wall.edges
    assert edges == play(trace, step=0.75).wall.edges


@given(TRACES)
@settings(max_examples=times(60), deadline=None)
def test_nothing_is_raised_or_ends_while_it_is_frozen(trace: Trace) -> None:
    moving = (Change.RAISED, Change.WORSENED, Change.RETURNED)
    for is_frozen, edges in play(trace).steps:
        if is_frozen:
            people = [edge for edge in edges if edge.key.rule in ABOUT_PEOPLE]
            assert [edge for edge in people if edge.change in moving] == []


@given(TRACES)
@settings(max_examples=times(60), deadline=None)
def test_nothing_ends_before_its_condition_was_gone_for_its_delay(trace: Trace) -> None:
    played = play(trace)
    acked: set[tuple[float, AlarmKey]] = set()
    returned: set[AlarmKey] = set()
    for edge in played.wall.edges:
        if edge.change is Change.ACKED:
            acked.add((edge.at, edge.key))
        if edge.change is Change.RAISED:
            returned.discard(edge.key)
        is_end = edge.change in OVER and edge.key not in returned
        if edge.change is Change.RETURNED:
            returned.add(edge.key)
        rule = edge.key.rule
        if not is_end or rule not in JUDGED or (edge.at, edge.key) in acked:
            continue
        off = POLICY.limits[rule].off
        gone = _seconds_without(played, rule, edge.at - BEGAN)
        assert gone >= off, (rule, edge.at - BEGAN, gone)


def _seconds_without(played: Played, rule: str, until: float) -> float:
    """For how long before a time a condition did not hold while we could see it."""
    gone, end = 0.0, until
    for at, is_seen, truth in reversed(played.truths):
        if at >= until:
            # What was due then came first.
            continue
        if is_seen and truth.get(rule):
            break
        if is_seen:
            gone += end - at
        end = at
    return gone


@given(TRACES)
@settings(max_examples=times(60), deadline=None)
def test_an_acknowledged_alarm_never_rings_again_for_the_same_cause(trace: Trace) -> None:
    quiet: set[AlarmKey] = set()
    for edge in play(trace).wall.edges:
        if edge.change is Change.ACKED:
            quiet.add(edge.key)
        elif edge.change in (*OVER, Change.RAISED, Change.WORSENED):
            quiet.discard(edge.key)
        elif edge.change in (Change.BELL, Change.ANNOUNCED):
            assert edge.key not in quiet


@given(TRACES)
@settings(max_examples=times(60), deadline=None)
def test_what_is_put_aside_or_spoken_for_is_not_announced(trace: Trace) -> None:
    hidden: dict[AlarmKey, set[str]] = {}
    for edge in play(trace).wall.edges:
        why = hidden.setdefault(edge.key, set())
        match edge.change:
            case Change.SHELVED | Change.SUPPRESSED:
                why.add(edge.change.value)
            case Change.UNSHELVED:
                why.discard("shelved")
            case Change.RELEASED:
                why.discard("suppressed")
            case Change.RAISED | Change.CLEARED:
                why.clear()
            case Change.BELL | Change.ANNOUNCED:
                assert not why, edge


@given(TRACES)
@settings(max_examples=times(40), deadline=None)
def test_the_bell_rings_at_most_once_in_ten_seconds(trace: Trace) -> None:
    rang = play(trace).wall.times(Change.BELL)
    assert all(later - earlier >= 10 for earlier, later in pairwise(rang))


@given(TRACES)
@settings(max_examples=times(40), deadline=None)
def test_what_is_counted_from_changes_is_what_a_new_count_finds(trace: Trace) -> None:
    def recount(played: Played) -> None:
        wall = played.wall
        kept = wall.alarms._groups[wall.key].conference.tally
        new = Tally(wall.conference, 0.0)
        assert {kind: set(of) for kind, of in kept.members.items()} == {
            kind: set(of) for kind, of in new.members.items()
        }
        due = wall.alarms.next_due
        assert due is None or due > BEGAN + wall.now

    play(trace, after=recount)
