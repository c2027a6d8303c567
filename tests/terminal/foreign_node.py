"""A node that shares no code with pexdash, in the shapes of the API guide of version 15."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from tests.raw_server import raw_server

ALIAS = "meet.alice@example.com"
PREFIX = f"/api/client/v2/conferences/{ALIAS}/"
ME = "2c34f35f-1060-438c-9e87-6c2dffbc9980"
ANN = "50b956c8-9a63-4711-8630-3810f8666b04"
BOB = "65b4af2f-657a-4081-98a8-b17667628ce3"
WENDY = "977fcd1c-8e3c-4dcf-af45-e536b77af088"
CALLED = "a0196175-b462-48a1-b95c-f322c3af57c1"
CALL = "50ed679d-c622-4c0e-b251-e217f2aa030b"
TOKEN = "SE9TVAltZm9yZWlnbg%3D%3D"
WANTS_PIN = {"pin": "required", "guest_pin": "required"}


def person(uuid: str, name: str, **fields: Any) -> dict[str, Any]:
    """A participant as the guide's example has it."""
    return {
        "api_url": f"/participants/{uuid}",
        "call_direction": "in",
        "display_name": name,
        "encryption": "On",
        "has_media": True,
        "is_audio_only_call": "NO",
        "is_external": False,
        "is_muted": "NO",
        "is_presenting": "NO",
        "is_streaming_conference": False,
        "is_video_call": "YES",
        "local_alias": "meet.alice",
        "overlay_text": name,
        "presentation_supported": "NO",
        "protocol": "sip",
        "role": "guest",
        "rx_presentation_policy": "ALLOW",
        "service_type": "conference",
        "spotlight": 0,
        "start_time": 1441720992,
        "uri": f"sip:{name.partition(' ')[0].lower()}@example.com",
        "uuid": uuid,
        "vendor": "Polycom",
        **fields,
    }


@dataclass
class Seen:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    prefix: str = PREFIX

    @property
    def request(self) -> str:
        """The path after the conference."""
        return self.path.removeprefix(self.prefix)

    @property
    def json(self) -> Any:
        return json.loads(self.body) if self.body else None


@dataclass
class ForeignNode:
    """Answers every POST with true and does nothing by itself: events come from the test.

    `refused` maps what follows the alias in a path to the words, or the result, it is refused
    with, `results` to what it is answered in place of the usual, and what is in `silent` is taken
    and never answered. Where there is a `pin`, nobody gets in without it.
    """

    seen: list[Seen] = field(default_factory=list)
    people: list[dict[str, Any]] = field(default_factory=list)
    refused: dict[str, Any] = field(default_factory=dict)
    results: dict[str, Any] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    token: str = TOKEN
    pin: str = ""
    url: str = ""
    prefix: str = PREFIX
    _streams: set[asyncio.StreamWriter] = field(default_factory=set)

    async def __aenter__(self) -> ForeignNode:
        self.people = self.people or [
            person(ME, "Alice", role="chair", protocol="api", has_media=False, is_video_call="NO"),
            person(ANN, "Ann Smith", role="chair"),
            person(BOB, "Bob Jones"),
            person(WENDY, "Wendy Weber", service_type="waiting_room"),
        ]
        self._listening = raw_server(self._serve)
        self.url = f"http://127.0.0.1:{await self._listening.__aenter__()}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._listening.__aexit__(None, None, None)

    def posts(self) -> list[tuple[str, Any]]:
        """Every POST but those that keep the session: what follows the alias, and its JSON."""
        keeping = {"request_token", "refresh_token"}
        return [
            (one.request, one.json)
            for one in self.seen
            if one.method == "POST" and one.request not in keeping
        ]

    def send(self, event: str, data: Any = None) -> None:
        """Send an event to every stream as the guide has it: no id, no data where none is due."""
        lines = f"event: {event}\n" + ("" if data is None else f"data: {json.dumps(data)}\n")
        for writer in self._streams:
            writer.write(f"{lines}\n".encode("utf-8", "replace"))

    def cut_streams(self) -> None:
        """Reset every event stream."""
        for writer in list(self._streams):
            writer.transport.abort()

    def update(self, uuid: str, **fields: Any) -> None:
        """Change a participant and tell everybody."""
        (one,) = (one for one in self.people if one["uuid"] == uuid)
        one.update(fields)
        self.send("participant_update", one)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                await self._answer(head.decode(), reader, writer)
        finally:
            self._streams.discard(writer)

    async def _answer(
        self, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        first, *rest = head.strip().split("\r\n")
        method, target, _ = first.split(" ")
        headers = {
            name.strip().lower(): value.strip()
            for name, value in (line.split(":", 1) for line in rest)
        }
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        seen = Seen(method, unquote(target), headers, body, self.prefix)
        self.seen.append(seen)
        if seen.request in self.silent:
            return
        if seen.request == "events" and "events" not in self.refused:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
            self._streams.add(writer)
            self.send("participant_sync_begin")
            for one in self.people:
                self.send("participant_create", one)
            self.send("participant_sync_end")
            self.send("conference_update", {"locked": False, "guests_muted": False})
            return
        refused = self.refused.get(seen.request)
        if seen.request == "request_token" and self.pin and headers.get("pin") != self.pin:
            refused = WANTS_PIN
        status = "200 OK" if refused is None else "403 Forbidden"
        result = self._result(seen) if refused is None else refused
        answer = json.dumps({"status": "success", "result": result}).encode()
        head = f"Content-Type: application/json\r\nContent-Length: {len(answer)}"
        writer.write(f"HTTP/1.1 {status}\r\n{head}\r\n\r\n".encode() + answer)
        await writer.drain()

    def _result(self, seen: Seen) -> Any:
        if seen.request in self.results:
            return self.results[seen.request]
        if seen.request == "request_token":
            return {
                "token": self.token,
                "expires": "120",
                "participant_uuid": ME,
                "display_name": "Alice",
                "role": "HOST",
                "service_type": "conference",
                "chat_enabled": True,
                "current_service_type": "conference",
                "version": {"pseudo_version": "25010.0.0", "version_id": "10"},
            }
        if seen.request == "refresh_token":
            return {"token": self.token, "expires": "120"}
        if seen.request == "conference_status":
            return {"guests_muted": False, "locked": False}
        if seen.request == "participants":
            return self.people
        if seen.request == "dial":
            return [CALLED]
        if seen.request == f"participants/{ME}/calls":
            return {
                "call_uuid": CALL,
                "url": f"rtmp://10.0.0.1:40002/pexip/{CALL}",
                "secure_url": f"rtmps://node.example.com:40003/pexip/{CALL}",
            }
        return True
