"""Standard output as readers treat it: slow, gone, full."""

from __future__ import annotations

import asyncio
import os

import pytest

from pexdash.cli import output
from pexdash.cli.output import LineWriter
from pexdash.files import write_all
from tests.eventually import eventually


async def test_lines_are_written_one_by_one_as_they_come() -> None:
    read, write = os.pipe()
    writer = LineWriter(write, say=pytest.fail)
    writer.line("one ✓")
    assert os.read(read, 100) == "one ✓\n".encode()
    writer.line("two\ud800")
    await writer.close()
    assert os.read(read, 100) == b"two?\n"
    assert writer.fault is None
    os.close(read)
    os.close(write)


async def test_an_encoding_that_has_no_sign_for_it() -> None:
    read, write = os.pipe()
    writer = LineWriter(write, say=pytest.fail, encoding="ascii")
    writer.line("one ✓")
    await writer.close()
    assert os.read(read, 100) == b"one ?\n"
    os.close(read)
    os.close(write)


async def test_a_reader_that_left_ends_it_without_a_fault() -> None:
    read, write = os.pipe()
    os.close(read)
    writer = LineWriter(write, say=pytest.fail)
    writer.line("nobody hears")
    await eventually(writer.ended.done)
    assert writer.fault is None
    await writer.close()
    os.close(write)


async def test_a_full_disk_is_a_fault() -> None:
    descriptor = os.open("/dev/full", os.O_WRONLY)
    writer = LineWriter(descriptor, say=pytest.fail)
    writer.line("no room")
    await eventually(writer.ended.done)
    assert "No space left" in str(writer.fault)
    os.close(descriptor)


async def test_a_reader_that_never_reads_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "BACKLOG_BYTES", 3 * 1024 * 1024)
    monkeypatch.setattr(output, "LAST_WORDS_SECONDS", 0.05)
    read, write = os.pipe()
    said: list[str] = []
    writer = LineWriter(write, say=said.append)
    big = "x" * 1024 * 1024
    for _ in range(10):
        writer.line(big)
    assert said == ["standard output is not read: events are left out"]
    await writer.close()
    assert said[1:] == ["8 events were left out"]
    assert not writer.ended.done()
    os.close(read)
    await eventually(writer.ended.done)
    os.close(write)


async def test_what_was_left_out_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "BACKLOG_BYTES", 1024 * 1024 + 3)
    read, write = os.pipe()
    os.set_blocking(read, False)
    said: list[str] = []
    writer = LineWriter(write, say=said.append)
    writer.line("x" * 1024 * 1024)
    await eventually(lambda: readable(read))
    for _ in range(4):
        writer.line("y")
    taken = bytearray()

    def all_there() -> bool:
        taken.extend(readable(read))
        return taken.endswith(b"y\n")

    await eventually(all_there)
    assert said == ["standard output is not read: events are left out"]
    writer.line("z")
    assert said[1:] == ["3 events were left out"]
    await writer.close()
    os.close(read)
    os.close(write)


def readable(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except BlockingIOError:
        return b""


async def test_a_descriptor_that_does_not_block_is_waited_for() -> None:
    read, write = os.pipe()
    os.set_blocking(write, False)
    writing = asyncio.create_task(asyncio.to_thread(write_all, write, b"x" * 1_000_000))
    taken = 0
    while taken < 1_000_000:
        taken += len(await asyncio.to_thread(os.read, read, 65536))
    await writing
    os.close(read)
    os.close(write)
