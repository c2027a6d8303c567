"""A node of bytes that floods each event stream, in threads of its own; and what it floods with."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress

from tests.bench import stream

LAST_WORDS = "It is over"
"""The chat line that ends each flood, so that one can tell when all of it was taken."""
_OPENING = (
    b"event: participant_sync_begin\nid: 0\ndata: null\n\n"
    b'event: participant_create\nid: 1\ndata: {"uuid": "ann", "display_name": "Ann"}\n\n'
    b"event: participant_sync_end\nid: 2\ndata: null\n\n"
)
_HEAD = b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: "
_MILLION = 1_000_000


def _event(name: str, data: str) -> bytes:
    return f"event: {name}\nid: 7\ndata: {data}\n\n".encode()


def _person(number: int, **fields: object) -> bytes:
    uuid = f"11111111-2222-3333-4444-{number:012}"
    return _event("participant_update", json.dumps({"uuid": uuid, "display_name": "P", **fields}))


def _message(payload: str) -> bytes:
    return _event("message_received", json.dumps({"origin": "Ann", "payload": payload}))


def _reordered(event: bytes) -> bytes:
    name, identity, data = event[:-2].split(b"\n", 2)
    return b"\n".join([identity, b": a comment", name, data]) + b"\n\n"


def _listed(people: int) -> bytes:
    created = [stream.frame("participant_create", 1, one) for one in stream.people(people)]
    begin, end = (stream.frame(f"participant_sync_{at}", 0, None) for at in ("begin", "end"))
    return b"".join([begin, *created, end])


def _stage(voices: int, vad: object) -> bytes:
    told = [
        {"participant_uuid": f"{number:036x}", "stage_index": number, "vad": vad}
        for number in range(voices)
    ]
    return _event("stage", json.dumps(told))


def _in_another_order() -> bytes:
    return b"".join(map(_reordered, stream.meeting_events(2000, participants=500)))


def _layout(seats: int) -> bytes:
    seated = [f"{number:036x}" for number in range(seats)]
    return _event("layout", json.dumps({"view": "1:7", "participants": seated}))


def _conference(fields: int) -> bytes:
    return _event("conference_update", json.dumps({f"f{at}": [at] for at in range(fields)}))


FLOODS: dict[str, Callable[[], bytes]] = {
    "updates": lambda: b"".join(_person(n, overlay_text=f"{n}") for n in range(10_000)),
    "a meeting in another field order": _in_another_order,
    "a list of 5,000": lambda: _listed(5000),
    "ids without data": lambda: b"id: a\n\n" * _MILLION,
    "data without a name": lambda: b"data\n\n" * 100_000,
    "names without data": lambda: b"event:a\n\n" * 50_000,
    "comments": lambda: b":\n" * _MILLION,
    "carriage returns": lambda: b"\r" * _MILLION,
    "unreadable updates": lambda: _event("participant_update", "{") * 20_000,
    "voices": lambda: b"".join(_stage(30, n % 100) for n in range(2000)),
    "a stage of 10,000": lambda: _stage(10_000, 7) * 3,
    "a stage of 9,000 odd voices": lambda: _stage(9000, "7") * 3,
    "a stage of one": lambda: _event("stage", json.dumps([{"participant_uuid": "a"}] * 30_000)) * 3,
    "a layout of 20,000": lambda: _layout(20_000) * 3,
    "a long name": lambda: _person(1, display_name="n" * 900_000) * 3,
    "a long name of marks": lambda: _person(1, display_name="\u0301\U0001f3fb" * 40_000) * 3,
    "a long chat line": lambda: _message("é\u0301" * 60_000) * 3,
    "deeply nested data": lambda: _event("participant_update", "[" * 500_000) * 3,
    "deep data that ends": lambda: _event("message", "[" * 500_000 + "]" * 500_000) * 3,
    "a conference of many fields": lambda: _conference(50_000) * 3,
    "a list of numbers": lambda: _event("message_received", f"[{'0,' * 500_000}0]") * 3,
}
"""What may come in one go, by what it is; each event is within the limits."""


class _Node(socketserver.ThreadingTCPServer):
    """Lets everybody in; all of `flood` follows the list of each stream."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, flood: Iterable[bytes]) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.flood = flood


class _Request(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        assert isinstance(self.server, _Node)
        _, _, path = self.rfile.readline().partition(b" ")
        path, _, _ = path.partition(b" ")
        length = 0
        while (line := self.rfile.readline().strip()) and line:
            if line.lower().startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        self.rfile.read(length)
        name = path.rpartition(b"/")[2].decode()
        with suppress(OSError):
            if name == "events":
                self.wfile.write(_HEAD + b"text/event-stream\r\n\r\n" + _OPENING)
                for some in self.server.flood:
                    self.wfile.write(some)
                self.wfile.write(_message(LAST_WORDS))
                self.rfile.read()
            else:
                body = json.dumps({"status": "success", "result": _result(name)}).encode()
                head = b"application/json\r\ncontent-length: %d\r\n\r\n" % len(body)
                self.wfile.write(_HEAD + head + body)


def _result(name: str) -> object:
    if name == "request_token":
        return {"token": "t", "expires": "1000", "participant_uuid": "ann", "role": "HOST"}
    if name == "refresh_token":
        return {"token": "t2", "expires": "1000"}
    return [{"uuid": "ann", "display_name": "Ann"}] if name == "participants" else {}


@contextmanager
def flooding(flood: Iterable[bytes]) -> Iterator[str]:
    """A node that floods; its URL."""
    with _Node(flood) as node:
        threading.Thread(target=node.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{node.server_address[1]}"
        finally:
            node.shutdown()
