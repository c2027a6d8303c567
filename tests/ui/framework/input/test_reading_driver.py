"""The thread that reads a terminal: it hands on at once, and it never ends without a word."""

from __future__ import annotations

import asyncio
import os
import pty
import sys
import time
from collections.abc import AsyncIterator, Iterator

import pytest
from textual import events
from textual.app import App
from textual.message import Message

from pexdash.ui.framework.input.reading_driver import ReadingDriver, _read
from pexdash.ui.framework.input.stage import ESCAPE_SECONDS
from pexdash.ui.framework.key_press import KeyPress
from pexdash.ui.loose_faults import failing_by_loose_faults
from tests.eventually import eventually


class Told(App[None]):
    """Keeps the keys it is told of and when."""

    def __init__(self) -> None:
        super().__init__()
        self.keys: list[KeyPress] = []

    async def _post_message(self, message: Message) -> bool:
        if isinstance(message, KeyPress):
            self.keys.append(message)
        return True


class Breaking(ReadingDriver):
    """Has a fault of its own with each key."""

    def process_message(self, message: Message) -> None:
        if isinstance(message, events.Key):
            raise ValueError(message.key)
        super().process_message(message)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The other end of a pseudo-terminal that is this process's own."""
    master, slave = pty.openpty()
    with os.fdopen(slave, "w", encoding="utf-8") as stream:
        for name in ("__stdin__", "__stdout__", "__stderr__"):
            monkeypatch.setattr(sys, name, stream)
        yield master
    os.close(master)


@pytest.fixture
async def app(terminal: int) -> AsyncIterator[Told]:
    app = Told()
    driver = ReadingDriver(app)
    driver.start_application_mode()
    yield app
    driver.stop_application_mode()
    driver.close()


async def test_a_key_is_handed_on_in_the_read_it_came_in(app: Told, terminal: int) -> None:
    written = time.monotonic()
    os.write(terminal, b"\x1b[A\x1b")
    await eventually(lambda: len(app.keys) == 2)
    assert [one.key for one in app.keys] == ["up", "escape"]
    # The second waited for what it might have introduced, the first for nothing.
    assert app.keys[1].time - app.keys[0].time >= ESCAPE_SECONDS / 2
    assert app.keys[1].time - written >= ESCAPE_SECONDS


async def test_what_never_waits_is_read_all_the_same(app: Told, terminal: int) -> None:
    os.set_blocking(sys.__stdin__.fileno(), False)  # type: ignore[union-attr]
    for key in "ab":
        os.write(terminal, key.encode())
        await eventually(lambda key=key: key in [one.key for one in app.keys])  # type: ignore[misc]


async def test_a_read_in_vain_waits_for_nothing_else() -> None:
    """Another reader may have taken what was there; the thread must still hear of the end."""
    reading_end, writing_end = os.pipe()
    os.set_blocking(reading_end, False)
    try:
        async with asyncio.timeout(5):
            assert await asyncio.to_thread(_read, reading_end) is None
    finally:
        os.close(writing_end)
        os.close(reading_end)


async def test_a_fault_of_ours_is_a_loose_fault(terminal: int) -> None:
    faults: list[Exception] = []
    with failing_by_loose_faults(faults.append):
        driver = Breaking(Told())
        driver.start_application_mode()
        try:
            os.write(terminal, b"m")
            await eventually(lambda: len(faults) == 1)
            assert str(faults[0]) == "m"
        finally:
            driver.stop_application_mode()
            driver.close()


async def test_a_terminal_that_is_gone_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    master, slave = pty.openpty()
    with os.fdopen(slave, "w", encoding="utf-8") as stream:
        for name in ("__stdin__", "__stdout__", "__stderr__"):
            monkeypatch.setattr(sys, name, stream)
        reading = asyncio.create_task(asyncio.to_thread(ReadingDriver(Told())._run_input_thread))
        os.close(master)
        # It would raise what went wrong.
        await reading
