"""What lets a page of another origin use the node from within a browser (CORS)."""

from __future__ import annotations

from starlette.types import Message, Send

_HEADERS = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", b"GET, POST, OPTIONS"),
    (b"access-control-allow-headers", b"token, pin, id, content-type"),
]


def open_to_pages(send: Send) -> Send:
    """`send`, with the headers of CORS on every answer."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", ()), *_HEADERS]}
        await send(message)

    return sending
