"""The switches of the whole process: set for a screen, and set back after it."""

from __future__ import annotations

import asyncio
import gc
import os
import subprocess
import sys

import pytest
from textual.app import App

from pexdash.cli import process
from tests.canaries import PIN
from tests.eventually import eventually


async def test_a_busy_program_keeps_the_thread_that_writes_waiting_for_less_than_a_frame() -> None:
    """By itself the interpreter makes it wait for 5 ms, a third of a frame, at every frame."""
    before = sys.getswitchinterval()
    with process.quick_screen():
        assert sys.getswitchinterval() <= 0.001
    assert sys.getswitchinterval() == before


async def test_a_fault_sets_every_switch_back() -> None:
    before = sys.getswitchinterval()

    async def fail() -> None:
        with process.quick_screen():
            assert not gc.isenabled()
            raise OSError("the terminal is gone")

    with pytest.raises(OSError, match="gone"):
        await fail()
    assert gc.isenabled()
    assert sys.getswitchinterval() == before


async def test_garbage_is_looked_for_again_once_the_start_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(process, "STARTED_SECONDS", 0.01)
    monkeypatch.setattr(gc, "freeze", lambda: None)
    with process.quick_screen():
        assert not gc.isenabled()
        await eventually(gc.isenabled)


def test_two_apps_after_each_other_are_both_without_colours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(os.environ, "NO_COLOR", "1")
    monkeypatch.delitem(os.environ, "NO_COLOR")

    async def has_none() -> bool:
        process.want_colours(False)
        return App[None]().no_color

    assert [asyncio.run(has_none()) for _ in range(2)] == [True, True]


def test_where_colours_are_wanted_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    process.want_colours(True)
    assert "NO_COLOR" not in os.environ


def test_the_animations_that_somebody_asked_for_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "full")
    process.want_no_animations()
    assert os.environ["TEXTUAL_ANIMATIONS"] == "full"
    monkeypatch.delenv("TEXTUAL_ANIMATIONS")
    process.want_no_animations()
    assert os.environ["TEXTUAL_ANIMATIONS"] == "none"


def in_a_process(code: str, **environment: str) -> str:
    """What this code prints in an interpreter of its own."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **environment},
    )
    return done.stdout


TAKES_THE_PIN = """
import os, subprocess
from pathlib import Path
from pexdash.cli import process
from tests.canaries import PIN
print(process.take_pin(), repr(process.take_pin()), "PEXDASH_PIN" in os.environ)
if Path("/proc/self/environ").exists():
    print(Path("/proc/self/environ").read_text(errors="replace"))
print(subprocess.run(["env"], capture_output=True, text=True).stdout)
"""


def test_the_pin_leaves_the_environment_for_children_and_for_proc() -> None:
    first, *rest = in_a_process(TAKES_THE_PIN, PEXDASH_PIN=PIN, HERE="yes").splitlines()
    assert first == f"{PIN} '' False"
    assert "HERE=yes" in rest
    assert not [line for line in rest if PIN in line]


def test_an_environment_without_a_pin_stays_as_it_is() -> None:
    first, *rest = in_a_process(TAKES_THE_PIN, HERE="yes").splitlines()
    assert first == " '' False"
    assert "HERE=yes" in rest


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no core files")
def test_a_crash_leaves_no_core() -> None:
    code = (
        "import resource; from pexdash.cli import process; process.leave_no_core();"
        "print(resource.getrlimit(resource.RLIMIT_CORE)[0])"
    )
    assert in_a_process(code).strip() == "0"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_a_wall_may_have_as_many_files_as_the_system_allows() -> None:
    code = (
        "import resource as r; from pexdash.cli import process;"
        "most = r.getrlimit(r.RLIMIT_NOFILE)[1]; r.setrlimit(r.RLIMIT_NOFILE, (64, most));"
        "process.want_many_files(); print(r.getrlimit(r.RLIMIT_NOFILE) == (most, most))"
    )
    assert in_a_process(code).strip() == "True"


INTERRUPTED_WHILE_IT_LOADS = """
import signal, sys

class Interrupting:
    def find_spec(self, name, *_):
        if name == "pexdash.cli.main":
            signal.raise_signal(signal.SIGINT)

sys.meta_path.insert(0, Interrupting())
from pexdash.__main__ import main
main()
"""


def test_an_interrupt_while_the_program_loads_leaves_no_traceback() -> None:
    code = [sys.executable, "-c", INTERRUPTED_WHILE_IT_LOADS]
    done = subprocess.run(code, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")
