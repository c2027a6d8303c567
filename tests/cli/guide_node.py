"""A node for one request at a time, in the shapes of the guide, that shares no code with ours."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote

from tests.raw_server import raw_server

ALIAS = "meet.alice@example.com"
API = "/api/client/v2/"
PATH = f"{API}conferences/meet.alice%40example.com/"
TOKEN = "SE9TVAltZm9yZWlnbg%3D%3D"
NEW_TOKEN = "SE9TVAltYW5vdGhlcg%3D%3D"
ME = "2c34f35f-1060-438c-9e87-6c2dffbc9980"
ANN = "50b956c8-9a63-4711-8630-3810f8666b04"
BOB = "65b4af2f-657a-4081-98a8-b17667628ce3"
BOBBY = "7f8bdd7f-2d39-4c3f-9236-3e95b21f21a8"
CALL = "50ed679d-c622-4c0e-b251-e217f2aa030b"
FRAME = "MTAuNDQuOTkuMl8xOA=="
JPEG = b"\xff\xd8\xff\xe0 a picture \x00\xff\xd9"


def person(uuid: str, name: str, **fields: Any) -> dict[str, Any]:
    return {"uuid": uuid, "display_name": name, "overlay_text": name, "uri": "", **fields}


PEOPLE = [
    person(ME, "Alice", protocol="api"),
    person(ANN, "Ann Smith", uri="sip:ann@example.com", role="chair"),
    person(BOB, "Bob", uri="sip:robert@example.com", overlay_text="Sales"),
    person(BOBBY, "Bobby Tables", uri="sip:tables@example.com"),
]


@dataclass
class Seen:
    """One request as it came; `request` is the path after the conference, without its query."""

    method: str
    request: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body) if self.body else None


@dataclass
class GuideNode:
    """Answers everything with true unless `results` or `refused` say otherwise.

    `stream` is what an event stream begins with; `answers` are whole answers, by request: content
    type and body. Requests in `silent` are never answered. With `pin`, that PIN is wanted.
    """

    results: dict[str, Any] = field(default_factory=dict)
    refused: dict[str, tuple[int, Any]] = field(default_factory=dict)
    answers: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    stream: bytes = b""
    pin: str = ""
    seen: list[Seen] = field(default_factory=list)
    url: str = ""
    _streams: set[asyncio.StreamWriter] = field(default_factory=set)

    async def __aenter__(self) -> GuideNode:
        self._listening = raw_server(self._serve)
        self.url = f"http://127.0.0.1:{await self._listening.__aenter__()}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._listening.__aexit__(None, None, None)

    def requests(self) -> list[tuple[str, str]]:
        """Method and name of everything but what joins and leaves."""
        return [(one.method, one.request) for one in self._between()]

    def only(self) -> Seen:
        """The one request that was neither of those."""
        (one,) = self._between()
        return one

    def _between(self) -> Iterator[Seen]:
        return (one for one in self.seen if one.request not in ("request_token", "release_token"))

    def released(self) -> list[str]:
        """The tokens released."""
        return [one.headers["token"] for one in self.seen if one.request == "release_token"]

    def asked(self, request: str) -> bool:
        return any(one.request == request for one in self.seen)

    def send(self, data: bytes) -> None:
        """Send bytes on every event stream."""
        for writer in self._streams:
            writer.write(data)

    def cut_streams(self) -> None:
        for writer in list(self._streams):
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                await self._answer(reader, writer)
        finally:
            self._streams.discard(writer)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, *rest = head.strip().split("\r\n")
        method, target, _ = first.split(" ")
        path, _, query = target.partition("?")
        headers = {
            name.lower(): value.strip() for name, value in (line.split(":", 1) for line in rest)
        }
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        place = API if path == f"{API}status" else PATH
        assert path.startswith(place)
        seen = Seen(method, unquote(path.removeprefix(place)), parse_qs(query), headers, body)
        self.seen.append(seen)
        if seen.request in self.silent:
            await asyncio.Event().wait()
        if seen.request == "events":
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
            writer.write(self.stream)
            self._streams.add(writer)
            await writer.drain()
            return
        status, kind, answer = self._whole(seen)
        head = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(answer)}"
        writer.write(f"{head}\r\n\r\n".encode() + answer)
        await writer.drain()

    def _whole(self, seen: Seen) -> tuple[int, str, bytes]:
        if seen.request == "request_token" and self.pin and seen.headers.get("pin") != self.pin:
            given = "pin" in seen.headers
            result: Any = "Invalid PIN" if given else {"pin": "required", "guest_pin": "required"}
            return 403, "application/json", _envelope(result)
        if seen.request in self.refused:
            status, result = self.refused[seen.request]
            return status, "application/json", _envelope(result)
        if seen.request in self.answers:
            return 200, *self.answers[seen.request]
        return 200, "application/json", _envelope(self.results.get(seen.request, _usual(seen)))


def _envelope(result: Any) -> bytes:
    return json.dumps({"status": "success", "result": result}).encode()


def _usual(seen: Seen) -> Any:
    if seen.request == "request_token":
        return {
            "token": TOKEN,
            "expires": "120",
            "participant_uuid": ME,
            "display_name": seen.json["display_name"],
            "role": "HOST",
            "turn": [{"urls": ["turn:x"], "username": "u", "credential": "hush"}],
            "version": {"pseudo_version": "25010.0.0", "version_id": "10"},
        }
    if seen.request == "refresh_token":
        return {"token": NEW_TOKEN, "expires": "120"}
    if seen.request == "participants":
        return PEOPLE
    if seen.request == "status":
        return "OK"
    if seen.request == "conference_status":
        return {"locked": False, "guests_muted": False}
    return True
