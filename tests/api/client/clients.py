"""Clients of the embedded node and of servers that are none, and what they may not show."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

from pexdash.api.address import About, parse_node
from pexdash.api.client import NodeClient
from pexdash.api.request_fields import ANY_NAME, Field, Kind
from pexdash.api.requests import Request, Scope
from pexdash.api.token import Token
from pexdash.errors import (
    PexdashError,
)
from pexdash.model.participant import Role
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from pexdash.secret import Secret
from tests.api.broken_server import BrokenServer

ALIAS = "meet.alice@example.com"
PATH = "/api/client/v2/conferences/meet.alice%40example.com"
OPEN = ConferenceSettings(ALIAS, participants=3)
GUARDED = ConferenceSettings(ALIAS, host_pin="1234", guest_pin="9999")
HALF_GUARDED = ConferenceSettings(ALIAS, host_pin="1234")
CANARY = "b3duZXI9Canary=="
TOKEN = Token(Secret(CANARY), 120.0, "me", Role.HOST, "Alice", "conference", True, "36")


GZIP = "content-encoding: gzip"


def no_tls() -> ssl.SSLContext:
    raise AssertionError("certificates are not read for plain HTTP")


@asynccontextmanager
async def client_of(
    node: EmbeddedNode | BrokenServer, alias: str = ALIAS
) -> AsyncIterator[NodeClient]:
    address = node.address if isinstance(node, BrokenServer) else parse_node(node.url)
    client = NodeClient(address, alias, tls=no_tls)
    try:
        yield client
    finally:
        await client.aclose()


@asynccontextmanager
async def joined(
    settings: ConferenceSettings = OPEN, pin: str = ""
) -> AsyncIterator[tuple[EmbeddedNode, NodeClient, Token]]:
    """A node, and a client that is in."""
    async with EmbeddedNode(settings) as node, client_of(node) as client:
        yield node, client, await client.request_token("Alice", pin=Secret(pin) if pin else None)


def unlogged(error: BaseException) -> Iterator[str]:
    """What an error and all it came from show of themselves."""
    seen: BaseException | None = error
    while seen is not None:
        yield f"{seen} {seen!r} {getattr(seen, 'reason', '')}"
        seen = seen.__cause__ or seen.__context__


def check_secrecy(error: PexdashError) -> None:
    for text in unlogged(error):
        assert CANARY not in text
    assert str(error)
    assert str(error).isprintable()


ABOUT = About("p-1", "c-1", mix="main.!personal")


def body_of(request: Request) -> dict[str, object] | None:
    """A body with every field of `request`."""
    return {field.name: _value_of(field) for field in request.body} or None


def _value_of(field: Field) -> object:
    whole = {"main" if one.name == ANY_NAME else one.name: _value_of(one) for one in field.fields}
    return {
        Kind.TEXT: field.choices[0] if field.choices else "x",
        Kind.SECRET: "x",
        Kind.NUMBER: field.high,
        Kind.WHOLE: field.low,
        Kind.FLAG: True,
        Kind.TEXTS: ["x", "y"],
        Kind.OBJECT: whole,
        Kind.OBJECTS: [whole, whole],
    }[field.kind]


def segments_of(request: Request, alias: str, about: About = ABOUT) -> list[str]:
    """The segments of a request's path after `/api/client/v2/`, not encoded."""
    if request.scope is Scope.NODE:
        return [request.name]
    segments = ["conferences", alias]
    if about.room:
        segments += ["breakouts", about.room]
    if request.scope in (Scope.PARTICIPANT, Scope.CALL):
        segments += ["participants", about.participant]
    if request.scope is Scope.CALL:
        segments += ["calls", about.call]
    if request.scope is Scope.MIX:
        return [*segments, "video_mixes", about.mix, request.name.removeprefix("video_mixes/")]
    return segments + request.name.split("/")


STREAM = "content-type: text/event-stream"
