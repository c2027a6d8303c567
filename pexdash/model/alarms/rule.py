"""What a rule is: when it is looked at, what it finds, and what it says of that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum, auto

from msgspec import Struct

from pexdash.model.alarms.expectations import Expectations
from pexdash.model.alarms.keys import Severity
from pexdash.model.alarms.watched import Watched


class Scope(Enum):
    """What a rule is about, which decides when it can be judged."""

    CONFERENCE = auto()
    """The people and the meeting, of whom nothing is known while the line is not live."""
    LINE = auto()
    NODE = auto()
    PROGRAM = auto()


class Found(Struct, frozen=True):
    """What a rule has found; times are seconds of the handed clock.

    `since` is what the age that is shown counts from, and `holds` from when on the condition holds,
    which may lie ahead; None where the rule does not know, and the moment of looking counts. From
    `until` on it holds no more. `person` is the uuid of the participant it is about. `facts` are
    what the words are made of. `severity` overrules that of the rule. `measured` is the number that
    the rule has compared, and the one that it allows; None where a time counts, or nothing.
    """

    subject: str = ""
    since: float | None = None
    holds: float | None = None
    until: float | None = None
    person: str = ""
    facts: tuple[object, ...] = ()
    severity: Severity | None = None
    measured: tuple[float, float] | None = None


class Limits(Struct, frozen=True, kw_only=True):
    """The numbers of a rule in force: delays in seconds, and the first number of its condition.

    A warning becomes critical `critical_after` seconds after its condition began to hold, or after
    the wait began where the rule is about a wait. `is_named` is True where the settings enable the
    rule by its name.
    """

    severity: Severity
    on: float
    off: float
    value: float
    critical_after: float | None = None
    is_named: bool = False


Judge = Callable[[Watched, Limits, float, bool], Found | Sequence[Found] | None]
"""Judges a conference at a time; True where the condition held before, for a deadband."""

JudgeOne = Callable[[Watched, Limits, str], Found | None]
"""Judges one participant, by the uuid."""

Moment = Callable[[float], str]
"""Writes a moment of the handed clock as a time of day."""

Words = Callable[[Found, float, float, Moment], str]
"""Words for what was found, with the time since when it holds and the present one."""


def nothing(watched: Watched, limits: Limits, now: float, was: bool) -> None:
    """Judges nothing: what is not about a conference is found elsewhere."""


class Rule(Struct, frozen=True, kw_only=True):
    """One row of the table of rules.

    `reads` is what has to change, in bits of the tally, for the rule to be judged anew. Where
    `judge_one` returns something for the limits, what `judge` finds of a participant hangs on
    nobody else, and only those of whom it changed are judged anew. The rule is on
    where it `is_default`, or where the expectations have what `is_set` asks for. `critical_after`
    of a rule that `waits` counts from the beginning of the wait. One that `is_latched` stays until
    it is acknowledged; one that `ends_by_ack` is over then, and `forget` takes what was remembered
    of a subject. `needs_host` rules cannot be judged with a Guest's token, which shows no address.
    `advice` is what to do, in words, and `action` its id in the table of actions, "" for nothing
    that we could do. `fact_times` are the places in the facts that are times of the handed clock.
    """

    id: str
    severity: Severity
    words: Words
    on: float
    off: float
    judge: Judge = nothing
    judge_one: Callable[[Limits], JudgeOne | None] = lambda limits: None
    reads: int = 0
    value: float = 0.0
    critical_after: float | None = None
    is_default: bool = False
    is_set: Callable[[Expectations], bool] | None = None
    scope: Scope = Scope.CONFERENCE
    waits: bool = False
    is_latched: bool = False
    ends_by_ack: bool = False
    needs_host: bool = False
    forget: Callable[[Watched, str], None] | None = None
    advice: str = ""
    action: str = ""
    fact_times: tuple[int, ...] = ()


def told_as_found(found: Found, since: float, now: float, moment: Moment) -> str:
    """The words that the rule wrote where it found it: they hold no age."""
    return str(found.facts[0])


def clock_words(seconds: float) -> str:
    """A duration as minutes and seconds, with hours from one on."""
    whole = max(0, int(seconds))
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02}"
    return f"{whole // 3600}:{whole % 3600 // 60:02}:{whole % 60:02}"


def minutes_words(seconds: float) -> str:
    """A duration in whole minutes, in hours from two on."""
    minutes = max(0, int(seconds)) // 60
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"
