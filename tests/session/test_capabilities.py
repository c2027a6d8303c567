"""What the node has is learnt from its version and from what it refuses, and from nothing else."""

from __future__ import annotations

import pytest

from pexdash.api import requests
from pexdash.api.requests import Caller, Request, Scope
from pexdash.errors import Refused, TokenRefused
from pexdash.model.events import ParticipantCreated
from pexdash.model.participant import Participant, Role
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.link import LinkState
from pexdash.session.feed.told import Heard, Line, Me
from pexdash.session.moderation.capabilities import Capabilities
from tests.manual_clock import ManualClock

OF_LATER = Request("wave", "POST", Scope.PARTICIPANT, Caller.SELF, since=None)
NOT_FOUND = Refused("no", status=404, reason="Not found")


def capabilities(role: Role = Role.HOST) -> Capabilities:
    """Those of a node on a live line, with Bob beside us."""
    feed = Feed("meet.alice", ManualClock())
    feed.tell(Line(LinkState.LIVE))
    feed.tell(Me("me", role))
    feed.tell(Heard([ParticipantCreated(Participant(uuid="bob"))]))
    return Capabilities(feed)


@pytest.mark.parametrize(
    ("status", "reason", "uuid", "learnt"),
    [
        (404, "Not found", "me", False),
        (404, "Not found", "bob", True),
        (404, "", "", True),
        (405, "", "bob", True),
        (415, "", "bob", True),
        (501, "", "", True),
        (501, "no participant has that here", "bob", True),
        (405, "", "me", True),
        (204, "", "bob", True),
        (400, "Illegal value", "bob", False),
        (403, "Invalid role", "bob", False),
        (403, "", "", False),
        (404, "No such participant", "bob", False),
        (404, "Neither conference nor gateway found", "", False),
        (200, "", "", False),
    ],
)
def test_what_the_node_does_not_have_is_learnt_from_its_refusal(
    status: int, reason: str, uuid: str, learnt: bool
) -> None:
    one = capabilities()
    refusal = Refused("no", status=status, reason=reason)
    assert one.learn(OF_LATER, refusal, uuid=uuid) is learnt
    assert one.has(OF_LATER) is not learnt
    # Once is enough to tell a host.
    assert one.learn(OF_LATER, refusal, uuid=uuid) is False
    one.new_token("36")
    assert one.has(OF_LATER)


def test_no_request_of_the_guide_is_ever_taken_for_missing() -> None:
    one = capabilities()
    for request in requests.REQUESTS:
        if request.in_guide:
            assert not one.learn(request, NOT_FOUND)
            assert one.has(request)


def test_nothing_is_learnt_while_the_line_is_down() -> None:
    one = Capabilities(Feed("meet.alice", ManualClock()))
    assert not one.learn(OF_LATER, NOT_FOUND)
    assert one.has(OF_LATER)


def test_a_room_that_is_gone_teaches_nothing() -> None:
    one = capabilities()
    assert not one.learn(OF_LATER, NOT_FOUND, room="r-1")
    assert not one.learn(OF_LATER, NOT_FOUND, uuid="bob", room="r-1")
    assert one.has(OF_LATER)


@pytest.mark.parametrize("request_", [requests.AVAILABLE_LAYOUTS, requests.LAYOUT_SVGS])
def test_layouts_that_a_guest_may_not_see_are_not_there_until_a_host_asks(
    request_: Request,
) -> None:
    refusal = Refused("no", status=403, reason="Invalid role")
    host = capabilities(Role.HOST)
    assert not host.learn(request_, refusal)
    feed = Feed("meet.alice", ManualClock())
    feed.tell(Line(LinkState.LIVE))
    feed.tell(Me("me", Role.GUEST))
    guest = Capabilities(feed)
    assert not guest.learn(request_, TokenRefused("no", status=403, reason="Invalid token"))
    assert guest.learn(request_, refusal)
    assert not guest.has(request_)
    feed.tell(Me("me", Role.HOST))
    assert guest.has(request_)


@pytest.mark.parametrize(
    ("version", "has_it"), [("35", False), ("36", True), ("36.1", True), ("", True), ("x", True)]
)
def test_an_older_node_does_not_have_what_came_later(version: str, has_it: bool) -> None:
    one = capabilities()
    one.new_token(version)
    assert one.has(requests.CLIENT_MUTE) is has_it
    assert one.has(requests.CLEAR_SPOTLIGHTS)
    assert one.has(requests.LOCK)
