"""What we may send about whom: by our role, by the node's version and by what it refused."""

from __future__ import annotations

import pytest

from pexdash.api import requests
from pexdash.api.requests import Caller, Request, Scope
from pexdash.model.events import ParticipantCreated
from pexdash.model.participant import Participant, Role
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.link import LinkState
from pexdash.session.feed.told import Heard, Line, Me
from pexdash.session.moderation.action import Action, Step, Target
from pexdash.session.moderation.actions import LOCK
from pexdash.session.moderation.participant_actions import (
    DISCONNECT,
    DTMF,
    HAND,
    MUTE,
    ROLE,
    SPOTLIGHT,
)
from pexdash.session.moderation.policy import (
    GUESTS_STAY_MUTED,
    NOT_HERE,
    ONLY_HOSTS,
    ONLY_ONESELF,
    Policy,
)
from tests.eventually import eventually
from tests.manual_clock import ManualClock
from tests.session.host import WITH_PINS, hosting

OF_LATER = Request("wave", "POST", Scope.PARTICIPANT, Caller.SELF, since=None)
OF_36 = Request("nod", "POST", Scope.PARTICIPANT, Caller.HOST, since=36)
WAVE = Action(
    "wave",
    "w",
    "Wave",
    Target.PARTICIPANTS,
    (Step("Wave", OF_LATER, lambda conference, uuid: False),),
)


def policy(role: Role = Role.HOST) -> Policy:
    """The policy of a live session, with Bob beside us."""
    feed = Feed("meet.alice", ManualClock())
    feed.tell(Line(LinkState.LIVE))
    feed.tell(Me("me", role))
    feed.tell(Heard([ParticipantCreated(Participant(uuid="bob"))]))
    return Policy(feed)


@pytest.mark.parametrize("action", [MUTE, DISCONNECT, DTMF])
def test_a_guest_may_do_to_oneself_what_the_request_table_allows(action: Action) -> None:
    guest = policy(Role.GUEST)
    assert guest.refusal(action, ["me"]) == guest.refusal(action, ["bob", "me"]) == ""
    assert guest.refusal(action, ["bob"]) == guest.refusal(action) == ONLY_HOSTS


@pytest.mark.parametrize("action", [SPOTLIGHT, ROLE, LOCK])
def test_what_is_a_host_s_alone_is_refused_to_a_guest_even_for_oneself(action: Action) -> None:
    assert policy(Role.GUEST).refusal(action, ["me"]) == ONLY_HOSTS
    assert policy(Role.UNKNOWN).refusal(action, ["me"]) == ""


@pytest.mark.parametrize("marked_too", [[], ["me"]])
@pytest.mark.parametrize("action", [MUTE, HAND, ROLE])
def test_a_refusal_takes_no_longer_for_a_thousand_people(
    action: Action, marked_too: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    denial = Policy.denial

    def counted(self: Policy, request: Request, uuid: str) -> str:
        asked.append((request, uuid))
        return denial(self, request, uuid)

    guest = policy(Role.GUEST)
    expected = guest.refusal(action, ["bob", *marked_too])
    monkeypatch.setattr(Policy, "denial", counted)
    people = [f"uuid-{number}" for number in range(1000)]
    assert guest.refusal(action, people + marked_too) == expected
    assert len(asked) <= 2 * len(action.requests)


@pytest.mark.parametrize("role", [Role.HOST, Role.GUEST, Role.UNKNOWN])
def test_what_people_do_for_themselves_nobody_does_for_them(role: Role) -> None:
    assert policy(role).refusal(WAVE, ["me"]) == ""
    assert policy(role).refusal(WAVE, ["bob"]) == ONLY_ONESELF


@pytest.mark.parametrize(
    ("version", "refused"),
    [("35", True), ("36", False), ("36.1", False), ("", False), ("x", False)],
)
def test_an_older_node_is_not_asked_for_what_came_later(version: str, refused: bool) -> None:
    one = policy()
    one.capabilities.new_token(version)
    assert (one.denial(OF_36, "bob") == NOT_HERE) is refused
    assert one.denial(OF_LATER, "me") == ""


def test_every_node_is_asked_for_what_the_guide_has() -> None:
    one = policy()
    # The version of the guide's own example of a token.
    one.capabilities.new_token("10")
    assert not [
        request for request in requests.REQUESTS if request.in_guide and one.denial(request, "me")
    ]


async def test_a_guest_s_plan_leaves_out_who_may_not_be_acted_on() -> None:
    async with hosting(WITH_PINS, pin="99") as host:
        bob = await host.someone("Bob")
        moderation = host.membership.moderation
        host.conference.update(host.me, mute_supported="YES")
        await eventually(lambda: host.shown(host.me).mute_supported)
        plan = moderation.plan(MUTE, [bob.uuid, host.me])
        assert [order.uuid for order in plan.orders] == [host.me]
        assert plan.remarks == (f"Mute: {ONLY_HOSTS}",)
        await moderation.carry_out(plan)
        await eventually(lambda: host.shown(host.me).is_muted)
        assert moderation.planner.direction(MUTE, [host.me]).title == "Unmute"
        assert not moderation.planner.applies(MUTE, [host.me])
        assert moderation.plan(MUTE, [host.me]).orders == ()
        assert moderation.plan(MUTE, [host.me]).remarks == (f"Unmute: {GUESTS_STAY_MUTED}",)
        assert [one.path.split("/")[-2:] for one in host.requests("mute")] == [[host.me, "mute"]]
        # Where the conference lets Guests unmute, that is sent; this one still refuses it.
        host.conference.publish("conference_update", {"guests_can_unmute": True})
        await eventually(lambda: moderation.planner.applies(MUTE, [host.me]))
        await moderation.carry_out(moderation.plan(MUTE, [host.me]))
        assert host.said == ["Unmute Alice: Invalid role"]
        assert host.shown(host.me).is_muted


async def test_what_the_node_lacks_is_tried_once_a_token() -> None:
    async with hosting() as host:
        bob = await host.someone("Bob")
        moderation = host.membership.moderation
        wave = Action(
            "wave",
            "w",
            "Wave",
            Target.PARTICIPANTS,
            (Step("Wave", OF_LATER._replace(caller=Caller.HOST), lambda _, __: False),),
        )
        await moderation.carry_out(moderation.plan(wave, [bob.uuid]))
        assert host.count("wave") == 1
        assert host.membership.policy.refusal(wave, [bob.uuid]) == NOT_HERE
        assert moderation.plan(wave, [bob.uuid]).orders == ()
        assert not moderation.planner.applies(wave, [bob.uuid])


async def test_the_version_is_that_of_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pexdash.node.token_requests.VERSION", {"version_id": "35.1"})
    async with hosting() as host:
        assert host.membership.policy.denial(OF_36, host.me) == NOT_HERE
        assert host.membership.policy.refusal(LOCK) == ""
