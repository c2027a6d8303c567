"""Each request of the guide, sent as the guide has it, and our leaving afterwards."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from pexdash.api.requests import (
    EVENTS,
    NODE_STATUS,
    REFRESH_TOKEN,
    RELEASE_TOKEN,
    REQUEST_TOKEN,
    REQUESTS,
)
from pexdash.cli.request_line import read_request
from pexdash.errors import (
    AnswerLost,
    BadAnswer,
    NodeUnavailable,
    NodeUnreachable,
    PexdashError,
    Refused,
    UsageFault,
)
from pexdash.session.membership import leaving
from pexdash.session.moderation.audit import Audit
from tests.cli.guide_node import (
    ANN,
    BOB,
    BOBBY,
    CALL,
    FRAME,
    JPEG,
    ME,
    NEW_TOKEN,
    PEOPLE,
    TOKEN,
    GuideNode,
)
from tests.cli.todays_requests import FOR_ALL, FOR_ONE, QUESTIONS, Case
from tests.cli.visiting import asked
from tests.eventually import eventually
from tests.session.expected_requests import WE_CAN

ROOM = "5e9a0f4b-7c5b-4f0e-9a44-6b3f6d3a1c0d"
OF_ANN = f"participants/{ANN}"
OF_CALL = f"{OF_ANN}/calls/{CALL}"
DIAL = {
    "role": "guest",
    "destination": "bob@example.com",
    "protocol": "sip",
    "presentation_url": "rtmp://x/y",
    "streaming": "no",
    "dtmf_sequence": "12,,3",
    "source_display_name": "Alice",
    "source": "meet.alice@example.com",
    "call_type": "video-only",
    "keep_conference_alive": "keep_conference_alive_never",
    "remote_display_name": "Bob = Bob",
    "text": "",
}
RTMP = {"call_uuid": CALL, "url": "rtmp://x/y", "secure_url": "rtmps://x/y"}
PICTURE = ("image/jpeg", JPEG)


POSTS: list[Case] = [
    *(
        ([name], "POST", name, None)
        for name in (
            "lock",
            "unlock",
            "start_conference",
            "muteguests",
            "unmuteguests",
            "disconnect",
            "clearallbuzz",
        )
    ),
    (
        ["message", "payload=Hello  World ✓"],
        "POST",
        "message",
        {"type": "text/plain", "payload": "Hello  World ✓"},
    ),
    (["dial", *(f"{name}={value}" for name, value in DIAL.items())], "POST", "dial", DIAL),
    *(
        ([name, ANN], "POST", f"{OF_ANN}/{name}", None)
        for name in (
            "disconnect",
            "mute",
            "unmute",
            "allowrxpresentation",
            "denyrxpresentation",
            "spotlighton",
            "spotlightoff",
            "unlock",
            "buzz",
            "clearbuzz",
        )
    ),
    (["role", ANN, "role=chair"], "POST", f"{OF_ANN}/role", {"role": "chair"}),
    (["dtmf", ANN, "digits=12*#AD"], "POST", f"{OF_ANN}/dtmf", {"digits": "12*#AD"}),
    (
        ["calls", ANN, "call_type=RTMP", "streaming=true", "bandwidth=576"],
        "POST",
        f"{OF_ANN}/calls",
        {"call_type": "RTMP", "streaming": "true", "bandwidth": 576},
    ),
    (
        ["transfer", ANN, "conference_alias=meet@example.com", "role=guest"],
        "POST",
        f"{OF_ANN}/transfer",
        {"role": "guest", "conference_alias": "meet@example.com"},
    ),
    (["ack", f"{ANN}/{CALL}"], "POST", f"{OF_CALL}/ack", None),
    (["disconnect", f"{ANN}/{CALL}"], "POST", f"{OF_CALL}/disconnect", None),
    (["dtmf", f"{ANN}/{CALL}", "digits=1234"], "POST", f"{OF_CALL}/dtmf", {"digits": "1234"}),
]
GETS: list[Case] = [
    (["conference_status"], "GET", "conference_status", None),
    (["participants"], "GET", "participants", None),
]
PICTURES: list[Case] = [
    (["avatar.jpg", ANN], "GET", f"{OF_ANN}/avatar.jpg", None),
    *(
        ([name, f"id={FRAME}"], "GET", name, None)
        for name in ("presentation.jpeg", "presentation_high.jpeg", "presentation.png")
    ),
]


def test_these_are_all_requests() -> None:
    cases = [*POSTS, *GETS, *PICTURES, *FOR_ALL, *FOR_ONE, *QUESTIONS]
    asked_for = {read_request(words[0], words[1:]).request for words, *_ in cases}
    elsewhere = {REQUEST_TOKEN, REFRESH_TOKEN, RELEASE_TOKEN, EVENTS, NODE_STATUS}
    assert asked_for | elsewhere == set(REQUESTS)
    assert not asked_for & elsewhere


@pytest.mark.parametrize(
    ("words", "method", "path", "body"),
    POSTS + GETS + FOR_ALL + FOR_ONE + QUESTIONS,
    ids=lambda one: str(one)[:40],
)
async def test_one_request_and_no_other(
    words: list[str], method: str, path: str, body: Any
) -> None:
    result = {"of": "any kind ✓\x7f\x1b", "list": [1, None]}
    async with GuideNode(results={path: result}) as node:
        line = await asked(node, *words)
        seen = node.only()
        assert (seen.method, seen.request, seen.query) == (method, path, {})
        assert seen.json == body
        assert seen.headers["token"] == TOKEN
        assert seen.headers.get("content-type") == ("application/json" if body else None)
        assert json.loads(line) == ("***" if path == "request_guest_token" else result)
        assert line.decode().rstrip("\n").isprintable()
        assert line.isascii()
        assert node.released() == [TOKEN]
        assert node.seen[0].json == {"display_name": "Alice", **WE_CAN}


@pytest.mark.parametrize(("words", "method", "path", "body"), PICTURES)
async def test_a_picture_is_given_as_it_is(
    words: list[str], method: str, path: str, body: Any
) -> None:
    async with GuideNode(answers={path: PICTURE}) as node:
        assert await asked(node, *words) == JPEG
        seen = node.only()
        assert (seen.method, seen.request, seen.body) == (method, path, b"")
        assert seen.query == ({"id": [FRAME]} if "id" in words[1] else {})
        assert seen.headers["token"] == TOKEN
        assert seen.headers["accept-encoding"] == "identity"
        assert node.released() == [TOKEN]


@pytest.mark.parametrize(
    ("words", "path", "body"),
    [
        (["lock"], "lock", None),
        (["mute", ANN], f"{OF_ANN}/mute", None),
        (["disconnect", f"{ANN}/{CALL}"], f"{OF_CALL}/disconnect", None),
        (["message", "payload=Hi"], "message", {"type": "text/plain", "payload": "Hi"}),
        (["video_mixes/delete", "a/b"], "video_mixes/a/b/delete", None),
        (
            ["participants/breakout", "breakout_uuid=main", f"participants={ANN}"],
            "participants/breakout",
            {"breakout_uuid": "main", "participants": [ANN]},
        ),
        (["conference_status"], "conference_status", None),
    ],
)
async def test_a_request_to_a_room_has_the_room_before_it(
    words: list[str], path: str, body: Any
) -> None:
    async with GuideNode() as node:
        await asked(node, *words, room=ROOM)
        assert (node.only().request, node.only().json) == (f"breakouts/{ROOM}/{path}", body)


async def test_somebody_in_a_room_is_looked_for_there() -> None:
    people = f"breakouts/{ROOM}/participants"
    async with GuideNode(results={people: PEOPLE}) as node:
        await asked(node, "mute", "Bobby", room=ROOM)
        assert node.requests() == [("GET", people), ("POST", f"{people}/{BOBBY}/mute")]


async def test_what_is_asked_of_a_question_stands_in_its_address() -> None:
    picture = f"{OF_ANN}/avatar.jpg"
    async with GuideNode(answers={picture: PICTURE}) as node:
        await asked(node, "available_layouts", "annotate=true")
        assert node.only().query == {"annotate": ["true"]}
        node.seen.clear()
        await asked(node, "avatar.jpg", ANN, "height=80", "width=60")
        assert node.only().query == {"width": ["60"], "height": ["80"]}


async def test_the_node_itself_can_be_asked() -> None:
    async with GuideNode() as node:
        assert await asked(node, "status") == b'"OK"\n'


async def test_joining_carries_the_fields_that_are_given(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("b25lLXRpbWU=\n")
    async with GuideNode() as node:
        fields = ("call_tag=desk 4", f"token=@{tmp_path}/token", "start_conference_if_host=true")
        told = await asked(node, "request_token", *fields)
        assert b"b25lLXRpbWU=" not in told
        assert node.seen[0].json == {
            "display_name": "Alice",
            **WE_CAN,
            "call_tag": "desk 4",
            "token": "b25lLXRpbWU=",
            "start_conference_if_host": True,
        }


async def test_the_three_requests_of_the_token_show_no_secret() -> None:
    async with GuideNode() as node:
        told = json.loads(await asked(node, "request_token", "display_name=Zora"))
        assert told["token"] == "***"
        assert told["turn"] == [{"urls": ["turn:x"], "username": "u", "credential": "***"}]
        assert told["participant_uuid"] == ME
        assert node.requests() == []
        assert node.released() == [TOKEN]


async def test_a_refreshed_token_is_the_one_released() -> None:
    async with GuideNode() as node:
        told = json.loads(await asked(node, "refresh_token"))
        assert told == {"token": "***", "expires": "120"}
        assert (node.only().method, node.only().request) == ("POST", "refresh_token")
        assert node.only().headers["token"] == TOKEN
        assert node.released() == [NEW_TOKEN]


@pytest.mark.parametrize("body", [b"", b'{"status": "success", "result": true}'])
async def test_release_token_is_sent_once_whatever_it_answers(body: bytes) -> None:
    async with GuideNode(answers={"release_token": ("application/json", body)}) as node:
        assert await asked(node, "release_token") == (b"true\n" if body else b"null\n")
        assert node.released() == [TOKEN]


async def test_an_ack_may_be_answered_with_nothing() -> None:
    async with GuideNode(answers={f"{OF_CALL}/ack": ("text/plain", b"")}) as node:
        assert await asked(node, "ack", f"{ANN}/{CALL}") == b"null\n"


@pytest.mark.parametrize(
    ("words", "uuid"),
    [("bob", BOB), ("Bobby", BOBBY), ("Sales", BOB), ("ann@example.com", ANN), ("me", ME)],
)
async def test_somebody_is_named_as_people_name_them(words: str, uuid: str) -> None:
    async with GuideNode() as node:
        await asked(node, "mute", words)
        *before, last = node.requests()
        assert last == ("POST", f"participants/{uuid}/mute")
        assert before == ([] if words == "me" else [("GET", "participants")])


async def test_our_own_entry_is_not_whom_a_name_means() -> None:
    people = [*PEOPLE, {"uuid": "The-Real-One", "display_name": "Alice"}]
    async with GuideNode(results={"participants": people}) as node:
        await asked(node, "mute", "alice")
        assert node.requests()[-1] == ("POST", "participants/The-Real-One/mute")


@pytest.mark.parametrize("words", ["Zoe", "example.com"])
async def test_nobody_or_several_cost_no_request(words: str) -> None:
    async with GuideNode() as node:
        with pytest.raises(UsageFault, match="Ann Smith"):
            await asked(node, "disconnect", words)
        assert node.requests() == [("GET", "participants")]
        assert node.released() == [TOKEN]


@pytest.mark.parametrize(
    ("status", "result", "fault", "said"),
    [
        (403, "Invalid role", Refused, "Invalid role"),
        (403, "Invalid token", Refused, "Invalid token"),
        (200, False, Refused, "said no"),
        (404, "no such thing\x1b[2J", Refused, "no such thing"),
        (503, "System in maintenance mode", NodeUnavailable, "maintenance"),
    ],
)
async def test_a_refusal_is_told_and_nothing_is_left_behind(
    status: int, result: Any, fault: type[PexdashError], said: str
) -> None:
    async with GuideNode(refused={"lock": (status, result)}) as node:
        with pytest.raises(fault, match=said) as refused:
            await asked(node, "lock")
        assert str(refused.value).isprintable()
        assert node.requests() == [("POST", "lock")]
        assert node.released() == [TOKEN]


async def test_a_lost_answer_is_not_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pexdash.api.client.ANSWER_SECONDS", 0.5)
    async with GuideNode(silent={"lock"}) as node:
        with pytest.raises(AnswerLost):
            await asked(node, "lock")
        assert node.requests() == [("POST", "lock")]
        assert node.released() == [TOKEN]


async def test_a_release_that_is_not_answered_costs_nothing_but_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(leaving, "RELEASE_SECONDS", 0.1)
    async with GuideNode(silent={"release_token"}) as node:
        assert await asked(node, "lock") == b"true\n"


@pytest.mark.parametrize("at", ["lock", "release_token"])
async def test_cancelled_while_it_waits_or_leaves_it_still_releases(
    at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if at == "release_token":
        monkeypatch.setattr(leaving, "RELEASE_SECONDS", 0.1)
    async with GuideNode(silent={at}) as node:
        asking = asyncio.ensure_future(asked(node, "lock"))
        await eventually(lambda: node.asked(at))
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        assert asking.cancelled()
        assert node.released() == [TOKEN]


async def test_what_is_no_picture_is_refused() -> None:
    answers = {"presentation.jpeg": ("text/html", b"<html>")}
    async with GuideNode(answers=answers) as node:
        with pytest.raises(BadAnswer, match="text/html"):
            await asked(node, "presentation.jpeg", f"id={FRAME}")
        assert node.released() == [TOKEN]


async def test_a_node_that_is_not_there() -> None:
    async with GuideNode() as node:
        gone = GuideNode(url=node.url)
    with pytest.raises(NodeUnreachable):
        await asked(gone, "lock")


async def test_a_request_that_changes_something_is_audited(tmp_path: Path) -> None:
    path = tmp_path / "actions.ndjson"
    async with GuideNode(refused={"lock": (403, "Invalid role")}) as node:
        for words in (("mute", "Ann"), ("participants",), ("lock",)):
            audit = Audit(path, say=pytest.fail)
            with suppress(Refused):
                await asked(node, *words, audit=audit)
            audit.close()
        url = node.url
    muted, locked = (json.loads(one) for one in path.read_text().splitlines())
    assert (muted["source"], muted["request"], muted["outcome"]) == ("ctl", "mute", "done")
    assert (muted["http"], muted["result"], muted["as_name"]) == (200, True, "Alice")
    assert muted["targets"][0]["uuid"] == ANN
    assert muted["targets"][0]["name"].startswith("Ann")
    assert muted["node"] in url
    assert (locked["outcome"], locked["http"], locked["targets"]) == ("refused", 403, [])
    assert locked["reason"] == "Invalid role"
