"""The properties of a conference as nodes send them."""

from __future__ import annotations

import pytest

from pexdash.api.status import _READINGS, status_of
from pexdash.errors import BadAnswer
from pexdash.model.status import Classification, ClockFace, ConferenceStatus


def test_every_property_of_the_model_is_read() -> None:
    assert tuple(_READINGS) == ConferenceStatus.__struct_fields__


def test_what_a_node_of_today_sends() -> None:
    sent = {
        "locked": False,
        "guests_muted": True,
        "started": True,
        "all_muted": False,
        "guests_can_unmute": None,
        "presentation_allowed": True,
        "breakout_rooms": False,
        "live_captions_available": True,
        "classification": {"levels": {"0": "open", "2": "secret"}, "current": 2},
        "message_text": "Be back\nat ten",
        "pinning_config": "",
        "something_new": 1,
    }
    assert status_of(sent) == ConferenceStatus(
        locked=False,
        guests_muted=True,
        started=True,
        presentation_allowed=True,
        live_captions_available=True,
        classification=Classification({0: "open", 2: "secret"}, 2),
        message_text="Be back\nat ten",
        pinning_config="",
    )


def test_no_banner_is_something_else_than_a_banner_never_told() -> None:
    assert status_of({"message_text": None}).message_text == ""
    assert status_of({}).message_text is None


def test_no_clock_is_something_else_than_a_clock_never_told() -> None:
    assert status_of({"clock": None}).clock == ClockFace()
    assert status_of({"clock": "nine"}).clock is None
    assert status_of({}).clock is None


@pytest.mark.parametrize(
    ("sent", "classification"),
    [
        (None, None),
        ("secret", None),
        ({}, Classification()),
        ({"levels": {"x": "a", "-1": "b", "1": "c", "²": "d"}}, Classification({1: "c"})),
        ({"levels": {"1" * 5000: "a"}, "current": "1" * 5000}, Classification()),
        ({"levels": ["a"], "current": True}, Classification()),
        ({"levels": {"1": 5}, "current": 1.5}, Classification({1: ""})),
    ],
)
def test_classifications(sent: object, classification: Classification | None) -> None:
    assert status_of({"classification": sent}).classification == classification


def test_of_levels_without_end_some_are_kept() -> None:
    levels = {str(number): "x" for number in range(5000)}
    told = status_of({"classification": {"levels": levels}}).classification
    assert told is not None
    assert len(told.levels) == 100


@pytest.mark.parametrize("sent", [None, [], "locked", 5])
def test_what_is_no_object_is_a_bad_answer(sent: object) -> None:
    with pytest.raises(BadAnswer):
        status_of(sent)
