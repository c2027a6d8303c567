"""The terminal of a running app, for output that does not come from the framework."""

from __future__ import annotations

import select
from typing import Any, Protocol

from textual.app import App

from pexdash.ui.framework.surface import Part, stands


class Terminal(Protocol):
    """A terminal that takes output which does not come from the framework."""

    def write(self, text: str) -> None:
        """Write `text` as it is."""
        ...

    def is_behind(self) -> bool:
        """Whether the terminal has not yet taken all earlier output."""
        ...

    def cell_size(self) -> tuple[int, int] | None:
        """Width and height of a cell in pixels, where the terminal tells."""
        ...

    def forget(self, x: int, y: int, width: int, height: int) -> None:
        """Have these cells drawn again: something covered them and is gone."""
        ...


class DriverTerminal:
    """The terminal of a running app; uses the thread that writes the app's own output."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app

    def _queue_length(self) -> int | None:
        thread = getattr(self._app._driver, "_writer_thread", None)
        if thread is None or not thread.is_alive():
            return None
        length: int = thread._queue.qsize()
        return length

    def write(self, text: str) -> None:
        driver = self._app._driver
        if driver is not None and self._queue_length() is not None:
            driver.write(text)

    @property
    def is_away(self) -> bool:
        """Whether the shell has the terminal, so that nothing is written to it."""
        return self._queue_length() is None

    def is_behind(self) -> bool:
        return self._queue_length() != 0 or not self._takes_more()

    def _takes_more(self) -> bool:
        """Whether the system takes a write now; it does not while an earlier one is under way."""
        if not hasattr(select, "poll"):
            return True
        number = getattr(self._app._driver, "fileno", -1)
        poll = select.poll()
        try:
            poll.register(number, select.POLLOUT)
            return bool(poll.poll(0))
        except (OSError, ValueError, TypeError):
            return True

    def cell_size(self) -> tuple[int, int] | None:
        try:
            import fcntl
            import struct
            import termios

            number = getattr(self._app._driver, "fileno", -1)
            answer = fcntl.ioctl(number, termios.TIOCGWINSZ, bytes(8))
            lines, columns, width, height = struct.unpack("HHHH", answer)
        except (ImportError, OSError, TypeError, ValueError):
            return None
        if not (lines and columns and width >= columns and height >= lines):
            return None
        return width // columns, height // lines

    def forget(self, x: int, y: int, width: int, height: int) -> None:
        forget = getattr(self._app, "forget_cells", None)
        if forget is not None:
            forget(x, y, width, height)


def terminal_of(app: App[Any]) -> DriverTerminal | None:
    """The terminal of `app`, None where it has none of its own (tests, a browser)."""
    if not stands(Part.DRIVER):
        return None
    driver = app._driver
    if app.is_headless or driver is None or driver.is_inline or driver.is_web:
        return None
    return DriverTerminal(app) if hasattr(driver, "_writer_thread") else None
