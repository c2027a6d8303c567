"""The files a session writes, and a session that can write none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.eventually import eventually
from tests.terminal.foreign_node import ALIAS, BOB, ME, ForeignNode
from tests.terminal.pseudo_terminal import terminal

DISK_IS_FULL = """
import os
from pexdash import files
files.open_private = lambda path, flags: os.open("/dev/full", os.O_WRONLY)
"""


async def test_the_log_tells_of_joining_the_line_each_request_and_leaving(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "log"
    async with ForeignNode() as node:
        where = ("join", ALIAS, "--node", node.url, "--log-file", str(log))
        async with terminal(*where) as shown:
            await shown.shows("Bob Jones", "● live")
            node.refused["lock"] = "Not today\x1b[2J"
            shown.press("L")
            await shown.shows("Not today")
            node.send("from_the_future", {"a": 1})
            node.cut_streams()
            await eventually(lambda: log.read_text().count("link live") == 2)
            shown.press("q")
            assert await shown.status() == 0
        text = log.read_text("utf-8")
        for words in (
            "info request_token: 200, ",
            f"info joined {ALIAS} on {node.url.partition('://')[2]} as HOST, participant {ME}",
            "info link connecting",
            "info link live",
            "info lock: 403, ",
            "info event 1 not understood: from_the_future",
            "info link reconnecting: ",
            "info release_token: 200, ",
            "info link ended",
        ):
            assert words in text, words
        assert "\x1b" not in text
        assert log.stat().st_mode & 0o777 == 0o600
        assert log.parent.stat().st_mode & 0o777 == 0o700


async def test_the_recording_holds_what_the_node_told_as_it_came(tmp_path: Path) -> None:
    record = tmp_path / "meeting"
    async with (
        ForeignNode() as node,
        terminal("join", ALIAS, "--node", node.url, "--record", str(record)) as shown,
    ):
        await shown.shows("Bob Jones", "● live")
        node.send("message", {"origin": "Bob", "uuid": BOB, "payload": "to be kept \u202e"})
        await shown.shows("to be kept")
        shown.press("q")
        assert await shown.status() == 0
        header, *records = map(json.loads, record.read_text("ascii").splitlines())
        assert header["pexdash-recording"] == 2
        assert header["node"] == node.url.partition("://")[2]
        assert list(records[0]["me"]) == ["uuid", "role"]
        lines = [one["line"] for one in records if "line" in one]
        assert lines == ["connecting", "live", "ended"]
        events = [one for one in records if "event" in one]
        names = [one["event"] for one in events]
        assert names[0] == "participant_sync_begin"
        assert names.count("participant_create") == 4
        assert json.loads(events[-1]["data"])["payload"] == "to be kept \u202e"
        assert [one["t"] for one in records] == sorted(one["t"] for one in records)
        assert record.stat().st_mode & 0o777 == 0o600


async def test_a_recording_replaces_nothing_and_nobody_has_joined_then(tmp_path: Path) -> None:
    record = tmp_path / "meeting"
    record.write_text("mine")
    async with (
        ForeignNode() as node,
        terminal("join", ALIAS, "--node", node.url, "--record", str(record)) as shown,
    ):
        assert await shown.status() == 2
        await shown.shows("exists: a recording replaces")
        assert (record.read_text(), node.seen) == ("mine", [])


@pytest.mark.fault(88)
@pytest.mark.parametrize(("option", "said"), [("--log-file", "logging"), ("--record", "recording")])
async def test_a_full_disk_is_said_once_and_the_meeting_goes_on(
    tmp_path: Path, option: str, said: str
) -> None:
    (tmp_path / "sitecustomize.py").write_text(DISK_IS_FULL)
    environment = {"PYTHONPATH": str(tmp_path)}
    async with (
        ForeignNode() as node,
        terminal("join", ALIAS, "--node", node.url, option, "x", environment=environment) as shown,
    ):
        # A notice is wrapped between words.
        await shown.shows("cannot", said, "stopped")
        await shown.shows("Bob Jones", "● live")
        shown.press("L")
        await eventually(lambda: node.posts())
        node.send("message", {"origin": "Bob", "uuid": BOB, "payload": "still here"})
        await shown.shows("still here")
        await shown.hides("stopped")
        shown.press("q")
        assert await shown.status() == 0


async def test_without_a_home_and_a_place_to_write_everything_works() -> None:
    nowhere = ("HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "TMPDIR")
    environment = dict.fromkeys(nowhere, "/proc/nowhere")
    async with (
        ForeignNode() as node,
        terminal("join", ALIAS, "--node", node.url, environment=environment) as shown,
    ):
        await shown.shows("Bob Jones", "● live")
        shown.press("L")
        await eventually(lambda: node.posts())
        shown.press("q")
        assert await shown.status() == 0
