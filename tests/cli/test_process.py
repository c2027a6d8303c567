"""The switches of the whole process: set for a screen, and set back after it."""

from __future__ import annotations

import asyncio
import gc
import os
import sys

import pytest
from textual.app import App

from pexdash.cli import process
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
