"""The limit of ingest: an asyncio protocol, httptools, and msgspec into types; one dict replaced.

It trusts the node in everything: no cleaning, no limits, no other line ends, no reconnection.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import httptools
import msgspec


class Person(msgspec.Struct):
    """A participant's 28 fields."""

    uuid: str
    api_url: str = ""
    buzz_time: float = 0
    call_direction: str = ""
    call_tag: str = ""
    display_name: str = ""
    encryption: str = ""
    has_media: bool = False
    is_audio_only_call: str = "NO"
    is_client_muted: bool = False
    is_external: bool = False
    is_muted: str = "NO"
    is_presenting: str = "NO"
    is_streaming_conference: bool = False
    is_video_call: str = "NO"
    is_video_muted: bool = False
    local_alias: str = ""
    overlay_text: str = ""
    presentation_supported: str = "NO"
    protocol: str = ""
    role: str = ""
    rx_presentation_policy: str = ""
    service_type: str = ""
    spotlight: float = 0
    start_time: float = 0
    transfer_supported: str = "NO"
    uri: str = ""
    vendor: str = ""


class Voice(msgspec.Struct):
    """A speaker on the stage."""

    participant_uuid: str
    stage_index: int
    vad: int


class Said(msgspec.Struct):
    """A chat message."""

    origin: str
    uuid: str
    type: str
    payload: str


_person = msgspec.json.Decoder(Person).decode
_stage = msgspec.json.Decoder(list[Voice]).decode
_said = msgspec.json.Decoder(Said).decode


class Model:
    """What the events make: people by uuid, the stage, and the messages."""

    def __init__(self) -> None:
        self.people: dict[str, Person] = {}
        self.stage: list[Voice] = []
        self.messages: list[Said] = []
        self.events = 0
        self.changed: Callable[[Person | None], None] = lambda _: None

    def take(self, event: bytes) -> None:
        """Take one event without the blank line at its end."""
        head, _, data = event.partition(b"\ndata: ")
        self.events += 1
        if head.startswith((b"event: participant_update", b"event: participant_create")):
            person = _person(data)
            self.people[person.uuid] = person
            self.changed(person)
        elif head.startswith(b"event: stage"):
            self.stage = _stage(data)
        elif head.startswith(b"event: message"):
            self.messages.append(_said(data))
        elif head.startswith(b"event: participant_sync_end"):
            self.changed(None)


class Events(asyncio.Protocol):
    """The bytes of the answer, split into events as they come."""

    def __init__(self, host: str, path: str, model: Model) -> None:
        self.ended = asyncio.get_running_loop().create_future()
        self._parser: Any = httptools.HttpResponseParser(self)
        self._request = f"GET {path} HTTP/1.1\r\nhost: {host}\r\n\r\n".encode()
        self._model = model
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body (httptools)."""
        *whole, self._rest = (self._rest + body).split(b"\n\n")
        for event in whole:
            self._model.take(event)

    def on_message_complete(self) -> None:
        """The answer has ended (httptools)."""
        if not self.ended.done():
            self.ended.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        self.on_message_complete()


async def follow(url: str, model: Model, tls: Any = None) -> Events:
    """Open the event stream at `url` into `model`."""
    where = urlsplit(url)
    host, port = where.hostname or "", where.port or 0
    _, events = await asyncio.get_running_loop().create_connection(
        lambda: Events(where.netloc, where.path, model), host, port, ssl=tls
    )
    return events
