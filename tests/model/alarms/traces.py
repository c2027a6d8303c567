"""Anything that can happen in a conference and to its alarms, as traces that can be played."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from hypothesis import strategies as st

from pexdash.model.alarms.alarm import Change
from pexdash.model.alarms.edge import Edge
from pexdash.model.alarms.expectations import Expectations
from pexdash.model.alarms.policy import RULES, RuleSettings, policy_of
from pexdash.model.alarms.rule import Scope
from pexdash.model.conference import Conference
from pexdash.model.line import LineState
from pexdash.model.participant import Role
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
