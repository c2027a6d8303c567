"""No event can do harm, whatever it holds."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pexdash.model import events
from pexdash.model.participant import Participant
from pexdash.model.status import ConferenceStatus
from tests.api.events.decoding import (
    ANN,
    NAMES,
    decoded,
)
from tests.decoded import decode_event

HOSTILE = [
    "[" * 100_000,
    '{"a":' * 100_000,
    f'{{"uuid": "{ANN}", "x": ' + "[" * 100_000 + "]" * 100_000 + "}",
    f'{{"uuid": "{ANN}", "display_name": ' + "[" * 100_000 + "]" * 100_000 + "}",
    "9" * 5000,
    f'{{"uuid": "{ANN}", "start_time": {"9" * 5000}}}',
    f'[{{"participant_uuid": "{ANN}", "vad": {"9" * 5000}}}]',
    f'{{"uuid": "{ANN}", "display_name": "\\ud800"}}',
    '{"uuid": "\\udfff", "payload": "\\ud800", "reason": "\\ud800", "view": "\\ud800"}',
    f'{{"uuid": "{ANN}", "display_name": "\ud800"}}',
    '{"uuid": "a", "uuid": "b"}',
    f'{{"uuid": "{ANN}", "start_time": NaN, "is_muted": Infinity}}',
    "\0",
    "{'uuid': 1}",
    "null",
    "true",
]


@pytest.mark.fault(59)
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("at", range(len(HOSTILE)))
def test_nothing_a_node_sends_raises(name: str, at: int) -> None:
    event = decode_event(name, HOSTILE[at])
    for text in texts_of(event):
        text.encode("utf-8")


def texts_of(value: object) -> list[str]:
    """Every string in an event, at any depth."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return [text for one in value for text in texts_of(one)]
    if isinstance(value, msgspec.Struct):
        return [text for one in msgspec.structs.astuple(value) for text in texts_of(one)]
    return []


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from([ANN, "YES"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
FIELDS = (
    *Participant.__struct_fields__,
    "rx_presentation_policy",
    "participant_uuid",
    "stage_index",
    "vad",
    "view",
    "participants",
    "origin",
    "type",
    "payload",
    "direct",
    "presenter_name",
    "presenter_uuid",
    "call_uuid",
    "reason",
    *ConferenceStatus.__struct_fields__,
)
OBJECTS = st.dictionaries(st.sampled_from(FIELDS), JSON)


@pytest.mark.fault(37)
@given(st.sampled_from(NAMES), OBJECTS | st.lists(OBJECTS, max_size=3) | JSON, st.booleans())
def test_any_json_for_any_field_gives_a_clean_event(name: str, data: Any, has_uuid: bool) -> None:
    if has_uuid and isinstance(data, dict):
        data["uuid"] = ANN
    event = decoded(name, data)
    if has_uuid and isinstance(data, dict) and name.startswith("participant_"):
        assert not isinstance(event, events.UnknownEvent), "a wrong field cost a participant"
    for text in texts_of(event):
        text.encode("utf-8")
        assert text.replace("\n", "").replace("\u200d", "").isprintable()


@pytest.mark.fault(58)
@given(st.sampled_from(NAMES), st.text())
def test_any_text_gives_an_event(name: str, data: str) -> None:
    for text in texts_of(decode_event(name, data)):
        text.encode("utf-8")
