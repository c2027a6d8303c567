"""By a fault of ours, in whatever thread, the program ends as it should, and reports it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.terminal.foreign_node import ALIAS, BOB, ForeignNode
from tests.terminal.given_back import assert_whole, breaking, released
from tests.terminal.pseudo_terminal import terminal
from tests.ui.framework.other_textual import installed_in, renamed

CANARY = "b3duZXI9Canary"
FAULTS = {
    "a widget": f"""
from pexdash.ui.widgets.stage import StagePane
def lines(self, width, height):
    secret = "{CANARY}"
    if self._feed.conference.speakers:
        raise ValueError("nobody may read " + secret)
    return []
StagePane.lines = lines
""",
    "the session's task": f"""
from pexdash.session.feed.fetching import Fetcher
def note(self, events):
    secret = "{CANARY}"
    if "Stage" in repr(events):
        raise ValueError("nobody may read " + secret)
Fetcher.note = note
""",
    "a task of its own": f"""
from pexdash.session.moderation.moderation import Moderation
async def carry_out(self, plan):
    secret = "{CANARY}"
    raise ValueError("nobody may read " + secret)
Moderation.carry_out = carry_out
""",
}
LOOSE_FAULTS = {
    "the thread that reads": f"""
from textual.driver import Driver
from textual.events import Key
usual = Driver.process_message
def process_message(self, message):
    secret = "{CANARY}"
    if isinstance(message, Key):
        raise ValueError("nobody may read " + secret)
    usual(self, message)
Driver.process_message = process_message
""",
    "the thread that writes": f"""
from textual.drivers._writer_thread import WriterThread
from pexdash.ui.widgets.stage import StagePane
def lines(self, width, height):
    File.falls = bool(self._feed.conference.speakers)
    return []
StagePane.lines = lines
class File:
    falls = False
    def __init__(self, file):
        self.file = file
        self.flush, self.fileno = file.flush, file.fileno
    def write(self, text):
        secret = "{CANARY}"
        if self.falls:
            raise ValueError("nobody may read " + secret)
        self.file.write(text)
usual = WriterThread.run
def run(self):
    self._file = File(self._file)
    usual(self)
WriterThread.run = run
""",
    "a callback of the loop": f"""
import asyncio
from pexdash.ui.framework.frames import FrameGate
from pexdash.ui.widgets.stage import StagePane
def fall():
    secret = "{CANARY}"
    FrameGate(secret, None).poke()
def lines(self, width, height):
    if self._feed.conference.speakers:
        asyncio.get_running_loop().call_soon(fall)
    return []
StagePane.lines = lines
""",
}


@pytest.mark.fault(85, 86)
@pytest.mark.parametrize("code", FAULTS.values(), ids=FAULTS.keys())
async def test_by_a_fault_of_ours(code: str, tmp_path: Path) -> None:
    await fall_by(code, tmp_path)


async def test_by_a_fault_that_nobody_catches(tmp_path: Path) -> None:
    """All of them at once: each waits for the start of a program."""
    folders = [tmp_path / str(number) for number in range(len(LOOSE_FAULTS))]
    for folder in folders:
        folder.mkdir()
    await asyncio.gather(*map(fall_by, LOOSE_FAULTS.values(), folders))


async def fall_by(code: str, folder: Path) -> None:
    """Have the fault `code` end the program, and look at what is left of it."""
    environment = {**breaking(folder, code), "XDG_STATE_HOME": str(folder / "state")}
    async with (
        ForeignNode() as node,
        terminal("join", ALIAS, "--node", node.url, environment=environment) as shown,
    ):
        await shown.shows("Bob Jones", "● live")
        node.send("stage", [{"participant_uuid": BOB, "stage_index": 0, "vad": 100}])
        shown.press("m")
        assert await shown.status() == 70
        assert released(node) == 1
        await assert_whole(shown)
        await shown.shows("fault of its own (")
        (report,) = (folder / "state" / "pexdash").glob("crash-*")
        assert report.stat().st_mode & 0o777 == 0o600
        assert {one.stat().st_mode & 0o777 for one in (report.parent, report.parent.parent)} == {
            0o700
        }
        text = report.read_text()
        assert "sitecustomize.py" in text
        assert CANARY not in text
        assert CANARY.encode() not in shown.raw
        assert ALIAS not in text


FAULT_OF_THE_JOIN_SCREEN = """
from pexdash.ui.screens.join import JoinApp
def leave(self):
    secret = self.query_one("#pin").value
    raise ValueError("nobody may read " + secret)
JoinApp.action_leave = leave
"""


async def test_by_a_fault_of_the_join_screen(tmp_path: Path) -> None:
    fault = breaking(tmp_path, FAULT_OF_THE_JOIN_SCREEN)
    environment = {**fault, "XDG_STATE_HOME": str(tmp_path / "state")}
    async with terminal(environment=environment) as shown:
        await shown.shows("Join a conference", "PIN")
        await shown.type("\t\t\t", CANARY)
        await shown.shows("•" * len(CANARY))
        shown.press("\x1b")
        assert await shown.status() == 70
        await assert_whole(shown)
        await shown.shows("fault of its own (ValueError)")
        (report,) = (tmp_path / "state" / "pexdash").glob("crash-*")
        assert CANARY not in report.read_text()
        assert CANARY.encode() not in shown.raw


async def test_by_a_fault_of_the_join_screen_that_the_framework_keeps(tmp_path: Path) -> None:
    environment = installed_in(tmp_path, renamed("_close_messages_no_wait"))
    with (tmp_path / "sitecustomize.py").open("a") as code:
        code.write(FAULT_OF_THE_JOIN_SCREEN)
    async with terminal(environment=environment) as shown:
        await shown.shows("Join a conference", "PIN")
        await shown.type("\t\t\t", CANARY)
        await shown.shows("•" * len(CANARY))
        shown.press("\x1b")
        assert await shown.status() == 70
        await assert_whole(shown)
        await shown.shows("fault of its own")
        assert CANARY.encode() not in shown.raw
