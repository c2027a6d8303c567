"""The Textual application: one session, one conference screen, and how both end."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Mapping
from traceback import extract_tb
from typing import TYPE_CHECKING, Any

from textual._styles_cache import StylesCache
from textual.app import ComposeResult
from textual.await_remove import AwaitRemove
from textual.binding import Binding
from textual.command import CommandPalette
from textual.content import Content
from textual.css.query import NoMatches
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static
from textual.widgets._toast import ToastHolder
from textual.worker import WorkerFailed

from pexdash.crash import CRASHED
from pexdash.errors import PexdashError
from pexdash.text import clean
from pexdash.ui.commands.recent import RecentDestinations
from pexdash.ui.dialogs.guarded import GuardedDialog
from pexdash.ui.features import TerminalFeatures
from pexdash.ui.framework.ordered_keys import OrderedKeys

if TYPE_CHECKING:
    from pexdash.secret import Secret
    from pexdash.session.feed.notices import Notice
    from pexdash.session.membership.joining import PinQuestion
    from pexdash.session.session import Session

DEFAULT_FEATURES = TerminalFeatures()


class GaveUp(PexdashError):
    """The host closed the PIN prompt."""

    exit_status = 0


class DashboardApp(OrderedKeys[int]):
    """Shows `session`; `run_async` returns the exit status.

    `farewell` is the sentence to print once the terminal is the shell's again, and `crash` the
    fault of ours that ended it. `on_leaving` hears the status when the end begins. The session
    runs as a worker and is not closed here: whoever runs the app releases the token, however the
    app ended.
    """

    TITLE = "pexdash"
    # Of more notices than fit on the screen the framework would show none.
    CSS = """
    #joining { width: 100%; height: 100%; content-align: center middle; color: $foreground 60%; }
    ToastRack { max-height: 50%; }
    """
    ENABLE_COMMAND_PALETTE = True
    # The framework's own commands know nothing of the last Host's question.
    COMMANDS = set()
    BINDINGS = [
        Binding("ctrl+q", "leave_now", show=False, priority=True),
        Binding("ctrl+c", "leave_now", show=False, priority=True),
    ]

    def __init__(
        self,
        session: Session,
        *,
        keys: Mapping[str, str],
        features: TerminalFeatures = DEFAULT_FEATURES,
        frame_seconds: float = 1 / 30,
        recent: RecentDestinations | None = None,
        player: str = "",
    ) -> None:
        if not features.colours:
            # Textual looks for it here, and takes it away from the next app.
            os.environ["NO_COLOR"] = "1"
        super().__init__(ansi_color=None if features.colours else True)
        if not features.colours:
            self.theme = "ansi-dark"
        self.session = session
        # The details show what the node sent of a participant.
        session.conference.keeps_sources = True
        self.farewell = ""
        self.crash: BaseException | None = None
        self.on_leaving: Callable[[int], None] = lambda _: None
        self._keys = keys
        self._features = features
        self._frame_seconds = frame_seconds
        self._recent = recent or RecentDestinations()
        self._player = player
        self._stands = asyncio.Event()

    def compose(self) -> ComposeResult:
        yield Static(Content(f"Joining {clean(self.session.alias)} …"), id="joining")

    async def on_ready(self) -> None:
        """Run the session and show the conference screen, which is mounted while the node answers.

        The first frame has been sent by now, and what takes a while to load comes after it.
        """
        from pexdash.ui.screens.conference import ConferenceScreen

        screen = ConferenceScreen(
            self.session,
            features=self._features,
            keys=self._keys,
            frame_seconds=self._frame_seconds,
            recent=self._recent,
            player=self._player,
        )
        early: list[Notice] = []
        self.session.notify = early.append
        self.run_worker(self._follow(), name="session", exit_on_error=True)
        screen.suit(self.size)
        for path in screen.css_path:
            # What a screen brings along the framework would parse twice.
            self.stylesheet.read(path)
        await self.push_screen(screen)
        self._stands.set()
        for notice in early:
            screen.host.say(notice)

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

    def exit(self, result: int | None = None, return_code: int = 0, message: object = None) -> None:
        self.on_leaving(result or 0)
        super().exit(result, return_code)

    def action_leave_now(self) -> None:
        """Leave without a question, as an interrupt means."""
        self.exit(128 + signal.SIGINT)

    async def ask_pin(self, question: PinQuestion) -> Secret:
        """Ask for the PIN on the screen; raises GaveUp where the host leaves instead."""
        from pexdash.ui.dialogs.pin import PinDialog

        await self._stands.wait()
        in_meeting = self.session.joined_at is not None
        dialog = PinDialog(self.session.alias, question, interrupts=in_meeting)
        pin = await self.push_screen_wait(dialog)
        if pin is None:
            raise GaveUp("Not joined")
        return pin

    async def ask_extension(self, unknown: bool) -> str:
        """Ask for the conference behind a Virtual Reception; raises GaveUp."""
        from pexdash.ui.dialogs.requests import extension_form

        await self._stands.wait()
        form = extension_form(self.session.alias, unknown=unknown)
        values = await self.push_screen_wait(form)
        if values is None:
            raise GaveUp("Not joined")
        return values["extension"]

    def action_command_palette(self) -> None:
        """Open the palette over the conference."""
        from pexdash.ui.commands.palette import HostPalette

        if not isinstance(self.screen, CommandPalette):
            self.push_screen(HostPalette())

    def is_deaf(self, typed_at: float) -> bool:
        """Whether a dialog had just opened, so that the key was meant for what lies under it."""
        return isinstance(self.screen, GuardedDialog) and not self.screen.hears(typed_at)

    def _prune(self, *nodes: Widget, parent: DOMNode | None = None) -> AwaitRemove:
        """Remove widgets, and what the framework would keep of them.

        That is what a thousand of them last drew, and the holder of a notice that was taken away
        before its own time was over.
        """
        StylesCache.get_inner_outer.cache_clear()
        if len(nodes) == 1 and isinstance(nodes[0].parent, ToastHolder):
            nodes = (nodes[0].parent,)
            parent = nodes[0].parent
        return super()._prune(*nodes, parent=parent)

    def _handle_exception(self, error: Exception) -> None:
        """End with our own report: the framework's would print local variables, secrets too."""
        if _palette_was_closed(error, self.screen_stack):
            return
        if self.crash is None:
            self.crash = error
            if self.is_headless:
                # The test driver raises what went wrong in the test itself.
                self._exception = error
                self._exception_event.set()
        self.on_leaving(CRASHED)
        self._return_code = CRASHED
        self._return_value = CRASHED
        self._close_messages_no_wait()


def _palette_was_closed(error: Exception, open_screens: list[Screen[Any]]) -> bool:
    """Whether the palette was closed while it searched, which it takes for a fault of its own."""
    return (
        isinstance(error, WorkerFailed)
        and isinstance(error.error, NoMatches)
        and not any(isinstance(screen, CommandPalette) for screen in open_screens)
        and "_gather_commands" in {frame.name for frame in extract_tb(error.error.__traceback__)}
    )
