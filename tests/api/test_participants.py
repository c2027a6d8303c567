"""Participants as nodes send them, one by one and as the list of a `participants` answer."""

from __future__ import annotations

import json
import sys
import tracemalloc

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pexdash.api import participants
from pexdash.api.coerce import decode_text
from pexdash.api.participants import (
    READINGS,
    SENT_AS,
    decode_participant,
    known_uuids,
    participant_of,
    participants_of,
    uuid_of,
)
from pexdash.errors import BadAnswer
from pexdash.model.participant import AudioMix, Participant, VideoMix
from pexdash.node.participant import NodeParticipant


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


FIELD_NAMES = tuple(SENT_AS.values())
STRINGS: list[object] = ["", "Ann", " Ann", "Ann ", "Zoë", "e\u0301", "\x1b[2J", "\x7f", 'a"\\b']
STRINGS += ["\ud800", "\u202e", "YES", "NO", "x" * 128, "x" * 129, "x" * 257, "ü" * 300, "chair"]
STRINGS += ["sip:a@b", "DENY", "0"]
OTHERS: list[object] = [None, True, False, 0, 1, 1.5, -1, 1e300, 4_102_444_800, 2**70, [], {}]
SPELT = ("is_muted", "is_presenting", "is_video_call", "is_audio_only_call")
USUAL: dict[str, st.SearchStrategy[object]] = (
    {
        name: st.sampled_from(["YES", "NO", "NO", True, False] if name in SPELT else [True, False])
        for name in (*FIELD_NAMES, "rx_presentation_allowed", "has_media")
        if name.startswith(("is_", "has_", "rx_"))
    }
    | {
        "uuid": st.sampled_from(["a-1", "a-1", "a-2", "A-1", "..", "a/b", "", 7]),
        "role": st.sampled_from(["chair", "guest", "unknown"]),
        "service_type": st.sampled_from(["conference", "waiting_room", "", "two_stage_dialing"]),
        "protocol": st.sampled_from(["webrtc", "sip", "api", "", "WebRTC"]),
        "call_direction": st.sampled_from(["in", "out", ""]),
        "encryption": st.sampled_from(["On", "Off", "Unknown", ""]),
        "rx_presentation_policy": st.sampled_from(["ALLOW", "DENY"]),
        "start_time": st.sampled_from([None, 0, 1, 1_700_000_000.25]),
        "spotlight": st.sampled_from([0, 0.0, -0.0, 1_700_000_000]),
        "buzz_time": st.sampled_from([None, 0]),
        "layout_group": st.sampled_from([None, None, "", " red"]),
        "external_node_uuid": st.sampled_from(["", "", "n-1", "\x1b"]),
        "studiosound_enabled": st.sampled_from([None, True, False]),
        "receive_from_audio_mix": st.sampled_from(["main", "main", "main.fr", ""]),
        "receive_from_video_mix": st.sampled_from(
            [
                {"mix_name": "main", "timestamp": 0},
                {"mix_name": "main", "timestamp": 1.5, "mix_config": None},
                {"mix_name": "main.!a", "mix_config": {"transform_layout": {"layout": "4:0"}}},
                {"mix_name": "main", "mix_config": {"transform_layout": {"layout": "4:0\x07"}}},
                {"mix_name": 5},
                None,
            ]
        ),
        "send_to_audio_mixes": st.sampled_from(
            [
                [{"mix_name": "main", "prominent": False}],
                [{"mix_name": "main", "prominent": True}],
                [{"mix_name": "main"}, {"mix_name": "main.fr", "prominent": 1}],
                [],
                ["main"],
                None,
            ]
        ),
    }
    | {
        f"{name}_supported": st.sampled_from(["YES", "NO", "NO", True])
        for name in ("mute", "disconnect", "transfer", "fecc")
    }
    | {
        name: st.booleans()
        for name in (
            "can_receive_personal_mix",
            "needs_presentation_in_mix",
            "show_live_captions",
            "supports_direct_chat",
        )
    }
)
TEXTS = st.sampled_from(["", "Ann", "Zoë", "sip:a@b"])
FIELDS = st.fixed_dictionaries(
    {"uuid": USUAL["uuid"]},
    optional={name: USUAL.get(name, TEXTS) for name in (*FIELD_NAMES, *USUAL) if name != "uuid"},
)
ODD_FIELDS: st.SearchStrategy[dict[str, object]] = st.dictionaries(
    st.sampled_from([*FIELD_NAMES, "sent_uuid"]), st.sampled_from([*STRINGS, *OTHERS]), max_size=2
)


@given(FIELDS, st.just({}) | ODD_FIELDS, st.booleans())
def test_the_quick_way_and_the_tolerant_way_see_the_same_participant(
    usual: dict[str, object], odd: dict[str, object], escaped: bool
) -> None:
    data = json.dumps(usual | odd, ensure_ascii=escaped).encode("utf-8", "replace")

    def tolerantly() -> Participant:
        return participant_of(decode_text(data))

    try:
        expected = tolerantly()
    except BadAnswer:
        with pytest.raises(BadAnswer):
            decode_participant(data)
        return
    seen = decode_participant(data)
    assert seen == expected
    for name in Participant.__struct_fields__:
        assert type(getattr(seen, name)) is type(getattr(expected, name)), name


WORDS = {
    "is_muted": ("YES", "NO", True, False),
    "rx_presentation_policy": ("ALLOW", "DENY"),
    "role": ("chair", "guest"),
    "service_type": (
        "conference",
        "lecture",
        "gateway",
        "test_call",
        "media_playback",
        "waiting_room",
        "connecting",
        "ivr",
        "",
    ),
    "protocol": ("api", "webrtc", "sip", "h323", "rtmp", "mssip", "teams", ""),
    "call_direction": ("in", "out", ""),
    "encryption": ("On", "Off", "Unknown", ""),
}


@pytest.mark.parametrize(("name", "value"), [(name, one) for name in WORDS for one in WORDS[name]])
def test_the_words_of_nodes_are_read_the_quick_way(
    name: str, value: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = {"uuid": "a-1", "display_name": "Zoë", "spotlight": 0, name: value}
    expected = participant_of(fields)
    monkeypatch.setattr(participants, "participant_of", None)
    seen = decode_participant(json.dumps(fields, ensure_ascii=False).encode())
    assert seen == expected
    for field in Participant.__struct_fields__:
        assert type(getattr(seen, field)) is type(getattr(expected, field)), field


def test_what_a_node_of_today_sends_is_read_the_quick_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wire = NodeParticipant("a-1", "Ann").wire()
    expected = participant_of(wire)
    monkeypatch.setattr(participants, "participant_of", None)
    assert decode_participant(json.dumps(wire).encode()) == expected
    assert set(SENT_AS.values()) <= set(wire)


def test_other_mixes_than_the_main_ones() -> None:
    fields = {
        "uuid": "a",
        "receive_from_video_mix": {
            "mix_name": "main.!a",
            "timestamp": 1.5,
            "mix_config": {"transform_layout": {"layout": "4:0"}},
        },
        "send_to_audio_mixes": [
            {"mix_name": "main", "prominent": True},
            {"mix_name": "main.fr"},
        ],
        "receive_from_audio_mix": "main.fr",
        "layout_group": "red",
    }
    one = decode_participant(json.dumps(fields).encode())
    assert one.receive_from_video_mix == VideoMix("main.!a", "4:0")
    assert one.send_to_audio_mixes == (AudioMix("main", True), AudioMix("main.fr", False))
    assert (one.receive_from_audio_mix, one.layout_group) == ("main.fr", "red")
    many = {"uuid": "a", "send_to_audio_mixes": [{"mix_name": "m"}] * 1000}
    assert len(decode_participant(json.dumps(many).encode()).send_to_audio_mixes) == 20


def test_what_an_older_node_does_not_say_is_supported() -> None:
    for name in ("mute_supported", "disconnect_supported", "transfer_supported", "fecc_supported"):
        assert getattr(decode_participant(b'{"uuid": "a"}'), name)
        told = json.dumps({"uuid": "a", name: "NO"}).encode()
        assert not getattr(decode_participant(told), name)


def test_what_thousands_have_in_common_is_kept_once() -> None:
    def told(number: int) -> Participant:
        name = f"Guest {number}"
        fields = {"uuid": str(number), "display_name": name, "overlay_text": name, "vendor": "Room"}
        return decode_participant(json.dumps(fields).encode())

    first, second = told(1), told(2)
    assert first.vendor == "Room"
    assert first.vendor is second.vendor
    assert second.overlay_text is second.display_name


def test_no_vendor_is_interned() -> None:
    # Some Pythons keep interned strings for ever.
    vendor = decode_participant(b'{"uuid": "1", "vendor": "Room of one node alone"}').vendor
    same = "".join(vendor)
    assert same is not vendor
    assert sys.intern(same) is same


def test_a_vendor_nobody_has_any_more_is_not_kept() -> None:
    def decode(numbers: range) -> None:
        for number in numbers:
            fields: dict[str, object] = {"uuid": "1", "vendor": f"Room {number} " + "x" * 200}
            decode_participant(json.dumps(fields).encode())

    decode(range(100))
    tracemalloc.start()
    try:
        decode(range(100, 2000))
        kept = sum(one.count for one in tracemalloc.take_snapshot().statistics("filename"))
    finally:
        tracemalloc.stop()
    assert kept < 100


def test_of_uuids_only_some_are_remembered() -> None:
    for number in range(25_000):
        assert known_uuids[f"A-{number}"] == f"a-{number}"
    assert len(known_uuids) <= 10_000


def test_what_is_no_uuid_is_not_remembered() -> None:
    for _ in range(2):
        with pytest.raises(BadAnswer):
            known_uuids["a/b"]
    assert "a/b" not in known_uuids


def test_every_field_of_the_model_is_read() -> None:
    assert [*READINGS, "sent_uuid"] == sorted([*Participant.__struct_fields__], key=in_our_order)


def in_our_order(name: str) -> int:
    return list(READINGS).index(name) if name in READINGS else len(READINGS)


@pytest.mark.parametrize("data", [b'{"uuid": "A"}', b'{"uuid": "a", "is_muted": "maybe"}'])
def test_either_way_gives_the_models_own_class(data: bytes) -> None:
    one = decode_participant(data)
    assert type(one) is Participant
    assert hash(one) == hash(msgspec.structs.replace(one))
    with pytest.raises(AttributeError, match="immutable"):
        one.is_muted = True  # type: ignore[misc]


def test_no_node_tells_our_own_fields() -> None:
    told = decode_participant(b'{"uuid": "a", "sent_uuid": "B", "rx_presentation_allowed": false}')
    assert told == Participant(uuid="a")
