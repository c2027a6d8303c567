"""The other end of every measurement: a bare node in a process of its own, as cheap as can be.

It shares no code with pexdash. Its first line of output is its port; after that it takes one JSON
object a line from standard input and answers each with one line:

    {"do": "flood", "rate": R, "seconds": S, "marker": M}
        R updates a second of random people to every stream, and every M seconds an update of the
        marker; answers with [sign, time] of each of those.
    {"do": "opened"}
        when each event stream was asked for and its list sent: [asked, sent, bytes].

Times are those of the system's monotonic clock, which all processes share.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import ssl
import sys
import time
from typing import Any

from tests.bench import stream

TOKEN = "SE9TVAlmZWVkZXI="
_STREAM_HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
)
_BLOCK = 65536
_APART = 7
"""By how many events the meetings are apart from each other."""


class Feeder:
    """What the streams are fed with, and the streams that are open."""

    def __init__(self, participants: int, replay: int, form: str, *, in_meeting: bool) -> None:
        self.roster = stream.people(participants)
        round_ = map(stream.chunk, stream.meeting_round(self.roster)) if in_meeting else ()
        self.round = list(round_) or [_update(self.roster[1])]
        self.streams: set[Connection] = set()
        self.opened: list[tuple[float, float, int]] = []
        self.status = b'{"guests_muted": false, "locked": false, "started": true}'
        self.list = self._participant_list()
        self.blocks = _blocks(replay, form) if replay else []
        self._rng = random.Random(11)

    def _participant_list(self) -> bytes:
        told = [stream.frame("participant_sync_begin", 0, None)]
        told += [
            stream.frame("participant_create", at, one) for at, one in enumerate(self.roster, 1)
        ]
        told.append(stream.frame("participant_sync_end", len(told), None))
        told.append(
            stream.frame("conference_update", len(told), {"locked": False, "guests_muted": False})
        )
        speaking = stream.stage(stream.speakers_of(self.roster), random.Random(3))
        told.append(stream.frame("stage", len(told), speaking))
        return b"".join(stream.chunk(one) for one in told)

    async def flood(self, rate: float, seconds: float, marker: float) -> list[tuple[str, float]]:
        """Send updates to every stream; when each marker went out."""
        others = [at for at, one in enumerate(self.roster) if one["uuid"] != stream.MARKER]
        (marked,) = (one for one in self.roster if one["uuid"] == stream.MARKER)
        # Both states of everybody are made before, so that sending costs next to nothing.
        frames = [[_update(one) for one in self._states(self.roster[at])] for at in others]
        sent: list[tuple[str, float]] = []
        signs = stream.MARKER_SIGNS
        began = time.monotonic()
        told = 0
        next_marker = began + marker
        while (now := time.monotonic()) < began + seconds:
            while told < (now - began) * rate:
                states = frames[self._rng.randrange(len(frames))]
                self._tell(states[told % len(states)])
                told += 1
            if now >= next_marker:
                sign = signs[len(sent) % len(signs)]
                update = _update(marked | {"overlay_text": sign * 8})
                sent.append((sign, time.monotonic()))
                self._tell(update)
                # Not in step with any frame rate.
                next_marker = now + marker * self._rng.uniform(0.7, 1.3)
            await asyncio.sleep(0.001)
        return sent

    def _states(self, one: dict[str, Any]) -> list[dict[str, Any]]:
        field = self._rng.choice(stream.CHANGING)
        return [one | {field: stream.toggled(field, one[field])}, one]

    def _tell(self, update: bytes) -> None:
        for one in self.streams:
            one.transport.write(update)

    async def talk(self) -> None:
        """One event a second to every stream, spread over the second."""
        loop, second = asyncio.get_running_loop(), 0
        while True:
            for at, one in enumerate(self.streams):
                told = self.round[(one.place + second) % len(self.round)]
                loop.call_later(at % 1000 / 1000, one.write, told)
            second += 1
            await asyncio.sleep(1.0)


def _update(one: dict[str, Any]) -> bytes:
    return stream.chunk(stream.frame("participant_update", 1, one))


def _blocks(events: int, form: str) -> list[bytes]:
    """The stream of a meeting as HTTP chunks, one an event, in pieces of about 64 KiB."""
    blocks, block = [], bytearray()
    for event in stream.meeting_events(events):
        block += stream.chunk(stream.FORMS[form](event))
        if len(block) >= _BLOCK:
            blocks.append(bytes(block))
            block.clear()
    return [*blocks, bytes(block) + b"0\r\n\r\n"]


class Connection(asyncio.Protocol):
    """One client: requests answered, and an event stream that stays open."""

    def __init__(self, feeder: Feeder) -> None:
        self._feeder = feeder
        self._heard = bytearray()
        self._may_write = asyncio.Event()
        self._may_write.set()
        self._replaying: asyncio.Task[None] | None = None
        self.place = 0
        """Where its conference is in the round, which is another for each."""
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self._feeder.streams.discard(self)
        if self._replaying is not None:
            self._replaying.cancel()

    def pause_writing(self) -> None:
        self._may_write.clear()

    def resume_writing(self) -> None:
        self._may_write.set()

    def write(self, told: bytes) -> None:
        """Send bytes, unless the client has gone."""
        if not self.transport.is_closing():
            self.transport.write(told)

    def data_received(self, data: bytes) -> None:
        self._heard += data
        while b"\r\n\r\n" in self._heard:
            head, _, body = bytes(self._heard).partition(b"\r\n\r\n")
            length = 0
            for line in head.split(b"\r\n"):
                if line.lower().startswith(b"content-length:"):
                    length = int(line.partition(b":")[2])
            if len(body) < length:
                return
            self._heard = bytearray(body[length:])
            self._answer(head.split(b" ", 2)[1].rpartition(b"/")[2].partition(b"?")[0].decode())

    def _answer(self, request: str) -> None:
        if request == "events":
            self._open()
            return
        if request == "request_token":
            told = json.dumps(_TOKEN_ANSWER).encode()
        elif request == "refresh_token":
            told = json.dumps({"token": TOKEN, "expires": "120"}).encode()
        elif request == "conference_status":
            told = self._feeder.status
        elif request == "participants":
            told = json.dumps(self._feeder.roster).encode()
        else:
            told = b"true"
        body = b'{"status": "success", "result": ' + told + b"}"
        head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}"
        self.transport.write(head.encode() + b"\r\n\r\n" + body)

    def _open(self) -> None:
        asked = time.monotonic()
        self.transport.write(_STREAM_HEAD)
        if self._feeder.blocks:
            self._replaying = asyncio.get_running_loop().create_task(self._replay())
            return
        self.place = len(self._feeder.opened) * _APART
        self._feeder.streams.add(self)
        self.transport.write(self._feeder.list)
        self._feeder.opened.append((asked, time.monotonic(), len(self._feeder.list)))

    async def _replay(self) -> None:
        for block in self._feeder.blocks:
            await self._may_write.wait()
            self.transport.write(block)
        await self._may_write.wait()


_TOKEN_ANSWER = {
    "token": TOKEN,
    "expires": "120",
    "participant_uuid": stream.ME,
    "display_name": "Alice",
    "role": "HOST",
    "service_type": "conference",
    "chat_enabled": True,
    "current_service_type": "conference",
    "version": {"pseudo_version": "36010.0.0", "version_id": "36"},
}


async def serve(feeder: Feeder, context: ssl.SSLContext | None, *, each_second: bool) -> None:
    """Listen, say where, and do what is asked until standard input ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: Connection(feeder), "127.0.0.1", 0, ssl=context, backlog=4096
    )
    say({"port": server.sockets[0].getsockname()[1]})
    talking = loop.create_task(feeder.talk()) if each_second else None
    asked = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(asked), sys.stdin)
    while line := await asked.readline():
        wish = json.loads(line)
        if wish["do"] == "flood":
            say(await feeder.flood(wish["rate"], wish["seconds"], wish["marker"]))
        else:
            say(feeder.opened)
    if talking is not None:
        talking.cancel()


def say(value: object) -> None:
    """Answer in one line."""
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--participants", type=int, default=24)
    parser.add_argument("--replay", type=int, default=0, help="end each stream after N events")
    parser.add_argument("--form", choices=stream.FORMS, default=stream.USUAL)
    parser.add_argument("--each-second", action="store_true", help="an event a second a stream")
    parser.add_argument("--in-meeting", action="store_true", help="of what happens in meetings")
    parser.add_argument("--tls", nargs=2, metavar=("CERTIFICATE", "KEY"))
    given = parser.parse_args()
    context = None
    if given.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*given.tls)
    feeder = Feeder(given.participants, given.replay, given.form, in_meeting=given.in_meeting)
    asyncio.run(serve(feeder, context, each_second=given.each_second))


if __name__ == "__main__":
    main()
