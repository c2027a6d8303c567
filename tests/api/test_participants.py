"""The participant list of a `participants` answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pexdash.api.participants import participants_of, uuid_of
from pexdash.errors import BadAnswer
from pexdash.model.participant import Participant


def test_entries_that_are_no_participants_cost_no_others() -> None:
    entries: list[object] = [
        {"uuid": "a"},
        None,
        5,
        "x",
        [],
        {},
        {"uuid": None},
        {"uuid": "../x"},
        {"uuid": "B"},
    ]
    assert participants_of(entries) == [
        Participant(uuid="a"),
        Participant(uuid="b", sent_uuid="B"),
    ]


@pytest.mark.parametrize("result", [None, {}, "x", True, 5])
def test_what_is_no_list_is_a_bad_answer(result: object) -> None:
    with pytest.raises(BadAnswer):
        participants_of(result)


@given(st.text(max_size=70))
def test_a_uuid_can_stand_in_a_path(text: str) -> None:
    try:
        uuid = uuid_of(text)
    except BadAnswer:
        return
    assert uuid.isascii()
    assert uuid.isprintable()
    assert uuid == uuid.lower()
    assert uuid not in (".", "..")
    assert not set(uuid) & set("/\\?#% ")


def test_a_number_is_an_id_too() -> None:
    assert uuid_of(7) == "7"


def test_the_node_s_own_spelling_is_kept_for_requests() -> None:
    (one,) = participants_of([{"uuid": "AB-1"}])
    assert (one.uuid, one.path_uuid) == ("ab-1", "AB-1")


def test_an_endless_uuid_is_none() -> None:
    with pytest.raises(BadAnswer):
        uuid_of("a" * 65)
    assert uuid_of("a" * 64) == "a" * 64
