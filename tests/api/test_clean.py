"""No string that comes out of the API's floor has anything in it that a terminal would act on."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any

import httpx
import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pexdash.api import requests
from pexdash.api.answers import Answer, picture_of, result_of, seconds_in
from pexdash.api.events import _DECODERS, conference_update_of, text_of
from pexdash.api.fields import node_fields
from pexdash.api.participants import SENT_AS, participants_of
from pexdash.api.sse import check_stream
from pexdash.api.token import token_of
from pexdash.errors import PexdashError
from pexdash.model.status import ConferenceStatus
from pexdash.secret import Secret
from tests.decoded import decode_event
from tests.unclean import unclean

# Kept as they came, and never shown as they are: the node's own JSON, which `node_fields` cleans
# for the details; what `ctl` prints as ASCII; the id of a frame, which goes back to the node.
KEPT_RAW = {"source", "told", ("PresentationFrame", "id")}

HOSTILE = (
    "aZ9 \x00\x07\x08\n\r\t\x1b\x7f\x85\x9b\x9d\u00ad\u200b\u200f"
    "\u2028\u202e\u2066\ufeff\U000e0041\ud800\ue000\uffffé山👩\u200d"
)
texts = st.text(st.sampled_from(HOSTILE) | st.characters(), max_size=30)
KEYS = [
    *SENT_AS.values(),
    *ConferenceStatus.__struct_fields__,
    "view", "participants", "origin", "type", "payload", "direct", "presenter_name",
    "presenter_uri", "presenter_uuid", "call_uuid", "reason", "participant_uuid", "stage_index",
    "vad", "levels", "current", "token", "expires", "version", "version_id",
    "current_service_type", "chat_enabled", "turn", "result", "status", "pin", "guest_pin",
    "conference_extension", "idp", "redirect_url", "alias", "breakout_uuid", "event", "data", "id",
    "target", "setting", "is_final", "src_lang", "tgt_lang", "sources", "screen_key", "movement",
    "axis", "direction", "action", "timeout", "requester_uuid", "requested_layout", "mix_name",
    "primary_screen", "chair_layout", "guest_layout", "mix_config", "transform_layout", "layout",
    "prefix", "suffix", "value", "time",
]  # fmt: skip
uuids = st.uuids().map(str)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | texts | uuids
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(KEYS) | texts, inner, max_size=6)
    ),
    max_leaves=20,
)
objects = st.dictionaries(st.sampled_from(KEYS) | texts, values, max_size=12) | values
people = st.builds(
    lambda fields, uuid: {**fields, "uuid": uuid},
    st.dictionaries(st.sampled_from(KEYS) | texts, scalars, max_size=30),
    uuids,
)


def strings_of(value: object) -> Iterator[str]:
    """Every string in a value of ours, but those that are kept raw."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, msgspec.Struct) or dataclasses.is_dataclass(value):
        kind = type(value)
        names = (
            value.__struct_fields__
            if isinstance(value, msgspec.Struct)
            else [field.name for field in dataclasses.fields(value)]
        )
        for name in names:
            if name not in KEPT_RAW and (kind.__name__, name) not in KEPT_RAW:
                yield from strings_of(getattr(value, name))
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from strings_of(key)
            yield from strings_of(inner)
    elif isinstance(value, list | tuple | set | frozenset):
        for inner in value:
            yield from strings_of(inner)
    elif isinstance(value, PexdashError):
        yield str(value)
        yield from strings_of(vars(value))
    else:
        assert value is None or isinstance(value, bool | int | float | bytes | Secret | Enum), value


def assert_clean(value: object) -> None:
    for text in strings_of(value):
        # A line feed is what separates the lines of a chat message.
        assert unclean(text) <= {"\n"}, repr(text)


def raised_or_returned(call: Callable[[], object]) -> object:
    try:
        return call()
    except PexdashError as fault:
        return fault


NAMES = list(map(text_of, _DECODERS))


@pytest.mark.fault(55)
@given(st.sampled_from(NAMES) | texts, objects | people, texts)
@example("participant_create", {"uuid": "a", "\ud800": "b"}, "")
def test_every_string_of_every_event_is_clean(name: str, data: object, event_id: str) -> None:
    assert_clean(decode_event(name, json.dumps(data), event_id))


@given(st.sampled_from(NAMES) | texts, texts, texts)
def test_what_is_no_json_is_told_in_clean_words(name: str, data: str, event_id: str) -> None:
    assert_clean(decode_event(name, data, event_id))


@pytest.mark.fault(55)
@given(objects | people | st.lists(people))
@example([{"uuid": "a", "\ud800": "b"}])
def test_every_string_of_every_result_is_clean(result: Any) -> None:
    for read in (token_of, participants_of, conference_update_of):
        assert_clean(raised_or_returned(lambda read=read: read(result)))  # type: ignore[misc]
    token = token_of({"token": "x", "expires": 120, "participant_uuid": "a"})
    assert_clean(raised_or_returned(lambda: token.refreshed(result)))


@pytest.mark.fault(55)
@given(objects | people)
def test_every_field_of_the_details_is_clean(fields: object) -> None:
    shown = node_fields(json.dumps(fields).encode())
    assert_clean(shown)
    assert not any("\n" in text for pair in shown for text in pair)


@pytest.mark.fault(55)
@given(
    st.sampled_from(requests.REQUESTS),
    st.sampled_from([200, 204, 301, 400, 401, 403, 404, 429, 500, 503]),
    texts | st.just("application/json"),
    objects.map(json.dumps) | texts,
    texts,
)
def test_every_refusal_is_told_in_clean_words(
    request: requests.Request, status: int, kind: str, body: str, retry_after: str
) -> None:
    answer = Answer(status, kind, body.encode("utf-8", "replace"), seconds_in(retry_after, 0.0))
    for read in (result_of, picture_of):
        told = raised_or_returned(lambda read=read: read(request, answer))  # type: ignore[misc]
        if isinstance(told, PexdashError):
            assert_clean(told)
            assert "\n" not in str(told)


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF), max_size=20))
def test_a_stream_of_another_kind_is_refused_in_clean_words(kind: str) -> None:
    headers = [(b"content-type", kind.encode("latin-1"))]
    refused = raised_or_returned(lambda: check_stream(httpx.Response(200, headers=headers)))
    assert_clean(refused)
    headers = [
        (b"content-type", b"text/event-stream"),
        (b"content-encoding", kind.encode("latin-1")),
    ]
    assert_clean(raised_or_returned(lambda: check_stream(httpx.Response(200, headers=headers))))


@pytest.mark.parametrize("value", [{"a": ["\x1b"]}, PexdashError("\u202e"), ("a", {"\x07": 1})])
def test_an_unclean_string_would_be_found(value: object) -> None:
    with pytest.raises(AssertionError):
        assert_clean(value)
