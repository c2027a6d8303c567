"""A node that answers nonsense is told so in one clean sentence, and nothing is left behind."""

from __future__ import annotations

import asyncio
import gzip
import os
import re
from pathlib import Path

import pytest

from tests.api.broken_server import broken_server, http
from tests.cli.visiting import Done, run
from tests.terminal.pseudo_terminal import terminal

JSON = "content-type: application/json"
MEGABYTE = 1024 * 1024

ANSWERS = {
    "a web page": http("200 OK", b"<html><title>Router \x1b[2J</title>", "content-type: text/html"),
    "nothing": http("200 OK"),
    "no content": b"HTTP/1.1 204 No Content\r\n\r\n",
    "not http": b"SSH-2.0-OpenSSH_9.6\r\n",
    "tls": b"\x15\x03\x01\x00\x02\x02\x28",
    "a status that acts": b"HTTP/1.1 403 \x1b[2J\r\ncontent-length: 0\r\n\r\n",
    "a status of none": b"HTTP/1.1 999 Odd\r\ncontent-length: 0\r\n\r\n",
    "elsewhere": http("302 Found", b"", "location: http://127.0.0.1:1/"),
    "unavailable": http("503 Service Unavailable", b"<h1>Down \x07</h1>", "retry-after: 1"),
    "no json": http("200 OK", b"{", JSON),
    "no object": http("200 OK", b"[]", JSON),
    "no token": http("200 OK", b'{"status":"success","result":{}}', JSON),
    "a strange token": http("200 OK", b'{"status":"success","result":{"token":["\\r\\n"]}}', JSON),
    "a token that acts": http(
        "200 OK", b'{"result":{"token":"a\\r\\nx: y","participant_uuid":"u"}}', JSON
    ),
    "depth": http("200 OK", b'{"result":' * 100_000, JSON),
    "a number": http("200 OK", b'{"result":' + b"9" * 5000 + b"}", JSON),
    "a refusal that acts": http(
        "403 Forbidden", b'{"status":"failed","result":"No\\u001b]52;c;eA==\\u0007 [/]"}', JSON
    ),
    "half of it": http("200 OK", b'{"result":{}}', JSON)[:-5],
    "too much": http("200 OK", b" " * 4 * MEGABYTE, JSON),
    "packed nonsense": http("200 OK", b"\x1f\x8b nonsense", JSON, "content-encoding: gzip"),
    "headers": b"HTTP/1.1 200 OK\r\n" + b"x: " + b"y" * 300_000 + b"\r\n\r\n",
    "no utf-8": http("200 OK", b'{"status":"success","result":"\xff\xfe"}', JSON),
}
BOMB = "a bomb"


def bomb() -> bytes:
    """An answer that is a hundred times as large as it looks; made only where it is sent."""
    packed = gzip.compress(b" " * 256 * MEGABYTE, 1)
    return http("200 OK", packed, JSON, "content-encoding: gzip")


def is_plain(done: Done) -> None:
    """One sentence or a few lines, in which nothing acts on a terminal and no fault is ours."""
    assert done.status in (3, 4), (done.status, done.err)
    assert done.out == b""
    assert done.err.startswith("pexdash: ")
    assert len(done.err) < 600
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", done.err)
    assert "Traceback" not in done.err


@pytest.mark.fault(59, 61, 66)
@pytest.mark.parametrize("what", [*ANSWERS, BOMB])
async def test_nonsense_at_joining(what: str, tmp_path: Path) -> None:
    answer = bomb() if what == BOMB else ANSWERS[what]
    home = {"HOME": str(tmp_path), "XDG_STATE_HOME": "", "XDG_CONFIG_HOME": ""}
    async with broken_server(answer) as server, asyncio.timeout(25):
        url = f"http://127.0.0.1:{server.address.port}"
        for command in (("events", "a", "--node", url), ("ctl", "a", "lock", "--node", url)):
            is_plain(await run(*command, environment=home))
        # Each command asks once, and asks nobody else.
        assert len(server.requests) == 2
    assert os.listdir(tmp_path) == [], "a report was left"


@pytest.mark.parametrize("what", ["a web page", "depth", "a refusal that acts", "not http"])
async def test_nonsense_at_joining_on_a_terminal(what: str) -> None:
    async with (
        broken_server(ANSWERS[what]) as server,
        terminal("join", "a", "--node", f"http://127.0.0.1:{server.address.port}") as shown,
    ):
        assert await shown.status() in (3, 4)
        await shown.shows("pexdash: ")
        assert b"\x1b]52" not in shown.raw
        assert b"Traceback" not in shown.raw
        assert b"fault of its own" not in shown.raw
