"""What a case of the table of rules is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from pexdash.model.alarms.expectations import Expectations
from pexdash.model.alarms.keys import Severity
from pexdash.model.alarms.policy import RULES, RuleSettings, policy_of
from pexdash.model.events import (
    BreakoutHeard,
    ConferenceUpdated,
    Speaker,
    StageUpdated,
)
from pexdash.model.participant import Participant
from pexdash.model.status import ConferenceStatus, CryForHelp
from tests.model.alarms.watching import Watching, host, ringing
from tests.model.people import person

C, W, INFO = Severity.CRITICAL, Severity.WARNING, Severity.INFO
ROOM7 = "room7@example.com"
ANN, BOB, CHEN = host("ann", "Ann"), person("bob", "Bob"), person("chen", "Chen")
Do = Callable[[Watching], object]


@dataclass(frozen=True)
class Case:
    """What begins a condition and what ends it, each at once; seconds from then on."""

    rule: str
    begin: Do
    raised: float
    severity: Severity
    words: str
    end: Do
    over: float
    people: tuple[Participant, ...] = (ANN,)
    subject: str = ""
    expects: Expectations = field(default_factory=Expectations)


def watched(case: Case) -> Watching:
    """The conference of a case at second 100, with its rule in force and no other."""
    only = {name: RuleSettings(enabled=name == case.rule) for name in RULES}
    if case.rule == "dial-failed":
        only["dial-failed"] = RuleSettings()
    wall = Watching(*case.people, policy=policy_of("noc", case.expects, own=only))
    wall.tell(StageUpdated((Speaker("ann", 0, 40),)))
    wall.at(100)
    return wall


def many(count: int, first: int = 0, **fields: object) -> tuple[Participant, ...]:
    """Guests, each with a number for a name."""
    return tuple(person(f"p{at}", f"P{at}", **fields) for at in range(first, first + count))


def put(*people: Participant) -> Do:
    return lambda wall: wall.put(*people)


def leave(*uuids: str) -> Do:
    return lambda wall: wall.leave(*uuids)


def status(**fields: object) -> Do:
    return lambda wall: wall.set(**fields)


def line(**fields: object) -> Do:
    return lambda wall: wall.line(**fields)


def stage(uuid: str = "", vad: int = 50) -> Do:
    speakers = (Speaker(uuid, 0, vad),) if uuid else ()
    return lambda wall: wall.tell(StageUpdated(speakers))


def room(*, asks: bool) -> Do:
    sent = ConferenceStatus(breakout_name="B", breakoutbuzz=CryForHelp(asks))
    return lambda wall: wall.tell(BreakoutHeard("room-b", ConferenceUpdated(sent)))


def both(*doings: Do) -> Do:
    return lambda wall: [do(wall) for do in doings]


def fail_to_dial(wall: Watching) -> None:
    """A call that rings for 30 s, and is given up."""
    wall.alarms.called(wall.key, ROOM7)
    wall.put(ringing("r7", uri=ROOM7))
    wall.later(30)
    wall.leave("r7")


def flap(wall: Watching) -> None:
    """Somebody who joins three times within a minute."""
    for again in range(3):
        wall.put(person(f"site{again}", "Site", uri=ROOM7))
        if again < 2:
            wall.later(20)
            wall.leave(f"site{again}")
