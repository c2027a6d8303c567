"""The answer to a request that is not read to its end: the connection closes with it."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus

from pexdash.node.refusals import Refusal
from pexdash.node.wire.sent_events import json_bytes

Header = tuple[bytes, bytes]


def parting_answer(refusal: Refusal, headers: Iterable[Header] = ()) -> bytes:
    """`refusal` as a whole HTTP answer, with further headers."""
    status, body = HTTPStatus(refusal.http_status), json_bytes(refusal.envelope)
    lines = [
        f"HTTP/1.1 {status.value} {status.phrase}".encode(),
        b"content-type: application/json",
        b"content-length: %d" % len(body),
        b"connection: close",
        *(b"%b: %b" % header for header in (*refusal.headers, *headers)),
    ]
    return b"\r\n".join([*lines, b"", body])
