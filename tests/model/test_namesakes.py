"""Who would look like whom, and what tells them apart."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pexdash.model.namesakes import Namesakes
from pexdash.model.participant import Participant
from tests.model.people import person


def known(*people: Participant) -> tuple[Namesakes, dict[str, Participant]]:
    """Namesakes that have heard of these people."""
    here = {one.uuid: one for one in people}
    namesakes = Namesakes()
    namesakes.update(here, here)
    return namesakes, here


def test_a_name_of_ones_own_needs_nothing_more() -> None:
    namesakes, here = known(person("a", "Ann"), person("b", "Bob"))
    assert not namesakes.has("a")
    assert namesakes.sign("a", here) == ""


def test_names_that_read_the_same_where_they_are_cut_are_one() -> None:
    long = "Conference Room North 12 "
    for one, other in (
        ("Bob", "BOB"),
        (long + "east", long + "west"),
        ("山" * 12 + "a", "山" * 12),
    ):
        namesakes, _ = known(person("a", one), person("b", other), person("c", "Chen"))
        assert (namesakes.has("a"), namesakes.has("b"), namesakes.has("c")) == (True, True, False)


def test_addresses_tell_apart_and_without_them_the_call_and_the_end_of_the_uuid() -> None:
    namesakes, here = known(
        person("1111aaaa", "Ann", uri="sip:ann@example.com"),
        person("2222bbbb", "Ann", uri="sip:ann@example.org"),
        person("3333cccc", "Ann"),
        person("4444dddd", "Ann", protocol="sip"),
        person("5555eeee", "Ann", uri="sip:ann@example.com"),
    )
    signs = [namesakes.sign(uuid, here) for uuid in here]
    assert signs == ["webrtc aaaa", "", "webrtc cccc", "sip dddd", "webrtc eeee"]


def test_as_many_digits_are_told_as_it_takes() -> None:
    namesakes, here = known(person("1-22223333", "Ann"), person("1-44443333", "Ann"))
    assert [namesakes.sign(uuid, here) for uuid in here] == ["webrtc 22223333", "webrtc 44443333"]


def test_who_leaves_or_is_renamed_is_nobodys_namesake() -> None:
    namesakes, here = known(person("a", "Ann"), person("b", "Ann"), person("c", "Ann"))
    here["b"] = person("b", "Bob")
    namesakes.update(["b"], here)
    assert namesakes.has("a")
    del here["c"]
    namesakes.update(["c"], here)
    assert not namesakes.has("a")


@given(
    st.lists(
        st.builds(
            person,
            st.text("01", min_size=1, max_size=12),
            st.sampled_from(["", "Ann", "ann", "Bob", "山田"]),
            uri=st.sampled_from(["", "sip:ann@example.com", "ann@example.org"]),
            protocol=st.sampled_from(["sip", "webrtc"]),
        ),
        unique_by=lambda one: one.uuid,
    )
)
def test_no_two_people_have_the_same_name_address_and_sign(people: list[Participant]) -> None:
    namesakes, here = known(*people)
    looks = {
        (one.name, one.uri, namesakes.sign(one.uuid, here)) if namesakes.has(one.uuid) else one.name
        for one in people
    }
    assert len(looks) == len(people)
