"""Each rule raises its alarm at the second that the table says, in its words, and ends it so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec
import pytest

from pexdash.model.alarms.expectations import Expectations
from pexdash.model.alarms.keys import Severity
from pexdash.model.alarms.policy import RULES, RuleSettings, policy_of
from pexdash.model.alarms.rule import Scope
from pexdash.model.events import (
    BreakoutHeard,
    ConferenceUpdated,
    PresentationStarted,
    PresentationStopped,
    Speaker,
    StageUpdated,
)
from pexdash.model.line import LineState
from pexdash.model.participant import Participant, Role
from pexdash.model.status import Classification, ConferenceStatus, CryForHelp
from tests.model.alarms.watching import BEGAN, Watching, host, ringing, waiting
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


LEVELS = {0: "OPEN", 1: "SECRET"}
CASES = [
    Case(
        "line-stale",
        lambda wall: wall.lose(),
        30,
        W,
        "line stale 0:30, last data +100",
        lambda wall: wall.relist(ANN),
        10,
    ),
    Case(
        "refused",
        line(state=LineState.REFUSED, why="Invalid PIN"),
        0,
        W,
        "cannot watch: Invalid PIN",
        lambda wall: wall.relist(ANN),
        0,
    ),
    Case(
        "removed",
        line(state=LineState.REMOVED, why="Disconnected by another participant"),
        0,
        W,
        "wall was removed: Disconnected by another participant",
        lambda wall: wall.acknowledge("removed"),
        0,
    ),
    Case(
        "demoted",
        line(role=Role.GUEST),
        5,
        W,
        "wall is a Guest now: addresses hidden, no actions",
        line(role=Role.HOST),
        5,
    ),
    Case(
        "self-waiting",
        line(service_type="waiting_room"),
        60,
        W,
        "wall waits to be let in; roster unknown",
        line(service_type="conference"),
        5,
    ),
    Case(
        "token-at-risk",
        line(token_ends=BEGAN + 160, token_life=120.0),
        30,
        INFO,
        "token ends in 30 s",
        line(token_ends=None),
        5,
    ),
    Case(
        "clock-skew",
        line(node_ahead=47.0),
        0,
        INFO,
        "node clock 47 s ahead of ours",
        line(node_ahead=-19.0),
        0,
    ),
    Case(
        "waiting",
        put(waiting("w", "Wendy Weber", uri="sip:wendy@partner.example")),
        60,
        W,
        "1 waits, longest 1:00 Wendy Weber partner.example",
        leave("w"),
        10,
    ),
    Case(
        "no-admitter",
        put(waiting("w", "Wendy"), waiting("x", "Xaver")),
        30,
        C,
        "2 wait, only we can admit them",
        put(host("ann", "Ann")),
        5,
        people=(BOB,),
    ),
    Case(
        "lobby-crowd",
        put(*(waiting(f"w{at}") for at in range(14))),
        30,
        W,
        "14 wait",
        leave(*(f"w{at}" for at in range(8))),
        30,
    ),
    Case(
        "gave-up",
        both(put(*(waiting(f"w{at}") for at in range(4))), leave("w0", "w1", "w2", "w3")),
        0,
        INFO,
        "4 gave up waiting in 10 min",
        lambda wall: None,
        600,
    ),
    Case(
        "host-missing",
        leave("ann"),
        10,
        C,
        "last Host left 0:10 ago; node ends it 60 s after (default)",
        put(host("ann", "Ann")),
        5,
        people=(ANN, BOB),
    ),
    Case(
        "not-started",
        both(status(started=False), put(*(waiting(f"w{at}") for at in range(4)))),
        300,
        W,
        "not started, 4 Guests wait 5:00 (node drops at 15:00, default)",
        status(started=True),
        5,
        people=(),
    ),
    Case(
        "role-change",
        put(host("bob", "Bob")),
        0,
        INFO,
        "Bob became Host",
        lambda wall: None,
        900,
        people=(ANN, BOB),
        subject="bob",
    ),
    Case(
        "sudden-loss",
        leave(*(f"p{at}" for at in range(8))),
        5,
        W,
        "8 of 24 left within 1 s",
        put(*many(6, 30)),
        0,
        people=(ANN, *many(23)),
    ),
    Case(
        "participant-flaps",
        flap,
        0,
        W,
        "Site joined 3 x in 5 min",
        lambda wall: None,
        600,
        subject=ROOM7,
    ),
    Case(
        "dial-failed",
        fail_to_dial,
        0,
        W,
        f"{ROOM7} did not answer (30 s)",
        put(person("r8", uri=f"sip:{ROOM7}")),
        0,
        subject=ROOM7,
    ),
    Case(
        "required-missing",
        leave("r7"),
        60,
        C,
        f"required {ROOM7} missing 1:00",
        put(person("r7", uri=f"sip:{ROOM7}")),
        10,
        people=(ANN, person("r7", uri=ROOM7)),
        subject=ROOM7,
        expects=Expectations(required=(ROOM7,)),
    ),
    Case(
        "people-low",
        leave("p0", "p1"),
        60,
        W,
        "6 in, at least 8 expected",
        put(*many(2, 20)),
        60,
        people=(ANN, *many(7)),
        expects=Expectations(people_min=8),
    ),
    Case(
        "people-high",
        put(*many(3, 40)),
        60,
        W,
        "41 in, at most 40 expected",
        leave("p0", "p1", "p2", "p3"),
        60,
        people=(ANN, *many(37)),
        expects=Expectations(people_max=40),
    ),
    Case(
        "one-left",
        leave("bob"),
        1800,
        INFO,
        "Ann alone 30 min",
        put(BOB),
        10,
        people=(ANN, BOB),
    ),
    Case("empty-alive", leave("ann"), 900, INFO, "empty 15 min", put(ANN), 10),
    Case("long-meeting", put(BOB), 43_200, INFO, "12 h", leave("bob"), 0, people=()),
    Case(
        "transfer-stuck",
        put(person("bob", "Bob", is_transferring=True)),
        20,
        INFO,
        "Bob is still being transferred",
        put(BOB),
        5,
        people=(ANN, BOB),
        subject="bob",
    ),
    Case(
        "on-hold",
        put(person("r7", "Room 7", uri=ROOM7, is_on_hold=True)),
        120,
        INFO,
        "Room 7 on hold 2:00",
        put(person("r7", "Room 7", uri=ROOM7)),
        5,
        people=(ANN, person("r7", "Room 7", uri=ROOM7)),
        subject="r7",
        expects=Expectations(required=(ROOM7,)),
    ),
    Case(
        "recording-gone",
        leave("rec"),
        5,
        C,
        "recording ended while 2 are in",
        put(person("rec", "Recorder", is_recording=True)),
        0,
        people=(ANN, BOB, person("rec", "Recorder", is_recording=True)),
    ),
    Case(
        "record-expected",
        put(BOB),
        60,
        C,
        "not being recorded",
        status(recording=True),
        5,
        expects=Expectations(record=True),
    ),
    Case(
        "lock-expected",
        both(status(locked=False), put(BOB)),
        60,
        W,
        "should be locked",
        status(locked=True),
        5,
        expects=Expectations(locked=True),
    ),
    Case(
        "unencrypted",
        put(person("t", "+49 30 1", uri="+49301", encryption="Off"), person("u", encryption="Off")),
        10,
        W,
        "2 unencrypted: +49301 …",
        leave("t", "u"),
        10,
    ),
    Case(
        "outsider-locked",
        both(status(locked=True), put(person("eve", "Eve", uri="eve@evil.example"))),
        5,
        W,
        "evil.example came into a locked meeting",
        leave("eve"),
        0,
        subject="eve",
        expects=Expectations(home_domains=("example.com",)),
    ),
    Case(
        "unverified",
        put(person("t", "Tim", is_idp_authenticated=False)),
        10,
        W,
        "1 not verified: Tim",
        put(person("t", "Tim", is_idp_authenticated=True)),
        5,
        people=(host("ann", is_idp_authenticated=True),),
        expects=Expectations(verified=True),
    ),
    Case(
        "unwanted-bot",
        put(person("bot", is_transcribing=True)),
        0,
        C,
        "transcription began",
        leave("bot"),
        0,
    ),
    Case(
        "classification-low",
        status(classification=Classification(LEVELS, 0)),
        5,
        W,
        "secret wanted, OPEN shown",
        status(classification=Classification(LEVELS, 1)),
        5,
        expects=Expectations(classification="secret"),
    ),
    Case(
        "silence",
        stage(),
        120,
        INFO,
        "silent 2:00, 3 open microphones",
        stage("ann"),
        2,
        people=(ANN, BOB, CHEN),
    ),
    Case(
        "all-muted",
        put(*(msgspec.structs.replace(one, is_muted=True) for one in (ANN, BOB, CHEN))),
        120,
        INFO,
        "all 3 muted",
        put(ANN),
        5,
        people=(ANN, BOB, CHEN),
    ),
    Case(
        "talks-muted",
        stage("bob"),
        5,
        INFO,
        "Bob talks while muted",
        stage("bob", 0),
        10,
        people=(ANN, person("bob", "Bob", is_muted=True)),
        subject="bob",
    ),
    Case(
        "no-picture",
        put(host("ann", "Ann", is_video_silent=True)),
        30,
        W,
        "no picture from Ann",
        put(ANN),
        10,
        subject="ann",
    ),
    Case(
        "presenter-lost",
        both(lambda wall: wall.tell(PresentationStarted("Bob", "", "bob")), leave("bob")),
        15,
        W,
        "presentation of somebody who left",
        lambda wall: wall.tell(PresentationStopped()),
        5,
        people=(ANN, BOB),
    ),
    Case(
        "hand-long",
        put(person("eli", "Eli", buzz_time=BEGAN + 100)),
        120,
        INFO,
        "hand up 2:00 Eli",
        put(person("eli", "Eli")),
        2,
        subject="eli",
    ),
    Case(
        "help-asked",
        room(asks=True),
        10,
        W,
        "room B asks for help",
        room(asks=False),
        2,
        subject="room-b",
    ),
]


def watched(case: Case) -> Watching:
    """The conference of a case at second 100, with its rule in force and no other."""
    only = {name: RuleSettings(enabled=name == case.rule) for name in RULES}
    if case.rule == "dial-failed":
        only["dial-failed"] = RuleSettings()
    wall = Watching(*case.people, policy=policy_of("noc", case.expects, own=only))
    wall.tell(StageUpdated((Speaker("ann", 0, 40),)))
    wall.at(100)
    return wall


@pytest.mark.parametrize("case", CASES, ids=[case.rule for case in CASES])
def test_a_rule_raises_and_ends_its_alarm_at_the_second_of_the_table(case: Case) -> None:
    wall = watched(case)
    case.begin(wall)
    began = wall.now
    if case.raised:
        wall.at(began + case.raised - 0.25)
        assert wall.raised(case.rule) == []
    wall.at(began + case.raised)
    assert wall.raised(case.rule) == [began + case.raised]
    assert wall.one(case.rule, case.subject).severity is case.severity
    assert wall.words(case.rule, case.subject) == case.words
    ended = began + case.raised
    if case.over < 300:
        # What ages out by itself counts from its beginning.
        ended += 7
        wall.at(ended)
        case.end(wall)
    else:
        ended = began
    if case.over:
        wall.at(ended + case.over - 0.25)
        assert wall.over(case.rule) == []
    wall.at(ended + case.over)
    assert wall.over(case.rule) == [ended + case.over]


def test_every_rule_on_a_conference_or_its_line_has_a_case() -> None:
    about = {rule.id for rule in RULES.values() if rule.scope in (Scope.CONFERENCE, Scope.LINE)}
    assert {case.rule for case in CASES} == about


@pytest.mark.parametrize(
    ("rule", "second"), [("line-stale", 300), ("waiting", 300), ("not-started", 780)]
)
def test_a_warning_becomes_critical_at_the_second_of_the_table(rule: str, second: float) -> None:
    (case,) = (one for one in CASES if one.rule == rule)
    wall = watched(case)
    case.begin(wall)
    wall.at(100 + second - 0.25)
    assert wall.one(rule).severity is W
    wall.at(100 + second)
    assert wall.one(rule).severity is C
