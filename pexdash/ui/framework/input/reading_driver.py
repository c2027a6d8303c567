"""A terminal driver that reads keys by our own stage."""

from __future__ import annotations

import errno
import os
import select
from time import monotonic

from textual import constants
from textual.drivers.linux_driver import LinuxDriver

from pexdash.ui.framework.input.stage import InputStage
from pexdash.ui.framework.terminal_answers import GROUND_QUESTION

LOOK_SECONDS = 0.1
"""How often to look whether reading is to end."""
MOST_BYTES = 4096
"""Of one read; a terminal holds no more."""
# Kitty's protocol: mark keys that repeat, beside what the framework asks for; and no more of it.
_MARK_REPEATS = "\x1b[=2;2u"
_MARK_NO_REPEATS = "\x1b[=2;3u"


class ReadingDriver(LinuxDriver):
    """Hands on whole, known keys, and what else the terminal tells.

    `reads_whole_keys` tells it from drivers that hand on what is none. A fault in the thread that
    reads goes to `threading.excepthook`, like one of any other thread.
    """

    reads_whole_keys = True

    def start_application_mode(self) -> None:
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if self._writer_thread is not None and _asks_for_kitty():
            self.write(_MARK_REPEATS)
        if self._writer_thread is not None and getattr(self._app, "asks_for_ground", False):
            self.write(GROUND_QUESTION)

    def stop_application_mode(self) -> None:
        # First of all: a key that is let go after the end would be written to the shell.
        if self._writer_thread is not None and _asks_for_kitty():
            self.write(_MARK_NO_REPEATS)
        super().stop_application_mode()

    def _run_input_thread(self) -> None:
        # The framework's own would print the fault and end as if all were well.
        self.run_input_thread()

    def run_input_thread(self) -> None:
        """Read until the app ends, or the terminal is gone."""
        # Of an app that does not tell, any key may act.
        stage = InputStage(getattr(self._app, "acts", lambda key: True))
        while not self.exit_event.is_set():
            wait = LOOK_SECONDS if stage.due is None else stage.due - monotonic()
            # What is there by the time we look came in time.
            if select.select([self.fileno], [], [], max(0.0, min(LOOK_SECONDS, wait)))[0]:
                read = _read(self.fileno)
                if read == b"":
                    return
                told = stage.feed(read, monotonic()) if read else []
            else:
                told = stage.tick(monotonic())
            for message in told:
                self.process_message(message)


def _read(descriptor: int) -> bytes | None:
    """The bytes of one read, b"" where the terminal is gone, None where nothing is there."""
    try:
        return os.read(descriptor, MOST_BYTES)
    except BlockingIOError:
        # Another process that has the terminal open may have made it one that never waits.
        return None
    except OSError as fault:
        if fault.errno == errno.EIO:
            return b""
        raise


def _asks_for_kitty() -> bool:
    """Whether the framework asks for kitty's protocol; its older versions always do."""
    return not getattr(constants, "DISABLE_KITTY_KEY", False)
