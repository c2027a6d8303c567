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
from collections.abc import Iterator

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
