"""What a node says at the end, of a lost line and to the commands is nothing but text either."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from tests.cli.visiting import started
from tests.eventually import eventually
from tests.raw_server import raw_server
from tests.terminal.foreign_node import ALIAS, BOB, ME, ForeignNode
from tests.terminal.hostile import crowd, faults, packs
from tests.terminal.pseudo_terminal import terminal

PACKS = packs(100)
LONG_PACKS = packs(240)


@pytest.mark.fault(55)
async def test_the_farewell_and_what_is_said_of_a_lost_line() -> None:
    for number, pack in enumerate(LONG_PACKS[::3]):
        async with (
            ForeignNode() as node,
            terminal("join", ALIAS, "--node", node.url) as shown,
        ):
            await shown.shows("Bob Jones", "● live")
            node.refused["events"] = f"l{number:02} {pack}"
            node.cut_streams()
            await shown.shows("▲ stale")
            del node.refused["events"]
            await shown.shows("● live")
            node.send("disconnect", {"reason": f"Disabled d{number:02} {pack}"})
            assert await shown.status() == 5
            await shown.shows(f"d{number:02}")
            assert faults(bytes(shown.raw)) == []


@pytest.mark.fault(55)
async def test_a_content_type_is_told_in_clean_words() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1]
        if head.endswith(b"request_token"):
            await reader.read(1000)
            token = {"token": "x", "expires": "120", "participant_uuid": ME, "role": "HOST"}
            body = json.dumps({"status": "success", "result": token}).encode()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        else:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: \x9b2J\x9d0;PWN\x9c\r\n\r\n")

    async with (
        raw_server(answer) as port,
        terminal("join", ALIAS, "--node", f"http://127.0.0.1:{port}") as shown,
    ):
        await shown.shows("Connection lost", "▲ stale")
        shown.press("q")
        assert await shown.status() == 0
        assert faults(bytes(shown.raw)) == []


async def commanded(*arguments: str) -> tuple[bytes, bytes]:
    """Both outputs of the program."""
    process = await started(*arguments)
    return await asyncio.wait_for(process.communicate(), 30)


@pytest.mark.fault(55)
@pytest.mark.parametrize("options", [(), ("--json",)], ids=["lines", "json"])
async def test_events_on_standard_output(tmp_path: Path, options: tuple[str, ...]) -> None:
    log, record = tmp_path / "log", tmp_path / "record"
    async with ForeignNode() as node:
        node.people += crowd()
        files = ("--log-file", str(log), "--record", str(record))
        where = (ALIAS, "--node", node.url)
        running = asyncio.ensure_future(commanded("events", *where, *options, *files))
        await eventually(lambda: any(one.request == "events" for one in node.seen))
        await asyncio.wait({running}, timeout=0.5)
        for number, pack in enumerate(PACKS):
            said = {"origin": f"c{number:02} {pack}", "uuid": BOB, "payload": f"m{number} {pack}"}
            node.send("message", said)
            node.send("layout", {"view": pack, "participants": [BOB]})
            node.send("presentation_start", {"presenter_name": pack, "presenter_uri": pack})
            node.send(pack.replace("\n", " ").replace("\r", " "), {"reason": pack})
            node.send("call_disconnected", {"call_uuid": pack, "reason": pack})
        node.send("disconnect", {"reason": f"Disabled d00 {' '.join(PACKS)}"})
        out, err = await running
        assert out.count(b"\n") > len(PACKS) * 4
        assert b"d00" in err
        for raw in (out, err, log.read_bytes(), record.read_bytes()):
            assert faults(raw) == []
            assert b"\x1b" not in raw
        if options:
            assert out.isascii()
        assert record.read_bytes().isascii()
        assert "not understood" in log.read_text("utf-8")


@pytest.mark.fault(55)
async def test_what_ctl_prints_and_refuses() -> None:
    async with ForeignNode() as node:
        node.people += crowd()
        where = ("--node", node.url)
        listed, _ = await commanded("ctl", ALIAS, "participants", *where)
        assert listed.isascii()
        told = [listed, *await commanded("ctl", ALIAS, "mute", "\x1b[2J\x9b2J", *where)]
        for pack in LONG_PACKS:
            node.refused["lock"] = pack
            told += await commanded("ctl", ALIAS, "lock", *where)
        for raw in told:
            assert faults(raw) == []
            assert b"\x1b" not in raw
