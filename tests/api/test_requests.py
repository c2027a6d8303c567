"""The request table is the guide's."""

from __future__ import annotations

from collections import Counter

import pytest

from pexdash.api.requests import REQUESTS, Caller, Request, Scope


def test_no_request_stands_twice() -> None:
    places = Counter((request.method, request.scope, request.name) for request in REQUESTS)
    assert places.most_common(1)[0][1] == 1


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda one: f"{one.scope.value} {one.name}")
def test_only_what_changes_nothing_may_be_repeated(request_: Request) -> None:
    assert request_.safe is (request_.method == "GET")
    assert not (request_.safe and request_.body)
    pictures = ("presentation.jpeg", "avatar.jpg")
    assert request_.safe is (
        request_.name in ("events", "participants", "conference_status", *pictures)
    )


def test_there_are_31_requests_of_the_guide_and_three_later() -> None:
    assert Counter(one.scope for one in REQUESTS) == {
        Scope.CONFERENCE: 16,
        Scope.PARTICIPANT: 15,
        Scope.CALL: 3,
    }
    assert sum(one.in_guide for one in REQUESTS) == 31


def test_guests_may_do_little() -> None:
    names = {(one.scope, one.name) for one in REQUESTS if one.caller is not Caller.HOST}
    assert names == {
        *((Scope.CONFERENCE, name) for name in ("request_token", "refresh_token", "release_token")),
        *((Scope.CONFERENCE, name) for name in ("events", "participants", "conference_status")),
        (Scope.CONFERENCE, "message"),
        (Scope.CONFERENCE, "presentation.jpeg"),
        *((Scope.PARTICIPANT, name) for name in ("disconnect", "mute", "dtmf", "calls")),
        *((Scope.PARTICIPANT, name) for name in ("buzz", "clearbuzz")),
        (Scope.PARTICIPANT, "avatar.jpg"),
        *((Scope.CALL, name) for name in ("ack", "disconnect", "dtmf")),
    }
