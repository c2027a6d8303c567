"""`pexdash events`: every event of the guide, as JSON and as lines, until the end."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from pexdash.api.events import text_of
from pexdash.api.later_events import LATER_DECODERS
from pexdash.cli.events import print_events
from pexdash.cli.options import JoinOptions
from pexdash.errors import PexdashError, Refused, Removed
from pexdash.session.feed.recorded import Recorded
from pexdash.session.feed.told import Heard, Me
from pexdash.settings import Settings
from tests.cli.guide_node import ALIAS, ANN, CALL, FRAME, ME, PEOPLE, TOKEN, GuideNode
from tests.cli.visiting import invitation_to, run, started
from tests.eventually import eventually

STAGE = [{"stage_index": 0, "participant_uuid": ANN, "vad": 100}]
MESSAGE = {"origin": "Ann", "type": "text/plain", "payload": "Grüße\x1b[2J", "uuid": ANN}

# Every event of the guide in the order a node could send them, with its data as sent.
GUIDE: list[tuple[str, Any]] = [
    ("participant_sync_begin", None),
    ("participant_create", PEOPLE[1]),
    ("participant_sync_end", None),
    ("participant_update", {**PEOPLE[1], "is_muted": "YES", "an_unknown_field": [1.5, None]}),
    ("conference_update", {"locked": False, "guests_muted": False}),
    ("layout", {"view": "1:7", "participants": [ANN]}),
    ("stage", STAGE),
    ("message", MESSAGE),
    ("presentation_start", {"presenter_name": "Bob", "presenter_uri": "bob@example.com"}),
    ("presentation_frame", None),
    ("presentation_stop", None),
    ("call_disconnected", {"call_uuid": CALL, "reason": "API initiated"}),
    ("participant_delete", {"uuid": ANN}),
    ("disconnect", {"reason": "API initiated participant disconnect"}),
]

ROOM = "5e9a0f4b-7c5b-4f0e-9a44-6b3f6d3a1c0d"

# Every later event, with its data as nodes send it today.
LATER: list[tuple[str, Any]] = [
    ("hello", None),
    ("conference_update", {"locked": False, "classification": {"levels": {}, "current": None}}),
    ("layout", {"view": "ac", "participants": ANN, "pres_slot_coords": None}),
    ("message_received", {**MESSAGE, "direct": True}),
    ("presentation_start", {"presenter_name": "", "presenter_uri": "", "presenter_uuid": ""}),
    ("presentation_ended", None),
    ("refresh_token", None),
    ("on_hold", {"setting": True}),
    ("live_captions", {"data": "good", "is_final": False, "sent_time": 1700484383.846972}),
    ("splash_screen", {"screen_key": "direct_media_welcome", "display_duration": 5}),
    ("splash_screen", None),
    ("fecc", {"action": "start", "timeout": 1000, "movement": []}),
    ("breakout_begin", {"breakout_uuid": ROOM, "participant_uuid": ME}),
    (
        "breakout_event",
        {"breakout_uuid": ROOM, "event": "participant_create", "id": None, "data": PEOPLE[1]},
    ),
    ("breakout_refer", {"breakout_uuid": ROOM, "breakout_name": "Red"}),
    ("breakout_end", {"breakout_uuid": ROOM, "participant_uuid": ME}),
    ("ping", None),
    ("bye", None),
    ("cancel_refer", {}),
    ("refer", {"alias": "room7", "token": "b25l", "target": "conference"}),
]


def sse(name: str, data: Any, event_id: str = "") -> bytes:
    """An event as the guide has it: no data where there is no payload."""
    lines = [f"event: {name}"]
    lines += [f"id: {event_id}"] if event_id else []
    lines += [f"data: {json.dumps(data)}"] if data is not None else []
    return "\n".join([*lines, "", ""]).encode()


class Printing:
    """The events of a node as they are printed."""

    def __init__(self, task: asyncio.Task[int], descriptor: int) -> None:
        self.task = task
        self.raw = bytearray()
        self._descriptor = descriptor

    @property
    def lines(self) -> list[str]:
        """The whole lines printed so far."""
        try:
            while taken := os.read(self._descriptor, 65536):
                self.raw += taken
        except BlockingIOError:
            pass
        return self.raw.decode().splitlines() if self.raw.endswith(b"\n") else []

    @property
    def objects(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines]

    def stop_reading(self) -> None:
        os.close(self._descriptor)


@asynccontextmanager
async def printing(
    node: GuideNode,
    *,
    as_json: bool = True,
    seconds: float | None = None,
    record: Path | None = None,
) -> AsyncIterator[Printing]:
    """Print the events of `node` in this process."""
    read, write = os.pipe()
    os.set_blocking(read, False)
    task = asyncio.ensure_future(
        print_events(
            invitation_to(node),
            JoinOptions(record=record),
            Settings(),
            descriptor=write,
            as_json=as_json,
            seconds=seconds,
        )
    )
    try:
        yield Printing(task, read)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        os.close(write)


async def test_each_of_the_14_events_with_its_data_as_sent() -> None:
    stream = b"".join(sse(name, data, f"id-{name}") for name, data in GUIDE)
    assert len(GUIDE) == 14
    async with GuideNode(stream=stream) as node, printing(node) as printed:
        before = time.time()
        with pytest.raises(Removed, match="API initiated participant disconnect"):
            await printed.task
        objects = printed.objects
        assert [(one["event"], one["data"]) for one in objects] == GUIDE
        assert [one["id"] for one in objects] == [f"id-{name}" for name, _ in GUIDE]
        assert all(list(one) == ["time", "event", "id", "data"] for one in objects)
        assert all(before - 1 <= one["time"] <= time.time() for one in objects)
        assert printed.raw.isascii()
        assert b"\x1b" not in printed.raw


async def test_what_is_printed_is_recorded_in_a_folder_too(tmp_path: Path) -> None:
    stream = b"".join(sse(name, data) for name, data in GUIDE)
    async with GuideNode(stream=stream) as node, printing(node, record=tmp_path) as printed:
        with pytest.raises(Removed):
            await printed.task
    await eventually(lambda: [path.suffix for path in inside(tmp_path)] == [".gz"])
    told = [one.told for one in Recorded(*inside(tmp_path))]
    names = [text_of(sent[0]) for one in told if isinstance(one, Heard) for sent in one.sent]
    assert names == [name for name, _ in GUIDE]
    assert isinstance(told[0], Me)


def inside(folder: Path) -> list[Path]:
    """What is in a folder."""
    return sorted(folder.iterdir())


async def test_each_event_of_today_with_its_data_but_its_secrets() -> None:
    assert {name.encode() for name, _ in LATER} >= LATER_DECODERS.keys()
    stream = b"".join(sse(name, data) for name, data in LATER)
    async with GuideNode(stream=stream) as node, printing(node) as printed:
        await eventually(lambda: len(printed.lines) >= len(LATER))
        told = [(one["event"], one["data"]) for one in printed.objects[: len(LATER)]]
        assert told[:-1] == LATER[:-1]
        assert told[-1] == ("refer", {"alias": "room7", "token": "***", "target": "conference"})


@pytest.mark.fault(39)
async def test_the_unknown_and_the_broken_are_printed_too() -> None:
    stream = b'event: hello\n\nevent: stage\ndata: {"broken\n\nevent: new_thing\ndata: [1]\n\n'
    async with GuideNode(stream=stream) as node, printing(node) as printed:
        await eventually(lambda: len(printed.lines) == 3)
        assert [(one["event"], one["data"]) for one in printed.objects] == [
            ("hello", None),
            ("stage", '{"broken'),
            ("new_thing", [1]),
        ]


async def test_a_readable_line_for_each_event() -> None:
    stream = b"".join(sse(name, data, FRAME) for name, data in GUIDE)
    async with GuideNode(stream=stream) as node, printing(node, as_json=False) as printed:
        with pytest.raises(Removed):
            await printed.task
        lines = printed.lines
        assert len(lines) == 14
        assert all(re.match(r"\d\d:\d\d:\d\d \S", line) for line in lines)
        assert all(line.isprintable() for line in lines)
        assert "Ann Smith is muted" in lines[3]
        assert "Ann Smith left" in lines[12]


async def test_an_event_is_there_at_once_and_after_a_cut_the_next_ones_are_too() -> None:
    async with GuideNode(stream=sse("hello", None)) as node, printing(node) as printed:
        await eventually(lambda: len(printed.lines) == 1)
        node.send(sse("stage", STAGE))
        await eventually(lambda: printed.objects[-1]["data"] == STAGE)
        node.cut_streams()
        await eventually(lambda: len(printed.lines) == 3)
        assert printed.objects[-1]["event"] == "hello"
        assert not printed.task.done()
    assert node.released() == [TOKEN]


async def test_the_end_of_the_conference_is_a_good_end() -> None:
    ended = sse("disconnect", {"reason": "Conference terminated by an administrator"})
    async with GuideNode(stream=ended) as node, printing(node) as printed:
        assert await printed.task == 0
        assert printed.objects[-1]["event"] == "disconnect"
        assert node.released() == []  # The token died with the conference.


async def test_after_its_time_it_leaves() -> None:
    async with GuideNode() as node, printing(node, seconds=0.2) as printed:
        assert await printed.task == 0
        assert node.released() == [TOKEN]


@pytest.mark.fault(83)
async def test_a_reader_that_leaves_ends_it() -> None:
    async with GuideNode(stream=sse("hello", None)) as node, printing(node) as printed:
        await eventually(lambda: printed.lines)
        printed.stop_reading()
        node.send(sse("ping", None))
        assert await printed.task == 0
        assert node.released() == [TOKEN]


async def test_what_does_not_let_us_in_is_told() -> None:
    async with GuideNode(refused={"request_token": (403, "no")}) as node, printing(node) as printed:
        with pytest.raises(Refused, match="no"):
            await printed.task
        assert not printed.lines


async def test_as_a_process_removed_is_status_5_and_only_events_are_on_standard_output() -> None:
    told = {"reason": "Disconnected by another participant"}
    async with GuideNode(stream=sse("disconnect", told)) as node:
        done = await run("events", ALIAS, "--json", "--node", node.url)
        assert done.status == 5
        (line,) = done.out.decode().splitlines()
        assert json.loads(line)["data"] == told
        assert "pexdash: live" in done.err
        assert "You were removed" in done.err


async def test_as_a_process_a_node_that_gives_us_up_twice_is_status_6_in_its_own_words() -> None:
    async with GuideNode(stream=sse("disconnect", {"reason": "No more cake"})) as node:
        done = await run("events", ALIAS, "--json", "--node", node.url)
        assert done.status == 6
        assert len(done.out.splitlines()) == 2
        assert "pexdash: reconnecting the node disconnected us: No more cake" in done.err
        assert done.err.splitlines()[-1] == (
            f"pexdash: The node disconnected us from {ALIAS}: No more cake"
        )


async def test_as_a_process_it_may_leave_by_itself_or_find_nobody() -> None:
    async with GuideNode(stream=sse("hello", None)) as node:
        left, nobody = await asyncio.gather(
            run("events", ALIAS, "--node", node.url, "--for", "2"),
            run("events", ALIAS, "--node", "127.0.0.1:1"),
        )
        assert (left.status, nobody.status) == (0, 3)
        assert left.out.endswith(b" event hello\n")
        assert node.released() == [TOKEN]


@pytest.mark.fault(81)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_a_signal_ends_it_with_the_token_released(number: signal.Signals) -> None:
    async with GuideNode(stream=sse("hello", None)) as node:
        process = await started("events", ALIAS, "--json", "--node", node.url)
        assert process.stdout
        await process.stdout.readline()
        process.send_signal(number)
        await process.communicate()
        assert process.returncode == 128 + number
        assert node.released() == [TOKEN]


async def test_a_signal_ends_it_even_while_nobody_reads() -> None:
    flood = sse("message", {**MESSAGE, "payload": "x" * 60_000}) * 20
    async with GuideNode(stream=flood) as node:
        read, write = os.pipe()
        process = await started("events", ALIAS, "--json", "--node", node.url, stdout=write)
        os.close(write)
        await eventually(lambda: node.asked("conference_status"))
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 128 + signal.SIGTERM
        assert node.released() == [TOKEN]
        os.close(read)


async def test_head_is_enough() -> None:
    stream = sse("participant_create", {"uuid": ME}) * 2000
    async with GuideNode(stream=stream) as node:
        command = f'"$0" -m pexdash events {ALIAS} --json --node {node.url} 2>/dev/null | head -n 2'
        process = await asyncio.create_subprocess_exec(
            "bash",
            "-c",
            f"{command}; echo ${{PIPESTATUS[0]}}",
            sys.executable,
            stdout=subprocess.PIPE,
        )
        out, _ = await process.communicate()
        assert [line[:7] for line in out.splitlines()] == [b'{"time"', b'{"time"', b"0"]
        assert node.released() == [TOKEN]


@pytest.mark.fault(88)
async def test_a_full_disk_is_told() -> None:
    async with GuideNode(stream=sse("hello", None)) as node:
        descriptor = os.open("/dev/full", os.O_WRONLY)
        with pytest.raises(PexdashError, match="No space left"):
            await print_events(
                invitation_to(node),
                JoinOptions(),
                Settings(),
                descriptor=descriptor,
                as_json=True,
            )
        os.close(descriptor)
        assert node.released() == [TOKEN]
