"""Whole answers: those that a client reads as it likes, and those that close the connection."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.responses import Response
from starlette.types import Send

from pexdash.node.refusals import Refusal
from pexdash.node.wire.connections import Header, last_head
from pexdash.node.wire.output import Output
from pexdash.node.wire.sent_events import json_bytes

_PIECE_BYTES = 64 * 1024
"""How much of an answer is written at once; the rest waits until its client has read that."""


async def send_answer(answer: Response, output: Output, send: Send) -> None:
    """Send `answer`, whose body is moved to `output` and counts there until it is written.

    Returns early where the connection is cut off meanwhile.
    """
    head = {"type": "http.response.start", "status": answer.status_code}
    await send({**head, "headers": answer.raw_headers})
    body, answer.body = bytes(answer.body), b""
    for at in range(0, len(body), _PIECE_BYTES):
        output.put(body[at : at + _PIECE_BYTES])
    del body
    output.expect_reading()
    while not output.transport.is_closing() and (piece := output.take(_PIECE_BYTES)):
        await send({"type": "http.response.body", "body": piece, "more_body": True})
        output.sent(len(piece))
    if not output.transport.is_closing():
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def parting_answer(refusal: Refusal, headers: Iterable[Header] = ()) -> bytes:
    """`refusal` as a whole HTTP answer, with further headers."""
    body = json_bytes(refusal.envelope)
    framing = [
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(body)),
    ]
    return last_head(refusal.http_status, [*framing, *refusal.headers, *headers]) + body
