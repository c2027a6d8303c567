"""Pictures, and answers that are none."""

from __future__ import annotations

import gzip
from urllib.parse import parse_qsl

import pytest

from pexdash.api import requests as table
from pexdash.api.address import About
from pexdash.api.client import PICTURE_LIMIT
from pexdash.api.requests import Request
from pexdash.errors import (
    BadAnswer,
    NodeUnavailable,
    PexdashError,
    Refused,
    TokenRefused,
)
from tests.api.broken_server import broken_server, http
from tests.api.client.clients import (
    CANARY,
    GZIP,
    PATH,
    TOKEN,
    check_secrecy,
    client_of,
)

PICTURE = b"\xff\xd8 any bytes \x00"


@pytest.mark.parametrize("kind", ["image/jpeg", "image/png", "IMAGE/JPEG; charset=x"])
@pytest.mark.parametrize(
    ("request_", "participant", "frame_id", "target"),
    [
        (table.AVATAR, "p-1", "", "/participants/p-1/avatar.jpg"),
        (table.PRESENTATION, "", "", "/presentation.jpeg"),
        (table.PRESENTATION, "", "MTA_8=&x", "/presentation.jpeg?id=MTA_8%3D%26x"),
    ],
)
async def test_a_picture_by_its_id_and_the_token_as_a_header(
    request_: Request, participant: str, frame_id: str, target: str, kind: str
) -> None:
    async with (
        broken_server(http("200 OK", PICTURE, f"content-type: {kind}")) as server,
        client_of(server) as client,
    ):
        taken = await client.picture(
            request_, TOKEN.secret, About(participant), {"id": frame_id} if frame_id else None
        )
    assert taken == PICTURE
    (received,) = server.requests
    first, *headers = received.decode().split("\r\n")
    assert first == f"GET {PATH}{target} HTTP/1.1"
    assert f"token: {CANARY}" in headers
    assert "accept-encoding: identity" in headers
    assert CANARY not in first


JPEG_HEAD = "content-type: image/jpeg"
NO_PICTURES: list[tuple[bytes, type[PexdashError]]] = [
    (http("200 OK", b"<html>", "content-type: text/html"), BadAnswer),
    (http("200 OK", b'{"result": true}', "content-type: application/json"), BadAnswer),
    (http("200 OK", b"GIF89a", "content-type: image/gif"), BadAnswer),
    (http("200 OK", PICTURE), BadAnswer),
    (http("200 OK", b"", JPEG_HEAD), BadAnswer),
    (http("200 OK", b"x" * (PICTURE_LIMIT + 1), JPEG_HEAD), BadAnswer),
    (http("200 OK", gzip.compress(bytes(PICTURE_LIMIT + 1)), JPEG_HEAD, GZIP), BadAnswer),
    (http("204 No Content"), BadAnswer),
    (http("302 Found", b"", "location: http://127.0.0.1:1/"), BadAnswer),
    (http("404 Not Found", b'{"status": "failed", "result": "No image available"}'), Refused),
    (http("404 Not Found", b"<html>"), Refused),
    (http("403 Forbidden", b'{"status": "success", "result": "Invalid token"}'), TokenRefused),
    (http("403 Forbidden", b'{"status": "success", "result": "Invalid role"}'), Refused),
    (http("503 Unavailable", b"busy"), NodeUnavailable),
]


@pytest.mark.parametrize(("answer", "error"), NO_PICTURES)
async def test_pictures_that_are_none(answer: bytes, error: type[PexdashError]) -> None:
    async with broken_server(answer) as server, client_of(server) as client:
        with pytest.raises(error) as raised:
            await client.picture(table.AVATAR, TOKEN.secret, About("p-1"))
    assert raised.type is error
    check_secrecy(raised.value)


async def test_the_largest_picture_is_read_whole() -> None:
    largest = bytes(PICTURE_LIMIT)
    async with (
        broken_server(http("200 OK", largest, JPEG_HEAD)) as server,
        client_of(server) as client,
    ):
        assert await client.picture(table.PRESENTATION, TOKEN.secret) == largest


@pytest.mark.parametrize("frame_id", ["x" * 100_000, "é" * 30_000, "\ud800"], ids=len)
async def test_an_id_of_a_frame_that_no_request_can_carry_sends_nothing(frame_id: str) -> None:
    async with broken_server(b"") as server, client_of(server) as client:
        with pytest.raises(BadAnswer, match="no request can carry") as raised:
            await client.picture(table.PRESENTATION, TOKEN.secret, query={"id": frame_id})
        assert len(str(raised.value)) < 200
        assert server.connections == 0


@pytest.mark.parametrize("frame_id", ["a\r\nb: c", "\0", "#", "&id=2", "%26", "/../"])
async def test_an_id_of_a_frame_stays_in_its_place(frame_id: str) -> None:
    async with (
        broken_server(http("200 OK", PICTURE, JPEG_HEAD)) as server,
        client_of(server) as client,
    ):
        await client.picture(table.PRESENTATION, TOKEN.secret, query={"id": frame_id})
    path, _, query = server.requests[0].split(b" ")[1].decode("ascii").partition("?")
    assert path == f"{PATH}/presentation.jpeg"
    assert parse_qsl(query) == [("id", frame_id)]
