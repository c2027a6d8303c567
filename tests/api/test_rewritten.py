"""What the model knows, written as a node sends it, is read as the same again."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pexdash.api.participants import READINGS, SENT_AS, participant_of
from pexdash.api.rewritten import participant_as_sent, status_as_sent
from pexdash.api.status import _READINGS, status_of
from pexdash.model.participant import Participant

NAMES_WITHIN = (
    *("mix_name", "mix_config", "transform_layout", "layout", "prominent"),
    *("levels", "current", "1", "value", "time", "type", "starting_value", "prefix"),
)
WORDS = st.text(max_size=8) | st.sampled_from(["chair", "guest", "DENY", "waiting_room", "YES"])
SCALARS = st.none() | st.booleans() | st.integers(-5, 2_000_000_000) | WORDS
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(NAMES_WITHIN),
            inner,
            max_size=4,
        )
    ),
    max_leaves=6,
)


def objects(names: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from(names), VALUES, max_size=len(names))


@given(objects(sorted(set(SENT_AS.values()) - {"uuid"})), st.sampled_from(["b0b", "B0B"]))
def test_a_participant(sent: dict[str, Any], uuid: str) -> None:
    one = participant_of({**sent, "uuid": uuid})
    assert participant_of(json.loads(json.dumps(participant_as_sent(one)))) == one


@given(objects(sorted(_READINGS)))
def test_the_properties_of_a_conference(sent: dict[str, Any]) -> None:
    status = status_of(sent)
    assert status_of(json.loads(json.dumps(status_as_sent(status)))) == status


def test_what_is_as_usual_takes_no_space() -> None:
    assert participant_as_sent(Participant(uuid="b0b")) == {"uuid": "b0b"}
    everything = participant_as_sent(
        Participant(uuid="b0b", display_name="Bob", rx_presentation_allowed=False)
    )
    assert everything["rx_presentation_policy"] == "DENY"
    assert everything.keys() <= {SENT_AS[name] for name in READINGS}
