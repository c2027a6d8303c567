"""The table of actions, and when one may be carried out."""

from __future__ import annotations

import pytest

from pexdash.api.request_fields import flaw_of
from pexdash.api.requests import REQUESTS, Caller, Scope
from pexdash.model.participant import Role
from pexdash.secret import Secret
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.link import LinkState
from pexdash.session.feed.told import Line, Me
from pexdash.session.moderation.action import Action, Place, Risk, Target
from pexdash.session.moderation.actions import ACTIONS, BY_ID
from pexdash.session.moderation.participant_actions import dtmf_step, transfer_step
from pexdash.session.moderation.policy import READ_ONLY, Policy
from pexdash.ui.commands.actions import CHAT, DETAILS, actions_at
from tests.manual_clock import ManualClock
from tests.session.host import hosting

ASKING = {
    *("transfer", "dtmf", "dial", "name-on-picture", "direct-message", "far-camera", "layout"),
    *("personal-layout", "audio-mix", "audio-mixes", "layout-group", "aspect-ratio"),
}
# A picture of one person's own is a mix of the conference.
OF_MIXES = {"personal-layout": {Scope.CONFERENCE, Scope.MIX}}


@pytest.mark.parametrize("action", ACTIONS, ids=lambda one: one.id)
def test_a_row_holds_together(action: Action) -> None:
    assert action.title
    assert action.id == action.id.lower().strip()
    assert bool(action.steps) is not (action.id in ASKING)
    assert bool(action.opens) is bool(action.sends) is (action.id in ASKING)
    assert len(action.steps) <= 2
    scope = Scope.CONFERENCE if action.target is Target.CONFERENCE else Scope.PARTICIPANT
    assert action.requests
    assert action.acts
    for request in action.requests:
        assert request in REQUESTS
        assert request.scope in OF_MIXES.get(action.id, {scope})
    for step in action.steps:
        fields = {field.name: field for field in step.request.body}
        for name, value in (step.body or {}).items():
            assert not flaw_of(fields[name], value)
        assert {one.name for one in fields.values() if one.required} <= set(step.body or {})


def test_what_disrupts_is_a_capital_and_asks() -> None:
    harmless = ("start",)
    for action in ACTIONS:
        if action.id in ASKING:
            continue
        if not action.key:
            assert action.risk is Risk.NONE
            continue
        small = action.key.islower()
        assert (
            small or action.risk is not Risk.NONE or len(action.steps) == 2 or action.id in harmless
        )
        assert not (small and action.risk in (Risk.ASK, Risk.TYPED))
    assert BY_ID["disconnect"].risk is Risk.ASK
    assert BY_ID["disconnect-all"].risk is Risk.TYPED


def test_no_host_action_is_on_a_chord() -> None:
    assert not [one.id for one in ACTIONS if "+" in one.key]


@pytest.mark.parametrize("action", actions_at(Place.CONFERENCE), ids=lambda one: one.id)
def test_when_an_action_is_refused_and_in_which_words(action: Action) -> None:
    def words(
        role: Role = Role.HOST, line: LinkState = LinkState.LIVE, read_only: bool = False
    ) -> str:
        feed = Feed("meet.alice", ManualClock())
        feed.tell(Line(line))
        feed.tell(Me("me", role))
        return Policy(feed, forbids=READ_ONLY if read_only else "").refusal(action, [whom])

    of_ourselves = {request.caller for request in action.requests} == {Caller.SELF}
    whom = "me" if of_ourselves else "bob"
    assert words() == words(Role.UNKNOWN) == ""
    for_guests = {"chat", "media-call", "captions", "direct-message", "personal-layout"}
    for_guests |= {"room-help", "leave-room"}
    of_guests = action.id in for_guests or of_ourselves
    sends = action.target is not Target.SCREEN or of_guests
    assert words(read_only=True) == ("This session is read-only" if sends else "")
    offline = "Not connected to the node, nothing was sent"
    for line in set(LinkState) - {LinkState.LIVE}:
        assert words(line=line) == (offline if sends else "")
    guest = "Only a Host can do this, and you are a Guest"
    assert words(Role.GUEST) == (guest if sends and not of_guests else "")


async def test_a_session_refuses_by_its_own_state() -> None:
    async with hosting(read_only=True) as host:
        assert all(host.membership.policy.refusal(action) for action in ACTIONS)
        assert host.membership.policy.refusal(CHAT)
        assert not host.membership.policy.refusal(DETAILS)


def test_a_transfer_and_digits_are_the_guide_s() -> None:
    assert transfer_step("meet.bob", "guest").body == {
        "role": "guest",
        "conference_alias": "meet.bob",
    }
    assert transfer_step("meet.bob", "chair", Secret("12")).body == {
        "role": "chair",
        "conference_alias": "meet.bob",
        "pin": "12",
    }
    assert dtmf_step("1#").body == {"digits": "1#"}
    assert "1#" not in dtmf_step("1#").title
