"""What a command line may ask for, and what is refused before anything is sent."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

from pexdash.api import requests
from pexdash.api.requests import REQUESTS, Request
from pexdash.cli.request_line import read_request, request_table
from pexdash.errors import UsageFault
from tests.cli.guide_node import ANN, CALL


@pytest.mark.parametrize(
    ("words", "request_", "participant", "call"),
    [
        (["unlock"], requests.UNLOCK, "", ""),
        (["unlock", ANN], requests.ADMIT, ANN, ""),
        (["disconnect"], requests.DISCONNECT_ALL, "", ""),
        (["disconnect", ANN], requests.DISCONNECT, ANN, ""),
        (["disconnect", f"{ANN}/{CALL}"], requests.CALL_DISCONNECT, ANN, CALL),
        (["disconnect", f"Ann Smith/{CALL}"], requests.CALL_DISCONNECT, "Ann Smith", CALL),
        (["disconnect", "Bob / Sales"], requests.DISCONNECT, "Bob / Sales", ""),
        (["disconnect", f"/{CALL}"], requests.DISCONNECT, f"/{CALL}", ""),
        (["dtmf", ANN, "digits=1"], requests.DTMF, ANN, ""),
        (["dtmf", f"{ANN}/{CALL}", "digits=1"], requests.CALL_DTMF, ANN, CALL),
        (["mute", f"{ANN}/{CALL}"], requests.MUTE, f"{ANN}/{CALL}", ""),
        (["mute", "9=3"], requests.MUTE, "9=3", ""),
        (["ack", "Ann/some-call"], requests.CALL_ACK, "Ann", "some-call"),
    ],
)
def test_the_target_tells_requests_of_one_name_apart(
    words: list[str], request_: Request, participant: str, call: str
) -> None:
    asked = read_request(words[0], words[1:])
    assert asked.request is request_
    assert (asked.participant, asked.call) == (participant, call)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("mut", "there is no request 'mut'"),
        ("events", "`pexdash events`"),
        ("mute", "mute needs PARTICIPANT"),
        ("ack", "ack needs PARTICIPANT/CALL"),
        ("ack Ann", "ack needs PARTICIPANT/CALL"),
        ("dtmf", "dtmf needs PARTICIPANT or PARTICIPANT/CALL"),
        ("lock Ann", "lock is for the whole conference"),
        ("lock force=yes", "there is no field 'force'. lock has no fields"),
        ("role Ann", "role needs role=chair|guest"),
        ("role Ann role=host", "role is one of chair, guest, not 'host'"),
        ("role Ann role=chair role=guest", "role is given twice"),
        ("role Ann chair", "'chair' is no FIELD=VALUE. role has these fields: role=chair|guest"),
        ("role Ann Role=chair", "there is no field 'Role'"),
        ("disconnect reason=late", "there is no field 'reason'"),
        ("dtmf Ann digits=", "digits are 0 to 9"),
        ("dtmf Ann digits=12a", "digits are 0 to 9, A to D"),
        ("dtmf Ann digits=١", "digits are 0 to 9"),
        ("dial role=guest protocol=sip", "dial needs destination="),
        ("dial role=guest protocol=sip destination=", "dial needs destination="),
        ("dial role=guest protocol=teams destination=x", "protocol is one of sip"),
        ("calls Ann call_type=RTMP bandwidth=much", "bandwidth is a number"),
        ("calls Ann call_type=RTMP bandwidth=-1", "bandwidth is a number"),
        ("message", "message needs payload="),
        ("message hello", "message needs payload="),
        ("status Ann", "status is for the whole conference: what is 'Ann'?"),
        ("video_mixes/delete", "video_mixes/delete needs MIX"),
        ("set_guests_can_unmute setting=yes", "setting is true or false, not 'yes'"),
        ("set_classification_level level=1.5", "level is a whole number, not '1.5'"),
        ("set_classification_level level=", "level is a whole number"),
        ("preferred_aspect_ratio Ann aspect_ratio=3", "aspect_ratio is a number from 0 to 2"),
        ("silent_video_detection config.silent_after=0", "silent_after is a number from 1 to 120"),
        ("silent_video_detection config.enabled=true", "no field 'config.enabled'"),
        ("silent_video_detection config=true", "config.NAME=VALUE or config=@FILE"),
        ("silent_video_detection config.enable.x=1", "no field 'config.enable.x'"),
        ("transform_layout transforms.layout=a transforms.layout=b", "layout is given twice"),
        ("transform_layout transforms= transforms=", "transforms is given twice"),
        ("transform_layout transforms= transforms.layout=a", "layout is given twice"),
        ("transform_layout transforms.layout=a transforms=", "transforms is given twice"),
        ("participants/breakout breakout_uuid=main participants= participants=a", "given twice"),
        ("participants/breakout breakout_uuid=main participants=a participants=", "given twice"),
        ("transform_layout", "transform_layout needs [transforms.layout=]"),
        ("breakouts name=Red participants=main", "participants.NAME=VALUE or participants=@FILE"),
        ("breakouts name=Red participants.*=x", "no field 'participants.*'"),
        ("breakouts name=", "breakouts needs name="),
        ("send_to_audio_mixes Ann mixes=main", "mixes is a list of objects"),
        ("layout_group Ann", "layout_group needs layout_group="),
        ("available_layouts annotate=1", "annotate is true or false"),
        ("request_token token=b25l1234", "a token is never an argument: token=@FILE"),
        ("request_token sso_token=b25l1234", "a token is never an argument: sso_token=@FILE"),
        ("transfer Ann role=guest conference_alias=x pin=1234", "never an argument"),
        ("transfer Ann role=guest conference_alias=x pin=@/nowhere", "cannot be read"),
        ("presentation.jpeg id=\x1b", "id is that of"),
    ],
)
def test_what_cannot_be_sent_is_refused_with_what_there_is(words: str, said: str) -> None:
    name, *rest = words.split(" ")
    with pytest.raises(UsageFault) as refused:
        read_request(name, rest)
    assert said in str(refused.value)
    assert "1234" not in str(refused.value)


@pytest.mark.parametrize("name", ["disconnect", "unlock", "mute", "dtmf"])
@pytest.mark.parametrize("empty", ["", " "])
def test_an_empty_participant_is_never_everybody(name: str, empty: str) -> None:
    with pytest.raises(UsageFault, match="PARTICIPANT is empty"):
        read_request(name, [empty])


def test_an_unknown_request_is_answered_with_all_names() -> None:
    with pytest.raises(UsageFault) as refused:
        read_request("nonsense\x1b", [])
    assert all(f"\n{request.name}" in str(refused.value) for request in REQUESTS)
    assert "\x1b" not in str(refused.value)


def test_the_table_has_every_request_with_its_fields() -> None:
    _, *rows = request_table().splitlines()
    assert [row.split()[0] for row in rows] == [request.name for request in REQUESTS]
    for row, request in zip(rows, REQUESTS, strict=True):
        assert all(re.search(rf"\b{one.name}[.=]", row) for one in request.fields), row


def test_fields_go_in_the_order_of_the_table_and_a_number_as_a_number() -> None:
    asked = read_request("calls", ["Ann", "bandwidth=512", "present=send", "call_type=RTMP"])
    assert asked.body is not None
    assert list(asked.body.items()) == [
        ("call_type", "RTMP"),
        ("present", "send"),
        ("bandwidth", 512),
    ]


FILES = [
    ("transform_layout", "transforms", '{"layout": "a", "b": [1]}', {"layout": "a", "b": [1]}),
    ("override_layout", "layouts", '[{"layout": "4:0"}]', [{"layout": "4:0"}]),
    ("participants/breakout", "participants", '["a", "b"]', ["a", "b"]),
    ("breakouts", "participants", '{"main": ["a"]}', {"main": ["a"]}),
]


@pytest.mark.parametrize(("name", "field", "text", "value"), FILES)
def test_an_object_or_a_list_may_come_from_a_file(
    name: str, field: str, text: str, value: object, tmp_path: Path
) -> None:
    (tmp_path / "a.json").write_text(text)
    others = {"breakouts": ["name=Red"], "participants/breakout": ["breakout_uuid=main"]}
    asked = read_request(name, [*others.get(name, []), f"{field}=@{tmp_path}/a.json"])
    assert asked.body is not None
    assert asked.body[field] == value


@pytest.mark.parametrize(
    ("words", "text", "said"),
    [
        ("transform_layout transforms", "[]", "transforms is an object"),
        ("transform_layout transforms", "{", "is no JSON"),
        ("transform_layout transforms", '{"layout": NaN}', "is no JSON"),
        ("transform_layout transforms", '{"layout": 5}', "transforms.layout is a text"),
        ("transform_layout transforms", '{"streaming": {"layout": 1}}', "streaming.layout is"),
        ("participants/breakout breakout_uuid=main participants", "[1]", "a list of texts"),
        ("fecc Ann action=start movement", '[{"axis": "pan"}]', "movement[0] needs direction"),
        ("fecc Ann action=start movement", '[{"axis": "up", "direction": "up"}]', "axis is one"),
        (
            "breakouts name=Red participants",
            '{"main": "a"}',
            "participants.main is a list of texts",
        ),
    ],
)
def test_what_a_file_holds_is_checked_by_the_table(
    words: str, text: str, said: str, tmp_path: Path
) -> None:
    (tmp_path / "a.json").write_text(text)
    name, *rest, field = words.split(" ")
    with pytest.raises(UsageFault) as refused:
        read_request(name, [*rest, f"{field}=@{tmp_path}/a.json"])
    assert said in str(refused.value)


def test_a_text_is_never_read_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("from the file")
    body = read_request("message", ["Ann", f"payload=@{tmp_path}/a"]).body
    assert body is not None
    assert body["payload"] == f"@{tmp_path}/a"
    nowhere = ["breakout_uuid=main", "participants=@/nowhere"]
    with pytest.raises(UsageFault, match="participants: the file /nowhere cannot be read"):
        read_request("participants/breakout", nowhere)


@pytest.mark.parametrize(
    "words", ["request_token", "refresh_token", "release_token", "breakouts name=x", "status"]
)
def test_what_no_room_takes_is_not_sent_to_one(words: str) -> None:
    name, *rest = words.split(" ")
    with pytest.raises(UsageFault, match=f"{name} is for no breakout room"):
        read_request(name, rest, room="r-1")


@pytest.mark.parametrize(
    "room", ["", " ", ".", "..", "a/b", "../..", "a?b", "r\n", "\u2025", "x" * 65]
)
def test_what_is_no_room_sends_nothing_to_the_main_one(room: str) -> None:
    with pytest.raises(UsageFault, match="--room is the uuid of a breakout room"):
        read_request("lock", [], room=room)


@pytest.mark.parametrize("words", ["ack me/..", "video_mixes/delete ..", "video_mixes/delete ."])
def test_a_target_is_no_step_within_an_address(words: str) -> None:
    name, *rest = words.split()
    with pytest.raises(UsageFault, match=f"{name} needs "):
        read_request(name, rest)


def test_in_a_room_we_have_another_uuid() -> None:
    with pytest.raises(UsageFault, match="another uuid"):
        read_request("mute", ["me"], room="r-1")


def test_values_are_taken_as_typed() -> None:
    assert read_request("message", ["payload=@bob a=b "]).body == {
        "type": "text/plain",
        "payload": "@bob a=b ",
    }
    assert read_request("message", ["payload={}", "type=application/json"]).body == {
        "type": "application/json",
        "payload": "{}",
    }


def test_a_pin_is_read_from_a_file_or_standard_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    transfer = ["Ann", "role=guest", "conference_alias=x"]
    (tmp_path / "pin").write_text("8642\n")
    asked = read_request("transfer", [*transfer, f"pin=@{tmp_path}/pin"])
    assert asked.body is not None
    assert asked.body["pin"] == "8642"
    assert "8642" not in repr(asked)
    monkeypatch.setattr("sys.stdin", io.StringIO("97531\nmore\n"))
    from_stdin = read_request("transfer", [*transfer, "pin=-"])
    assert from_stdin.body is not None
    assert from_stdin.body["pin"] == "97531"
    (tmp_path / "pin").write_text("\n")
    without = read_request("transfer", [*transfer, f"pin=@{tmp_path}/pin"])
    assert without.body == {"role": "guest", "conference_alias": "x"}
