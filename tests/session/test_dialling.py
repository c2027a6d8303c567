"""Our dial-outs end as the guide says, and are told once."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from pexdash.model.events import ParticipantCreated, ParticipantDeleted, ParticipantUpdated
from pexdash.model.participant import Participant
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.notices import Notice
from pexdash.session.feed.told import Heard
from pexdash.session.moderation.dialling import DialledCalls
from tests.manual_clock import ManualClock
from tests.session.host import hosting


async def nobody_asked(*_: object, **__: object) -> object:
    raise AssertionError("these tests place no call")


CAROL = "sip:carol@example.com"


@dataclass
class Ringing:
    """A conference in which calls of ours ring."""

    clock: ManualClock = field(default_factory=ManualClock)
    told: list[Notice] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.feed = Feed("meet.alice", self.clock)
        self.feed.watch(notify=self.told.append)
        self.calls = DialledCalls(self.feed, ask=nobody_asked)

    def rings(self, uuid: str) -> None:
        one = Participant(uuid=uuid, display_name="Carol", uri=CAROL, service_type="connecting")
        self.feed.tell(Heard([ParticipantCreated(one)]))

    def answers(self, uuid: str) -> None:
        one = Participant(uuid=uuid, display_name="Carol", uri=CAROL, service_type="conference")
        self.feed.tell(Heard([ParticipantUpdated(one)]))

    def goes(self, uuid: str) -> None:
        self.feed.tell(Heard([ParticipantDeleted(uuid)]))

    def texts(self) -> list[str]:
        return [notice.text for notice in self.told]


def test_an_answered_call_is_told() -> None:
    ringing = Ringing()
    ringing.calls.add("carol", ["a"])
    ringing.rings("a")
    assert ringing.texts() == []
    ringing.answers("a")
    assert ringing.texts() == ["carol has answered"]
    ringing.goes("a")
    assert ringing.texts() == ["carol has answered"]


def test_a_call_that_is_gone_early_was_rejected() -> None:
    ringing = Ringing()
    ringing.calls.add("carol", ["a"])
    ringing.rings("a")
    ringing.goes("a")
    assert ringing.texts() == ["carol rejected the call"]


async def test_a_call_that_is_gone_after_half_a_minute_was_not_answered() -> None:
    ringing = Ringing()
    ringing.calls.add("carol", ["a"])
    ringing.rings("a")
    await ringing.clock.advance(30)
    ringing.goes("a")
    assert ringing.texts() == ["carol did not answer"]


def test_of_a_forked_call_the_losing_branches_are_not_told() -> None:
    ringing = Ringing()
    ringing.calls.add("carol", ["a", "b", "c"])
    for uuid in ("a", "b", "c"):
        ringing.rings(uuid)
    ringing.goes("a")
    ringing.answers("b")
    ringing.goes("c")
    assert ringing.texts() == ["carol has answered"]


def test_a_call_that_rang_before_the_node_named_it_is_ours_all_the_same() -> None:
    ringing = Ringing()
    ringing.rings("a")
    ringing.calls.add("carol", ["a"])
    ringing.goes("a")
    assert ringing.texts() == ["carol rejected the call"]


async def test_a_call_that_never_showed_ends_too() -> None:
    ringing = Ringing()
    ringing.calls.add("carol", ["a"])
    await ringing.clock.advance(36)
    ringing.calls.look()
    assert ringing.texts() == ["carol did not answer"]
    assert not ringing.calls.is_ours("a")


def test_a_call_somebody_else_placed_is_told_by_its_name() -> None:
    ringing = Ringing()
    ringing.rings("x")
    ringing.goes("x")
    assert ringing.texts() == ["The call to Carol was not answered"]


async def test_dialling_sends_what_was_asked_and_follows_the_call() -> None:
    async with hosting() as host:
        body = {"destination": "reject@example.com", "protocol": "sip", "role": "guest"}
        await host.membership.dialled.dial(body)
        (asked,) = host.requests("dial")
        assert json.loads(asked.body) == body
        await host.pass_time_until(lambda: host.notices)
        assert [notice.text for notice in host.notices] == ["reject@example.com rejected the call"]
