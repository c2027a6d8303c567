"""A secret is in no repr, no error and no picture."""

from __future__ import annotations

import asyncio
import json
import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pexdash.api.address import About, parse_node
from pexdash.api.client import NodeClient
from pexdash.api.requests import LOCK, TRANSFER
from pexdash.api.tls import trust
from pexdash.api.token import Token, token_of
from pexdash.errors import PexdashError
from pexdash.model.events import ConferenceUpdated
from pexdash.model.participant import Role
from pexdash.model.status import ConferenceStatus
from pexdash.plain.ndjson import event_line
from pexdash.secret import Secret, masked, masked_json
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.record_place import OneFile
from pexdash.session.feed.recording import Recording
from pexdash.session.feed.told import Heard, Listed, Me, Stated
from pexdash.session.membership.invitation import Invitation
from pexdash.ui.screens.join import JoinForm
from tests import canaries, screenshots
from tests.canaries import PIN, TOKEN, TRANSFER_PIN, sung
from tests.examples import times
from tests.manual_clock import ManualClock
from tests.raw_server import raw_server

ANSWERS = {
    "nothing": b"",
    "broken HTTP": b"nonsense\r\n\r\n",
    "half an answer": b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{",
    "no JSON": b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{",
    "a refusal": b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\n{}",
    "a redirect": b"HTTP/1.1 302 Found\r\nLocation: http://evil/\r\nContent-Length: 0\r\n\r\n",
    "a broken encoding": (
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx"
    ),
}


def token() -> Token:
    return token_of({"token": TOKEN, "expires": "120", "participant_uuid": "a", "turn": [
        {"credential": canaries.TURN_PASSWORD}
    ]})  # fmt: skip


def test_no_repr_has_one() -> None:
    invitation = Invitation("meet.alice", "Alice", pin=Secret(PIN))
    form = JoinForm("meet.alice", pin=Secret(PIN))
    for one in (token(), invitation, form, Secret(PIN), [Secret(PIN)], vars(Secret)):
        assert sung(f"{one!r} {one}".encode()) == []
    assert sung(str(token().told).encode()) == []


REQUESTS: dict[str, Callable[[NodeClient], Awaitable[object]]] = {
    "request_token": lambda client: client.request_token("Alice", pin=Secret(PIN)),
    "refresh_token": lambda client: client.refresh_token(token()),
    "a request": lambda client: client.call(LOCK, token().secret),
    "a transfer": lambda client: client.call(
        TRANSFER,
        token().secret,
        About("a"),
        body={"role": "chair", "conference_alias": "b", "pin": TRANSFER_PIN},
    ),
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS.keys())
@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS.keys())
async def test_no_error_has_one_nor_what_caused_it(
    answer: bytes, request_: Callable[[NodeClient], Awaitable[object]]
) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)

    async with raw_server(serve) as port:
        node = parse_node(f"http://127.0.0.1:{port}")
        client = NodeClient(node, "meet.alice", tls=lambda: trust(None, insecure=False))
        with pytest.raises(PexdashError) as raised:
            await request_(client)
        await client.aclose()
    fault: BaseException | None = raised.value
    assert sung("".join(traceback.format_exception(raised.value)).encode()) == []
    while fault is not None:
        assert sung(f"{fault!r} {fault} {vars(fault)!r}".encode()) == []
        fault = fault.__cause__ or fault.__context__


@pytest.mark.parametrize("scene", ["details", "dial"])
async def test_no_picture_of_the_screen_has_one(
    monkeypatch: pytest.MonkeyPatch, scene: str
) -> None:
    made: list[str] = []
    original = Secret.__init__

    def noted(self: Secret, text: str) -> None:
        made.append(text)
        original(self, text)

    monkeypatch.setattr(Secret, "__init__", noted)
    monkeypatch.setattr(screenshots, "PORT", 0)
    picture = await screenshots.draw(scene)
    secrets = [text for text in made if text != "none"]
    assert secrets
    assert not [text for text in secrets if text in picture]


SECRET = "the-secret"


@pytest.mark.parametrize(
    "text",
    [
        '{"token": "the-secret"}',
        '{"a": [{"Host_PIN" : "the-secret"}]}',
        '{"redirect_url": {"to": "the-secret"}}',
        '{"p\\u0069n": "the-secret"}',
        '{"to\u212aen": "the-secret"}',
        '{"to\\u212aen": "the-secret"}',
        '{"pin": "the-secret", "pin": "***"}',
        '{"a": {"token": "the-secret"}, "a": 1}',
        '{"payload": "{\\"token\\": \\"the-secret\\"}"}',
        '{"payload": "[{\\"p\\u0069n\\": \\"the-secret\\"}]"}',
        '{"token": "the-secret"',
        '{"turn": {"credential": ["the-secret"]}}',
        '["{\\"token\\": \\"the-secret\\"}"]',
        '"{\\"token\\": \\"the-secret\\"}"',
        '{"pa\u017f\u017fword": "the-secret"}',
        '{"payload": "look: {\\"token\\" : \\"the-secret\\"}"}',
        '{"payload": "{\\"token\\"\\n:\\n\\"the-secret\\"}"}',
    ],
)
def test_no_value_of_a_key_that_names_a_secret_is_left_in_json(text: str) -> None:
    assert SECRET not in masked_json(text)


@pytest.mark.parametrize(
    "text",
    [
        '{"display_name": "token", "uri": "sip:pin@example.com"}',
        '{ "tokens": 1, "pinned": "yes", "note": "a\\u0069b" }',
        "",
        "no JSON",
        '{"payload": "{\\"a\\": 1}"}',
        '{"payload": "whose \\"pin\\" is it?"}',
        '{"payload": "\\"token\\""}',
    ],
)
def test_json_without_secrets_stays_as_it_came(text: str) -> None:
    assert masked_json(text) == text


def test_what_is_masked_is_the_value_alone() -> None:
    told = {"a": 1, "guest_pin": "12", "list": [{"token": None}], "digits": 7, "pins": "x"}
    hidden = {"a": 1, "guest_pin": "***", "list": [{"token": "***"}], "digits": "***", "pins": "x"}
    assert masked(told) == hidden


KEYS = st.builds(
    lambda start, name, cased: start + (name.upper() if cased else name),
    st.sampled_from(["", "host_", "x-", "Guest"]),
    st.sampled_from(["token", "pin", "digits", "credential", "password"]),
    st.booleans(),
) | st.sampled_from(["redirect_url", "Redirect_URL"])
WRAPPED: list[Callable[[str], str]] = [
    lambda text: f'{{"a": {text}, "b": 1}}',
    lambda text: f"[1, {text}]",
    lambda text: json.dumps({"payload": text}),
    lambda text: json.dumps([text]),
    json.dumps,
]


@st.composite
def texts_with_a_secret(draw: st.DrawFn) -> str:
    """JSON that gives a secret away, by a key that may be escaped, doubled, and in a text."""
    key = "".join(
        f"\\u{ord(letter):04x}" if draw(st.booleans()) else letter for letter in draw(KEYS)
    )
    value = draw(st.sampled_from(['"the-secret"', '["the-secret"]', '{"a": "the-secret"}']))
    blank = draw(st.sampled_from(["", " ", "\n", "\t"]))
    again = draw(st.sampled_from(["", f', "{key}": 1']))
    text = f'{{"{key}"{blank}:{blank}{value}{again}}}'
    for wrap in draw(st.lists(st.sampled_from(WRAPPED), max_size=4)):
        text = wrap(text)
    return text


def recorded(text: str) -> str:
    """What a recording holds of an event with this data, and of a list and a status with it."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "record"
        one = Recording(
            OneFile(path),
            Feed("meet.alice", ManualClock()),
            node=lambda: "node",
            say=lambda _: None,
        )
        one.told(Me("a1", Role.HOST))
        one.told(Heard((), ((b"x", b"", text.encode()),)))
        one.told(Listed([], [json.loads(text)]))
        one.told(Stated(ConferenceUpdated(ConferenceStatus()), json.loads(text)))
        return path.read_text()


@settings(max_examples=times(200))
@given(texts_with_a_secret())
def test_no_sink_of_json_shows_a_secret_however_it_is_spelled(text: str) -> None:
    assert SECRET not in masked_json(text)
    assert SECRET not in json.dumps(masked(json.loads(text)))
    assert SECRET not in event_line(0.0, "x", text, "")
    assert SECRET not in recorded(text)
    told = token_of({"token": SECRET, "participant_uuid": "a", "more": json.loads(text)}).told
    assert SECRET not in json.dumps(told)
