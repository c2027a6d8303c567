"""ctrl+z gives the terminal to the shell, and `fg` brings the whole picture back."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from tests.eventually import eventually
from tests.manual_clock import ManualClock
from tests.programs import PROGRAM
from tests.terminal.given_back import SWITCHED_OFF
from tests.terminal.moderating import joined
from tests.terminal.pseudo_terminal import Terminal, spawned

SIZE = (100, 30)
ALIAS = "meet.alice"
PROMPT = "what next? "
SHOWN = ("Ann", "Bob", "● live", "STAGE", "CHAT", "q Leave")


@asynccontextmanager
async def in_a_shell(url: str) -> AsyncIterator[Terminal]:
    """`pexdash join` as the job of a shell, its picture on the screen."""
    with tempfile.TemporaryDirectory(prefix="pexdash-test-") as home:
        kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
        env = {**kept, "HOME": home, "TERM": "xterm-256color", "LANG": "C.UTF-8", "PS1": PROMPT}
        async with spawned("/bin/sh", "-i", size=SIZE, env=env) as (process, master):
            shown = Terminal(process, master, SIZE)
            try:
                await shown.shows(PROMPT)
                shown.press(f"{PROGRAM} join {ALIAS} --node {url}\r")
                await shown.shows(*SHOWN)
                yield shown
            finally:
                shown.hang_up()


@asynccontextmanager
async def a_meeting(clock: ManualClock | None = None) -> AsyncIterator[EmbeddedNode]:
    """A node with a meeting of Ann and Bob."""
    settings = ConferenceSettings(ALIAS)
    async with EmbeddedNode(settings, clock=clock or ManualClock(), expires=60.0) as node:
        for name in ("Ann", "Bob"):
            node.conference(ALIAS).join(name)
        yield node


def job_of(shown: Terminal) -> int:
    """The process id of the program that has the terminal."""
    return os.tcgetpgrp(shown._master)


async def stopped(shown: Terminal, since: int) -> None:
    """Wait until the shell has said that its job stopped, and takes a command."""
    await eventually(lambda: b"Stopped" in shown.raw[since:], "the job is stopped")
    await eventually(lambda: PROMPT.encode() in shown.raw[since:], "the shell asks")


@pytest.mark.fault(18)
async def test_the_whole_picture_comes_back_and_the_meeting_with_it() -> None:
    clock = ManualClock()
    async with a_meeting(clock) as node, in_a_shell(node.url) as shown:
        modes = shown.modes()
        began, asked = len(shown.raw), len(node.received)
        # What follows it in the same read was typed to the shell.
        shown.press("\x1am")
        await stopped(shown, began)
        told = bytes(shown.raw[began:])
        assert all(off in told for off in [*SWITCHED_OFF, b"\x1b[?1016l"])
        assert shown.modes() != modes
        # The node has long forgotten a program that cannot renew its token.
        await clock.advance(200.0)
        node.conference(ALIAS).join("Carol")
        shown.resize(110, 34)
        shown.show_nothing()
        shown.press("fg\nmLGr")
        await shown.shows(*SHOWN, "Carol", "The token had expired")
        assert shown.modes() == modes
        shown.press("j")
        await shown.shows("Journal of requests")
        paths = [one.path.rpartition("/")[2] for one in node.received[asked:]]
        assert not {"mute", "lock", "muteguests", "role"} & set(paths)


async def test_a_stop_that_nobody_can_catch_is_no_other() -> None:
    async with a_meeting() as node, in_a_shell(node.url) as shown:
        began, modes = len(shown.raw), shown.modes()
        os.kill(job_of(shown), signal.SIGSTOP)
        await stopped(shown, began)
        shown.show_nothing()
        shown.press("fg\n")
        await shown.shows(*SHOWN)
        assert shown.modes() == modes
        shown.press("j")
        await shown.shows("Journal of requests")


async def test_the_meeting_goes_on_in_the_background_and_a_stopped_job_can_be_ended() -> None:
    clock = ManualClock()
    async with a_meeting(clock) as node, in_a_shell(node.url) as shown:
        began, job = len(shown.raw), job_of(shown)
        shown.press("\x1a")
        await stopped(shown, began)
        await clock.advance(200.0)
        asked = len(node.received)
        shown.press("bg\n")
        await eventually(lambda: "request_token" in str(node.received[asked:]), "joined again")
        drawn = len(shown.raw)
        node.conference(ALIAS).join("Carol")
        shown.press("echo so-far\n")
        await eventually(lambda: shown.raw.count(b"so-far", drawn) == 2)
        assert b"Carol" not in shown.raw[drawn:]
        shown.show_nothing()
        shown.press("fg\n")
        await shown.shows(*SHOWN, "Carol")
        began = len(shown.raw)
        os.kill(job, signal.SIGTSTP)
        await stopped(shown, began)
        os.kill(job, signal.SIGTERM)
        os.kill(job, signal.SIGCONT)
        await eventually(lambda: node.received[-1].path.endswith("release_token"))
        shown.press("wait; echo ended\n")
        await eventually(lambda: shown.raw.count(b"ended", began) >= 2)


async def test_nobody_is_stopped_whom_no_shell_would_bring_back() -> None:
    async with joined() as (node, shown):
        shown.press("\x1a")
        await shown.shows("Not suspended", "Bob Jones", "● live")
        shown.press("m")
        await eventually(lambda: node.posts())
