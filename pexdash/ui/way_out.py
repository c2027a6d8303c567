"""Runs an app; every end releases its tokens and gives the terminal back whole."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import FrameType
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from textual.worker import WorkerFailed

from pexdash.crash import CRASHED, UNTOLD, report
from pexdash.errors import Remedy
from pexdash.log import is_logging
from pexdash.model.participant import Role
from pexdash.session.membership.leaving import RELEASE_SECONDS
from pexdash.session.membership.part import OurPart
from pexdash.ui.app import DashboardApp
from pexdash.ui.leaving_app import LeavingApp
from pexdash.ui.loop_watch import LoopWatch
from pexdash.ui.loose_faults import failing_by_loose_faults
from pexdash.ui.lost_terminal import hanging_up_when_lost

SIGNAL_SECONDS = 3.0
"""How long the way out may take after a signal; then the process ends by force."""
LEAVE_SECONDS = RELEASE_SECONDS + 4.0
"""How long any other way out may take: the release of the token, and four seconds for the rest."""
LAST_SECONDS = 2.0
"""How long the process may live on after the dashboard has returned."""
PATIENCE_SECONDS = 1.0
"""How long the node may take to release the token before we print that it is slow."""
_IMPATIENT = (signal.SIGINT, signal.SIGQUIT)
_SIGNALS = (signal.SIGTERM, signal.SIGHUP, *_IMPATIENT)


class Ending(Struct, frozen=True):
    """How a dashboard ended: the exit status, whether we had joined, and a sentence to print.

    `remedy` says what the user can give so that the next try may succeed. `role` is the one we had
    at the end, "" where we had none.
    """

    status: int
    joined: bool
    farewell: str = ""
    remedy: Remedy | None = None
    role: str = ""


async def run_dashboard(app: DashboardApp, membership: OurPart, *, reports: Path) -> Ending:
    """Show the dashboard until it ends, and release the token before this returns.

    After a signal the exit status is 128 + its number. Where the way out takes longer than
    `SIGNAL_SECONDS` or `LEAVE_SECONDS`, the process ends by force; and so it does `LAST_SECONDS`
    after this has returned, unless we never joined and the caller may ask for another try. A
    crash leaves a report in the folder `reports`.
    """
    ending = await run_app(
        app, membership.close, lambda: membership.joined_at is not None, reports=reports
    )
    role = "" if app.feed.role is Role.UNKNOWN else app.feed.role.value
    return replace(ending, role=role)


async def run_app(
    app: LeavingApp,
    close: Callable[[], Awaitable[None]],
    has_joined: Callable[[], bool],
    *,
    reports: Path,
) -> Ending:
    """As `run_dashboard`, for an app whose tokens `close` releases; it is safe to call it twice."""
    way_out = _WayOut(app, close)
    watch = LoopWatch() if is_logging() else None
    try:
        with hanging_up_when_lost(), failing_by_loose_faults(app.fail):
            await app.run_async()
    except OSError as fault:
        # The terminal vanished while the driver wrote to it.
        app.crash = app.crash or (None if way_out.caught else fault)
    finally:
        stuck = app.is_terminal_stuck
        await _closed(close, quietly=stuck)
        if watch is not None:
            watch.stop()
    ending = _ending(app, has_joined(), way_out.caught, reports)
    if stuck:
        # An ordinary exit waits for the writer thread, which the terminal holds up.
        way_out.end(ending.status)
    may_try_again = ending.farewell and not ending.joined and ending.status < CRASHED
    if may_try_again:
        way_out.was_none()
    else:
        way_out.end_within(LAST_SECONDS, ending.status)
    return ending


def _ending(app: LeavingApp, joined: bool, caught: int, reports: Path) -> Ending:
    if caught:
        return Ending(128 + caught, joined)
    if app.crash is not None:
        crash = app.crash.error if isinstance(app.crash, WorkerFailed) else app.crash
        return Ending(CRASHED, joined, report(crash, reports))
    if app.return_code:
        return Ending(CRASHED, joined, UNTOLD)
    return Ending(app.return_value or 0, joined, app.farewell, app.remedy)


async def _closed(close: Callable[[], Awaitable[None]], *, quietly: bool) -> None:
    """Release the tokens; where the node is slow to answer, say so, unless `quietly`."""
    closing = asyncio.ensure_future(close())
    done, _ = await asyncio.wait({closing}, timeout=PATIENCE_SECONDS)
    if not done:
        if not quietly:
            with contextlib.suppress(OSError):
                print("pexdash: leaving, the node is slow to answer", file=sys.stderr)  # noqa: T201
        await closing


class _WayOut:
    """Lets signals end the dashboard, and ends the process by force where that takes too long.

    The first signal makes the dashboard leave. While it leaves, SIGINT and SIGQUIT end the
    process at once. Other signals do not: where a terminal closes, both the system and the shell
    send one.

    The handlers are Python's own, because a loop that hangs would never call its handlers.
    """

    def __init__(self, app: LeavingApp, close: Callable[[], Awaitable[None]]) -> None:
        self.caught = 0
        self._app = app
        self._close = close
        self._loop = asyncio.get_running_loop()
        self._is_leaving = False
        self._timer: threading.Timer | None = None
        self._releasing: asyncio.Future[None] | None = None
        self._before: dict[int, Any] = {
            number: signal.signal(number, self._catch) for number in _SIGNALS
        }
        app.on_leaving = self._leaving

    def was_none(self) -> None:
        """Stop the timer and restore the signal handlers: the user may try again."""
        self._stop_timer()
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def end_within(self, seconds: float, status: int) -> None:
        """End the process by force unless it has ended within `seconds`."""
        self._stop_timer()
        self._timer = threading.Timer(seconds, self.end, (status,))
        self._timer.daemon = True
        self._timer.start()

    def end(self, status: int) -> None:
        """Give the terminal back as far as it lets us, and end the process at once."""
        self._app.give_terminal_back()
        os._exit(status)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _leaving(self, status: int) -> None:
        if not self._is_leaving:
            self._is_leaving = True
            self.end_within(LEAVE_SECONDS, status)

    def _catch(self, number: int, _: FrameType | None) -> None:
        if self._is_leaving and number in _IMPATIENT:
            self.end(128 + number)
        if self.caught:
            return
        self._is_leaving = True
        self.caught = number
        self.end_within(SIGNAL_SECONDS, 128 + number)
        with contextlib.suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(self._leave)

    def _leave(self) -> None:
        # The tokens go first: without a terminal the screen may take long to close.
        self._releasing = asyncio.ensure_future(self._close())
        self._app.leave(128 + self.caught)
