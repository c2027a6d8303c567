"""The terminal's driver, on a pseudo-terminal."""

from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import signal
import struct
import sys
import termios
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from textual import events
from textual.app import App
from textual.geometry import Size
from textual.message import Message

from pexdash.ui.framework import driver as driver_module
from pexdash.ui.framework.driver import PatientDriver
from tests.eventually import eventually


class Told(App[None]):
    """Keeps the sizes it is told of."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: list[Size] = []

    async def _post_message(self, message: Message) -> bool:
        return self.post_message(message)

    def post_message(self, message: Message) -> bool:
        if isinstance(message, events.Resize):
            self.sizes.append(message.size)
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The other end of a pseudo-terminal that is this process's own."""
    master, slave = pty.openpty()
    with os.fdopen(slave, "w", encoding="utf-8") as stream:
        for name in ("__stdin__", "__stdout__", "__stderr__"):
            monkeypatch.setattr(sys, name, stream)
        for name in ("COLUMNS", "LINES"):
            monkeypatch.delenv(name, raising=False)
        yield master
    os.close(master)


def resize(master: int, columns: int, lines: int) -> None:
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))


async def test_a_size_read_before_another_change_is_not_told_after_it(terminal: int) -> None:
    """A signal may come while the one before it is handled, which has read the old size."""
    resize(terminal, 20, 5)
    app = Told()
    driver = PatientDriver(app)
    read = driver._get_terminal_size
    changes = iter([(120, 40)])

    def read_while_it_changes() -> tuple[int, int]:
        size = read()
        for now in changes:
            resize(terminal, *now)
            signal.raise_signal(signal.SIGWINCH)
        return size

    driver.start_application_mode()
    try:
        await eventually(lambda: app.sizes == [(20, 5)])
        driver._get_terminal_size = read_while_it_changes  # type: ignore[method-assign]
        signal.raise_signal(signal.SIGWINCH)
        await eventually(lambda: (120, 40) in app.sizes)
        await asyncio.sleep(0)
        assert app.sizes[-1] == (120, 40)
    finally:
        driver.stop_application_mode()
        driver.close()


async def test_a_size_that_changes_right_after_the_start_is_not_told_before_the_first(
    terminal: int,
) -> None:
    resize(terminal, 20, 5)
    app = Told()
    driver = PatientDriver(app)
    driver.start_application_mode()
    try:
        resize(terminal, 120, 40)
        signal.raise_signal(signal.SIGWINCH)
        await eventually(lambda: len(app.sizes) == 2)
        assert app.sizes[-1] == (120, 40)
    finally:
        driver.stop_application_mode()
        driver.close()


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """A shell that has given the terminal to another job while the list says so."""
    others = [True]
    monkeypatch.setattr(driver_module, "is_in_background", lambda _: others[0])
    monkeypatch.setattr(driver_module, "stop_ourselves", lambda _: True)
    monkeypatch.setattr(driver_module, "LOOK_SECONDS", 0.0)
    return others


async def test_nothing_takes_the_terminal_after_the_end(terminal: int, shell: list[bool]) -> None:
    driver = PatientDriver(Told())
    driver.start_application_mode()
    driver.stop_application_mode()
    driver.close()
    shell[0] = False
    for _ in range(5):
        await asyncio.sleep(0)
    try:
        assert driver._writer_thread is None
    finally:
        driver.stop_application_mode()
        driver.close()


async def test_a_job_stopped_while_it_waits_for_the_terminal_goes_on_to_wait(
    terminal: int, shell: list[bool]
) -> None:
    driver = PatientDriver(Told())
    driver.start_application_mode()
    driver._suspend()
    driver._take_anew()
    shell[0] = False
    try:
        await eventually(lambda: driver._is_shown)
    finally:
        driver.stop_application_mode()
        driver.close()


class Later(Told):
    """Keeps what is to be called later."""

    def __init__(self) -> None:
        super().__init__()
        self.later: list[Callable[[], object]] = []

    def call_later(self, callback: Callable[..., Any], *args: Any, **kwargs: Any) -> bool:
        self.later.append(partial(callback, *args, **kwargs))
        return True


def fall_behind(driver: PatientDriver) -> None:
    """Write more than a terminal takes that nobody reads."""
    for _ in range(driver_module.MOST_FRAMES + 3):
        driver.write("x" * 100_000)
    assert driver._is_behind


async def all_read(master: int, is_done: Callable[[], bool]) -> bytes:
    """What the terminal is sent until `is_done`."""
    os.set_blocking(master, False)
    came = bytearray()

    def read() -> bool:
        with suppress(BlockingIOError):
            while part := os.read(master, 65536):
                came.extend(part)
        return is_done()

    await eventually(read)
    read()
    return bytes(came)


class Unread:
    """A terminal's output that is read while `is_read` is set."""

    def __init__(self) -> None:
        self.is_read = threading.Event()

    def write(self, _: str) -> None:
        self.is_read.wait()

    def flush(self) -> None:
        """Nothing is kept here."""


@pytest.mark.usefixtures("terminal")
async def test_a_terminal_that_is_stuck_gets_its_title_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(driver_module, "PATIENCE_SECONDS", 0.0)
    driver, unread = PatientDriver(Told()), Unread()
    monkeypatch.setattr(driver, "_file", unread)
    driver.start_application_mode()
    thread = driver._writer_thread
    assert thread is not None
    unread.is_read.set()
    await eventually(lambda: not thread._queue.qsize())
    driver.set_title("meet.alice")
    unread.is_read.clear()
    driver.stop_application_mode()
    driver.close()
    assert driver.is_stuck
    given: list[bytes] = []
    with monkeypatch.context() as patched:
        patched.setattr(os, "write", lambda _, data: given.append(data))
        driver.give_back()
    unread.is_read.set()
    assert b"\x1b[23;2t" in given[0]


async def test_a_title_is_told_once_the_terminal_reads_again(terminal: int) -> None:
    app = Later()
    driver = PatientDriver(app)
    driver.start_application_mode()
    thread = driver._writer_thread
    assert thread is not None
    fall_behind(driver)
    driver.set_title("(1 waiting) meet.alice")
    driver.set_title("(2 waiting) meet.alice")
    await all_read(terminal, lambda: not thread._queue.qsize())
    driver.write("")
    for callback in app.later:
        callback()
    driver.set_title("meet.alice")
    driver.stop_application_mode()
    ending = threading.Thread(target=driver.close)
    ending.start()
    came = await all_read(terminal, lambda: not ending.is_alive())
    kept, back = b"\x1b[22;2t", b"\x1b[23;2t"
    assert came.count(kept) == came.count(back) == 1
    told = (kept + b"\x1b]2;(2 waiting) meet.alice\x1b\\", b"\x1b]2;meet.alice\x1b\\", back)
    places = [came.index(one) for one in told]
    assert places == sorted(places)
