"""Whatever a node answers, what comes out is an answer or an error of ours without secrets."""

from __future__ import annotations

import asyncio
import json
from contextlib import ExitStack

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pexdash.api import requests as table
from pexdash.api.address import About
from pexdash.api.client import NodeClient
from pexdash.errors import BadAnswer, NodeFault, PexdashError
from pexdash.secret import Secret
from tests.api.broken_server import broken_server, http
from tests.api.client.clients import CANARY, TOKEN, check_secrecy, client_of

KINDS = ["refresh", "join", "list", "status", "post", "picture", "stream", "leave"]


async def asked(client: NodeClient, kind: str) -> object:
    """The outcome of one request of that kind: what it returned, or our error."""
    try:
        match kind:
            case "refresh":
                return await client.refresh_token(TOKEN)
            case "join":
                return await client.request_token("Alice", pin=Secret("1234"))
            case "list":
                return await client.participants(TOKEN)
            case "status":
                return await client.call(table.CONFERENCE_STATUS, TOKEN.secret)
            case "post":
                return await client.call(table.LOCK, TOKEN.secret)
            case "picture":
                return await client.picture(table.AVATAR, TOKEN.secret, About("p-1"))
            case "leave":
                await client.release_token(TOKEN)
                return None
            case _:
                async with client.events(TOKEN, on_bytes=lambda: None) as stream:
                    return [together async for together in stream]
    except PexdashError as error:
        check_secrecy(error)
        return error


HEADERS = st.sampled_from(
    [
        b"content-length: 5",
        b"content-length: 99999999999999999999",
        b"content-length: " + b"9" * 5000,
        b"content-length: -1",
        b"content-length: \xb2",
        b"content-length: 1, 1",
        b"content-length: 1, 2",
        b"transfer-encoding: chunked",
        b"transfer-encoding: gzip, chunked",
        b"content-encoding: gzip",
        b"content-encoding: \xff",
        b"content-type: text/event-stream",
        b"content-type: application/json; charset=utf-7",
        b"content-type: application/json; charset=\xff",
        b"content-type: image/jpeg",
        b"content-type: \xff\x1b[2J",
        b"location: http://[::1",
        b"location: \x1b]0;x",
        b"retry-after: -1",
        b"retry-after: nan",
        b"retry-after: 1e999",
        b"retry-after: " + b"9" * 5000,
        b"set-cookie: a=b; domain=.; max-age=" + b"9" * 5000,
        b"set-cookie: \xff=\x00; expires=Mon, 99 Foo 99999 99:99:99 GMT; port=\xb2",
        b"set-cookie: token=" + CANARY.encode(),
        b"connection: close",
        b"connection: upgrade",
        b"x: " + b"y" * 20_000,
        b": ",
        b"a b: c",
        b"\xff: \xff",
    ]
)
STATUSES = st.sampled_from(
    [b"HTTP/1.1 %d " % status for status in (100, 101, 103, 199, 200, 201, 204, 205, 206, 299)]
    + [b"HTTP/1.1 %d X\xff" % status for status in (300, 304, 307, 400, 401, 403, 404, 407, 418)]
    + [b"HTTP/1.1 %d" % status for status in (429, 451, 500, 502, 503, 504, 599, 600, 999, 99)]
    + [b"HTTP/1.0 200 OK", b"HTTP/2 200", b"HTTP/1.1 2000 OK", b"HTTP/1.1 \xb2\xb2\xb2", b"ICY 200"]
)
JSON_TEXTS = st.sampled_from(
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"true",
        b"\xff\xfe",
        b"\xef\xbb\xbf{}",
        b'{"result": NaN}',
        b'{"result": 1e999}',
        b'{"result": -1e999}',
        b'{"result": ' + b"9" * 5000 + b"}",
        b"[" * 100_000,
        b'{"result": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"result": "\\ud800"}',
        b'{"status": "failed", "result": "\\udfff \\u001b[2J"}',
        b'{"result": {"token": "a\\r\\nb", "participant_uuid": "a"}}',
        b'{"result": {"pin": 5, "guest_pin": []}}',
        b'{"result": {"conference_extension": "\\ud800"}}',
        b"event: stage\ndata: [\n\n",
        b"data: \xff\n\nid: \x00\n\nretry: " + b"9" * 5000 + b"\n\n",
        b"5\r\nhello\r\n0\r\n\r\n",
        b"ffffffffffffffff\r\n",
        b"-1\r\n",
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["status", "result", "token", "expires", "participant_uuid", "role"])
            | st.text(max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)
BODIES = JSON_TEXTS | st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode())
ANSWERS = st.binary(max_size=300) | st.builds(
    lambda status, headers, body: b"\r\n".join([status, *headers, b"", body]),
    STATUSES,
    st.lists(HEADERS, max_size=4),
    BODIES,
)
GOOD_HEADS = BODIES.map(lambda body: http("200 OK", body, "content-type: application/json"))


@pytest.mark.parametrize("kind", KINDS)
def test_any_bytes_are_an_answer_or_an_error_of_ours(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pexdash.api.client.ANSWER_SECONDS", 0.5)
    said = [b""]

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(said[0])
        await writer.drain()

    with asyncio.Runner() as runner, ExitStack() as stack:
        serving = broken_server(answer)
        server = runner.run(serving.__aenter__())
        stack.callback(lambda: runner.run(serving.__aexit__(None, None, None)))

        # Each goes twice through real sockets; all kinds of request read an answer in one way.
        @settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
        @given(ANSWERS | GOOD_HEADS)
        def check(hostile: bytes) -> None:
            said[0] = hostile
            runner.run(twice())

        async def twice() -> None:
            # What the first answer left behind must not harm the next request.
            async with client_of(server) as client:
                await asked(client, kind)
                await asked(client, kind)

        check()


NONE_AT_ALL: list[tuple[bytes, type[PexdashError]]] = [
    (http("200 OK", b""), BadAnswer),
    (http("200 OK", b"null"), BadAnswer),
    (http("200 OK", b"[]"), BadAnswer),
    (http("200 OK", b"[" * 100_000), BadAnswer),
    (http("200 OK", b"9" * 5000), BadAnswer),
    (http("204 No Content"), BadAnswer),
    (b"HTTP/1.1 204 No Content\r\ncontent-length: 99999999\r\n\r\n", BadAnswer),
]


@pytest.mark.fault(66)
@pytest.mark.parametrize("kind", [one for one in KINDS if one not in ("stream", "leave")])
@pytest.mark.parametrize(("answer", "error"), NONE_AT_ALL)
async def test_an_answer_of_nothing_is_none(
    answer: bytes, error: type[PexdashError], kind: str
) -> None:
    async with broken_server(answer) as server, client_of(server) as client:
        assert isinstance(await asked(client, kind), error)


INTERIM = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n"


async def test_interim_answers_are_passed_over() -> None:
    answer = INTERIM + http("200 OK", b'{"result": []}')
    async with broken_server(answer) as server, client_of(server) as client:
        assert await client.participants(TOKEN) == []


NUMBERS = ["NaN", "Infinity", "1e999", "-1e999", "9" * 5000, "1" + "0" * 400]


@pytest.mark.fault(59)
@pytest.mark.parametrize("number", NUMBERS, ids=lambda one: one[:9])
async def test_numbers_no_machine_can_hold_harm_nobody(number: str) -> None:
    wanted = f'{{"uuid": "a", "start_time": {number}, "display_name": "\\ud800", "spotlight": "x"}}'
    body = f'{{"status": {number}, "result": [{wanted}]}}'.encode()
    async with broken_server(http("200 OK", body)) as server, client_of(server) as client:
        seen = await asked(client, "list")
        if isinstance(seen, BadAnswer):
            return
        assert isinstance(seen, list)
        assert seen[0].start_time is None
        seen[0].display_name.encode("utf-8")


TOKENS = ["a\r\nb", "a\nb", "a\0b", "ü", "\ud800", " a", "a ", "", "x" * 1_000_000, "x" * 8193]


@pytest.mark.fault(69)
@pytest.mark.parametrize("token", TOKENS, ids=lambda one: repr(one)[:12])
async def test_a_token_no_header_can_carry_is_refused_and_not_shown(token: str) -> None:
    result = {"token": token, "expires": "120", "participant_uuid": "a", "role": "HOST"}
    answer = http("200 OK", json.dumps({"status": "success", "result": result}).encode())
    async with broken_server(answer) as server, client_of(server) as client:
        for kind in ("join", "refresh"):
            error = await asked(client, kind)
            assert isinstance(error, BadAnswer)
            if len(token) > 2:
                assert token.strip() not in f"{error} {error!r}"
    assert len(server.requests) == 2


async def test_a_token_of_eight_kibibytes_is_carried() -> None:
    result = {"token": "x" * 8192, "expires": "120", "participant_uuid": "a", "role": "HOST"}
    answer = http("200 OK", json.dumps({"result": result}).encode())
    async with broken_server(answer) as server, client_of(server) as client:
        token = await client.request_token("Alice")
        await client.release_token(token)
    assert b"token: " + b"x" * 8192 in server.requests[1]


ECHOES = [
    http(f"400 {CANARY}", b"", f"x: {CANARY}", f"content-type: {CANARY}"),
    http("200 OK", b"x", f"content-encoding: {CANARY}"),
    http("302 Found", b"", f"location: http://{CANARY}/"),
    f"HTTP/1.1 200 {CANARY}\x00\r\n\r\n".encode(),
    f"{CANARY}\r\n\r\n".encode(),
]


@pytest.mark.parametrize("echo", ECHOES)
async def test_a_token_that_comes_back_with_a_broken_answer_is_not_shown(echo: bytes) -> None:
    async with broken_server(echo) as server, client_of(server) as client:
        status = client.call(table.CONFERENCE_STATUS, TOKEN.secret)
        for asked_for in (client.participants(TOKEN), client.refresh_token(TOKEN), status):
            with pytest.raises(NodeFault) as raised:
                await asked_for
            assert CANARY not in f"{raised.value} {raised.value!r}"
