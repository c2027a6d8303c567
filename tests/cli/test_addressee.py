"""Who is meant by what a person writes."""

from __future__ import annotations

import pytest

from pexdash.errors import UsageFault
from pexdash.model.participant import Participant
from pexdash.session.membership.addressee import find_participant

PEOPLE = [
    Participant(uuid="u-1", display_name="Bob", uri="sip:robert@example.com", overlay_text="Sales"),
    Participant(uuid="u-2", display_name="Bobby", uri="sip:tables@example.com"),
    Participant(uuid="u-3", display_name="Jürgen STRASSE", uri="+4930", overlay_text="Chair"),
    Participant(uuid="u-4", display_name="Ann", uri="sip:ann1@example.com"),
    Participant(uuid="u-5", display_name="ann", uri="sip:ann2@example.com"),
    Participant(uuid="u-6", display_name="", uri="sip:nameless@example.com"),
]


@pytest.mark.parametrize(
    ("words", "uuid"),
    [
        ("u-2", "u-2"),
        ("U-2", "u-2"),
        ("bob", "u-1"),
        ("BOBBY", "u-2"),
        ("bobb", "u-2"),
        ("sales", "u-1"),
        ("robert@example.com", "u-1"),
        ("sip:robert@example.com", "u-1"),
        ("robert", "u-1"),
        ("jürgen straße", "u-3"),
        ("+4930", "u-3"),
        ("ann2@", "u-5"),
        ("nameless", "u-6"),
        (" Bob ", "u-1"),
    ],
)
def test_the_best_kind_of_match_decides(words: str, uuid: str) -> None:
    assert find_participant(PEOPLE, words).uuid == uuid


def test_several_are_refused_with_the_candidates() -> None:
    with pytest.raises(UsageFault) as refused:
        find_participant(PEOPLE, "Ann")
    said = str(refused.value)
    assert "u-4" in said
    assert "u-5" in said
    assert "ann2@example.com" in said
    assert "u-1" not in said


def test_nobody_is_refused_with_everybody() -> None:
    with pytest.raises(UsageFault, match="nobody is called 'Zoe'") as refused:
        find_participant(PEOPLE, "Zoe")
    assert all(one.uuid in str(refused.value) for one in PEOPLE)
    with pytest.raises(UsageFault, match="nobody else is in the conference"):
        find_participant([], "Zoe")


def test_a_large_conference_is_not_listed_whole() -> None:
    crowd = [Participant(uuid=f"u{number}", display_name="Guest") for number in range(500)]
    with pytest.raises(UsageFault, match="and 460 more"):
        find_participant(crowd, "Guest")
