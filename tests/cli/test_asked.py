"""What a command line may ask for, and what is refused before anything is sent."""

from __future__ import annotations

import io
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
        ("dtmf Ann digits=12a", "digits are 0 to 9"),
        ("dtmf Ann digits=١", "digits are 0 to 9"),
        ("dial role=guest protocol=sip", "dial needs destination="),
        ("dial role=guest protocol=sip destination=", "dial needs destination="),
        ("dial role=guest protocol=teams destination=x", "protocol is one of sip"),
        ("calls Ann call_type=RTMP bandwidth=much", "bandwidth is a number"),
        ("calls Ann call_type=RTMP bandwidth=-1", "bandwidth is a number"),
        ("message", "message needs payload="),
        ("message hello", "message is for the whole conference: what is 'hello'?"),
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
        assert all(f"{one.name}=" in row for one in request.body)


def test_fields_go_in_the_order_of_the_table_and_a_number_as_a_number() -> None:
    asked = read_request("calls", ["Ann", "bandwidth=512", "present=send", "call_type=RTMP"])
    assert asked.body is not None
    assert list(asked.body.items()) == [
        ("call_type", "RTMP"),
        ("present", "send"),
        ("bandwidth", 512),
    ]


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
