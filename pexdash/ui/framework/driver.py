"""A terminal driver that does not wait for a terminal which reads nothing."""

from __future__ import annotations

import asyncio
import os
import queue
import signal
import termios
from contextlib import suppress
from typing import TYPE_CHECKING

from textual import events
from textual.geometry import Size
from textual.message import Message

from pexdash.ui.framework.job_control import is_in_background, stop_ourselves
from pexdash.ui.framework.surface import Part, stands
from pexdash.ui.framework.terminal_size import bounded_resize, size_of

if TYPE_CHECKING or stands(Part.INPUT):
    from pexdash.ui.framework.input.reading_driver import ReadingDriver as UsualDriver
else:
    from textual.drivers.linux_driver import LinuxDriver as UsualDriver

MOST_FRAMES = 8
PATIENCE_SECONDS = 1.0
"""How long the end waits for the terminal to take the last output."""
LOOK_SECONDS = 0.25
"""How often to look whether the shell has given us the terminal."""
NOBODY_CONTINUES = "Not suspended: there is no shell here that could bring pexdash back"
# Ends a sequence that was cut off, then undoes every mode that the dashboard switched on.
_GIVE_BACK = (
    b"\x18\x1b\\\x1b[?2026l\x1b[?2004l\x1b[?7h\x1b[?2048l\x1b[?1000l\x1b[?1003l\x1b[?1015l"
    b"\x1b[?1006l\x1b[?1016l\x1b[<u\x1b[0m\x1b[?1049l\x1b[?25h\x1b[?1004l"
)


_KEEP_TITLE, _GIVE_TITLE_BACK = "\x1b[22;2t", "\x1b[23;2t"


class PatientDriver(UsualDriver):
    """Drops frames while the terminal takes none, instead of waiting for it.

    The framework's own driver would stop the whole program after thirty frames, and again at the
    end. `is_stuck` says after the end whether the terminal has still not taken all output.
    """

    is_stuck = False
    _is_shown = False
    _is_behind = False
    _next_look: asyncio.TimerHandle | None = None
    _is_titled = False
    _title = ""

    def set_title(self, title: str) -> None:
        """Set the title of the window (xterm: OSC 2); the terminal keeps the one it had."""
        self._title = title
        if self._is_shown:
            self.write(f"{'' if self._is_titled else _KEEP_TITLE}\x1b]2;{title}\x1b\\")
            self._is_titled |= not self._is_behind

    def process_message(self, message: Message) -> None:
        """Send what the terminal told to the app; a size is cut to what we draw."""
        told = bounded_resize(message) if isinstance(message, events.Resize) else message
        if told is not None:
            super().process_message(told)

    def _get_terminal_size(self) -> tuple[int, int]:
        size = size_of(self.fileno)
        return size.width, size.height

    def write(self, data: str) -> None:
        """Hand `data` to the thread that writes, unless the terminal is behind.

        The app writes changed cells only while nothing waits, so none of them is dropped here.
        """
        thread = self._writer_thread
        if thread is None:
            # The shell has the terminal.
            return
        waiting = thread._queue.qsize()
        if self._is_behind and not waiting:
            self._is_behind = False
            # Nobody knows what the dropped frames held, so everything is drawn again.
            self._app.call_later(self._draw_again)
        elif waiting >= MOST_FRAMES:
            self._is_behind = True
        if not self._is_behind or not self._is_shown:
            super().write(data)

    def _draw_again(self) -> None:
        self._app.refresh()
        if self._title:
            self.set_title(self._title)

    def start_application_mode(self) -> None:
        """Take the terminal, as soon as the shell lets us."""
        if is_in_background(self.fileno):
            # As any program that is started there and needs the terminal.
            stop_ourselves(signal.SIGTTOU)
        self._take_when_ours()

    def _take_when_ours(self) -> None:
        """Take the terminal, and look for it again in a while as long as another job has it."""
        self._next_look = None
        if is_in_background(self.fileno):
            # A shell does not tell a job that runs.
            self._next_look = self._loop.call_later(LOOK_SECONDS, self._take_when_ours)
        elif not self._is_shown:
            self._take()

    def _take(self) -> None:
        comes_back = self.attrs_before is not None
        if comes_back:
            with suppress(termios.error):
                # What was typed meanwhile was typed to the shell.
                termios.tcflush(self.fileno, termios.TCIFLUSH)
        self.is_stuck = self._is_behind = False
        super().start_application_mode()
        loop = asyncio.get_running_loop()
        # The framework's handler reads the size and then posts it. A second signal between the two
        # makes it post the older size last, and that size stays. Our handler starts a task, as the
        # framework does for the first size, so that no later size comes before the first.
        signal.signal(
            signal.SIGWINCH, lambda *_: asyncio.run_coroutine_threadsafe(self._tell_size(), loop)
        )
        self._is_shown = True
        if self._title:
            self.set_title(self._title)
        if comes_back:
            self._app.post_message(self.SignalResume())

    def _sigtstp_application(self, *_: object) -> None:
        # In its turn: at this moment the loop may hold a lock that we need.
        with suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(self._suspend)

    def _sigcont_application(self, *_: object) -> None:
        """Take the terminal anew after somebody stopped us by SIGSTOP, which nobody can catch."""
        with suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(self._take_anew)

    def _suspend(self) -> None:
        """Give the terminal to the shell until it brings us back."""
        was_shown, was_waiting = self._is_shown, self._next_look is not None
        self.suspend_application_mode()
        was_stopped = stop_ourselves(signal.SIGTSTP)
        if was_shown or was_waiting:
            # In the background the meeting goes on.
            self._take_when_ours()
        if was_shown and not was_stopped:
            self._app.notify(NOBODY_CONTINUES, markup=False)

    def _take_anew(self) -> None:
        if self._is_shown:
            self.suspend_application_mode()
            self._take_when_ours()

    async def _tell_size(self) -> None:
        if not self._in_band_window_resize:
            size = Size(*self._get_terminal_size())
            await self._app._post_message(events.Resize(size, size))

    def disable_input(self) -> None:
        """Read no more; where the shell has the terminal, nothing of it is ours to touch."""
        if self._writer_thread is not None:
            super().disable_input()

    def stop_application_mode(self) -> None:
        """Give the terminal back, unless the shell has it already."""
        self._is_shown = False
        if self._next_look is not None:
            self._next_look.cancel()
            self._next_look = None
        if self._writer_thread is None:
            return
        if self._is_behind:
            with suppress(queue.Empty):
                while True:
                    self._writer_thread._queue.get_nowait()
        if self._is_titled:
            self.write(_GIVE_TITLE_BACK)
        # The framework switches it on, where there is a mouse, and never off.
        self.write("\x1b[?1016l")
        super().stop_application_mode()

    def close(self) -> None:
        """Wait at most `PATIENCE_SECONDS` for the output that is not written yet."""
        thread, self._writer_thread = self._writer_thread, None
        if thread is not None:
            thread._queue.put(None)
            thread.join(PATIENCE_SECONDS)
            self.is_stuck = thread.is_alive()
            if not (self.is_stuck or thread._queue.empty()):
                # The thread has ended by a fault, and has not undone our modes.
                self._undo_modes()
        # What is stuck has not given it back.
        self._is_titled &= self.is_stuck

    def give_back(self) -> None:
        """Give the terminal back at once, and drop the output it has not taken; never waits."""
        if self._is_shown or self.is_stuck:
            self._undo_modes()

    def _undo_modes(self) -> None:
        with suppress(OSError, termios.error):
            if self.attrs_before is not None:
                termios.tcsetattr(self.fileno, termios.TCSANOW, self.attrs_before)
            # Opened anew: the shell shares our descriptor, and would get its O_NONBLOCK too.
            flags = os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
            terminal = os.open(os.ttyname(self.fileno), flags)
            termios.tcflush(terminal, termios.TCOFLUSH)
            title = _GIVE_TITLE_BACK.encode() if self._is_titled else b""
            os.write(terminal, _GIVE_BACK + title)
