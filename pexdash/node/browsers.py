"""The headers that let a web page of another origin use the node (CORS)."""

from __future__ import annotations

from starlette.types import Message, Send

_HEADERS = [
    (b"access-control-allow-methods", b"GET, POST, OPTIONS"),
    (b"access-control-allow-headers", b"token, pin, id, content-type"),
]


def open_to_pages(send: Send, origin: str | None) -> Send:
    """`send`, with the headers of CORS for a page of that origin on every answer."""
    headers = _HEADERS + _allowing(origin)

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", ()), *headers]}
        await send(message)

    return sending


def _allowing(origin: str | None) -> list[tuple[bytes, bytes]]:
    if origin is None:
        return [(b"access-control-allow-origin", b"*")]
    # A page that closes sends a beacon, which carries credentials; a browser refuses "*" for it.
    return [
        (b"access-control-allow-origin", origin.encode("latin-1")),
        (b"access-control-allow-credentials", b"true"),
        (b"vary", b"origin"),
    ]
