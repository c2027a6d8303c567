"""The Textual application: one session, one conference screen, and how both end."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping

from textual.binding import Binding

from pexdash.errors import PexdashError
from pexdash.secret import Secret
from pexdash.session.joining import PinQuestion
from pexdash.session.session import Session
from pexdash.ui.dialogs.guarded import GuardedDialog
from pexdash.ui.dialogs.pin import PinDialog
from pexdash.ui.glyphs import UNICODE, Glyphs
from pexdash.ui.screens.conference import ConferenceScreen
from pexdash.ui.typing import OrderedKeys

CRASHED = 70


class GaveUp(PexdashError):
    """The host closed the PIN prompt."""

    exit_status = 0


class DashboardApp(OrderedKeys[int]):
    """Shows `session`; `run_async` returns the exit status.

    `farewell` is the sentence to print once the terminal is the shell's again, and `crash` the
    fault of ours that ended it. The session runs as a worker and is not closed here: whoever runs
    the app releases the token, however the app ended.
    """

    TITLE = "pexdash"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS = [
        Binding("ctrl+q", "leave_now", show=False, priority=True),
        Binding("ctrl+c", "leave_now", show=False, priority=True),
    ]

    def __init__(
        self,
        session: Session,
        *,
        keys: Mapping[str, str],
        glyphs: Glyphs = UNICODE,
        frame_seconds: float = 1 / 30,
        colours: bool = True,
    ) -> None:
        if not colours:
            # Textual looks for it here, and takes it away from the next app.
            os.environ["NO_COLOR"] = "1"
        super().__init__(ansi_color=None if colours else True)
        if not colours:
            self.theme = "ansi-dark"
        self.session = session
        self.farewell = ""
        self.crash: BaseException | None = None
        self._keys = keys
        self._glyphs = glyphs
        self._frame_seconds = frame_seconds

    async def on_mount(self) -> None:
        # The screen stands before the session runs, so that no first notice is lost.
        await self.push_screen(
            ConferenceScreen(
                self.session,
                glyphs=self._glyphs,
                keys=self._keys,
                frame_seconds=self._frame_seconds,
            )
        )
        self.run_worker(self._follow(), name="session", exit_on_error=True)

    async def _follow(self) -> None:
        """Run the session to its end, then leave with what it ended by."""
        try:
            reason = await self.session.run()
        except PexdashError as fault:
            self.leave(fault.exit_status, str(fault))
        else:
            self.leave(0, f"The conference is over: {reason}" if reason else "")

    def leave(self, status: int, farewell: str = "") -> None:
        """End the app with an exit status and a sentence to print."""
        self.farewell = farewell
        self.exit(status)

    def action_leave_now(self) -> None:
        """Leave without a question, as an interrupt means."""
        self.exit(128 + signal.SIGINT)

    async def ask_pin(self, question: PinQuestion) -> Secret:
        """Ask for the PIN on the screen; raises GaveUp where the host leaves instead."""
        pin = await self.push_screen_wait(PinDialog(self.session.alias, question))
        if pin is None:
            raise GaveUp("Not joined")
        return pin

    def is_deaf(self) -> bool:
        """Whether a dialog has just opened, so that a key was meant for what lies under it."""
        return isinstance(self.screen, GuardedDialog) and not self.screen.takes_keys

    def _handle_exception(self, error: Exception) -> None:
        """End with our own report: the framework's would print local variables, secrets too."""
        if self.crash is None:
            self.crash = error
            if self.is_headless:
                # The test driver raises what went wrong in the test itself.
                self._exception = error
                self._exception_event.set()
        self._return_code = CRASHED
        self._return_value = CRASHED
        self._close_messages_no_wait()
