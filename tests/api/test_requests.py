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
    assert not (request_.query and request_.body)
    assert request_.safe or request_.name not in QUESTIONS
    if request_.safe:
        assert request_.name in QUESTIONS


QUESTIONS = {
    "status",
    "events",
    "participants",
    "conference_status",
    "presentation.jpeg",
    "presentation_high.jpeg",
    "presentation.png",
    "avatar.jpg",
    "available_layouts",
    "layout_svgs",
    "get_classification_level",
    "get_message_text",
    "available_pinning_configs",
    "get_pinning_config",
    "get_clock",
    "get_properties",
    "get_attestation",
    "layout",
}


def test_there_are_31_requests_of_the_guide_and_61_later() -> None:
    assert Counter((one.scope, one.in_guide) for one in REQUESTS) == {
        (Scope.CONFERENCE, True): 15,
        (Scope.CONFERENCE, False): 31,
        (Scope.MIX, False): 2,
        (Scope.PARTICIPANT, True): 13,
        (Scope.PARTICIPANT, False): 27,
        (Scope.CALL, True): 3,
        (Scope.NODE, False): 1,
    }


def test_versions_are_those_that_are_known() -> None:
    later = {one.name: one.since for one in REQUESTS if not one.in_guide and one.since}
    assert later == {
        "set_guests_can_unmute": 36,
        "client_mute": 36,
        "client_unmute": 36,
        "video_mixes/create": 39,
        "video_mixes/configure": 39,
        "video_mixes/delete": 39,
    }


def test_of_what_came_later_these_are_a_host_s() -> None:
    assert {one.name for one in REQUESTS if not one.in_guide and one.caller is Caller.HOST} == {
        *("clearallbuzz", "clearspotlights", "transform_layout", "override_layout"),
        *("set_guests_can_unmute", "set_guests_can_present", "set_guests_can_see_guests"),
        *("silent_video_detection", "set_classification_level", "set_message_text", "set_clock"),
        *("available_pinning_configs", "get_pinning_config", "set_pinning_config"),
        *("breakouts", "breakouts/message", "breakouts/disconnect", "breakouts/empty"),
        *("participants/breakout", "request_guest_token"),
        *("tx_mute", "tx_unmute", "fecc", "overlaytext", "hold", "resume", "studiosound"),
        "layout_group",
    }


def test_guests_may_do_little_of_what_the_guide_has() -> None:
    guide = [one for one in REQUESTS if one.in_guide]
    names = {(one.scope, one.name) for one in guide if one.caller is not Caller.HOST}
    assert names == {
        *((Scope.CONFERENCE, name) for name in ("request_token", "refresh_token", "release_token")),
        *((Scope.CONFERENCE, name) for name in ("events", "participants", "conference_status")),
        (Scope.CONFERENCE, "message"),
        (Scope.CONFERENCE, "presentation.jpeg"),
        *((Scope.PARTICIPANT, name) for name in ("disconnect", "mute", "unmute", "dtmf", "calls")),
        (Scope.PARTICIPANT, "avatar.jpg"),
        *((Scope.CALL, name) for name in ("ack", "disconnect", "dtmf")),
    }
