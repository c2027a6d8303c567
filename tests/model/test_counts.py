"""The parts of a conference add up to everybody."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pexdash.model.counts import parts_of
from pexdash.model.participant import Participant
from tests.model.people import person

ANYBODY = st.builds(
    person,
    st.just("a"),
    service_type=st.sampled_from(["conference", "waiting_room", "connecting", "ivr", "gateway"]),
    protocol=st.sampled_from(["api", "rtmp", "sip"]),
    has_media=st.booleans(),
    is_recording=st.booleans(),
    is_streaming_conference=st.booleans(),
    is_transcribing=st.booleans(),
    is_ai_enabled=st.booleans(),
)


def test_machines_are_no_people() -> None:
    people = (
        person("a", "Ann"),
        person("r", is_recording=True, is_streaming_conference=True),
        person("s", is_streaming_conference=True),
        person("t", is_transcribing=True),
        person("i", is_ai_enabled=True),
        person("w", service_type="waiting_room", is_recording=True),
        person("c", service_type="connecting"),
        person("m", protocol="api", has_media=False, is_recording=True),
    )
    told = {part: number for part, number in parts_of(people).items() if number}
    assert told == {
        "in": 1,
        "waiting": 1,
        "on the way": 1,
        "api": 1,
        "recorder": 1,
        "streamer": 1,
        "transcriber": 1,
        "AI": 1,
    }


@given(st.lists(ANYBODY))
def test_everybody_counts_once(people: list[Participant]) -> None:
    assert sum(parts_of(people).values()) == len(people)
