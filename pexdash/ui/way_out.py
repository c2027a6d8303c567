"""Runs the dashboard so that, however it ends, the token is released and the terminal is whole."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Any

from msgspec import Struct
from textual.worker import WorkerFailed

from pexdash.crash import CRASHED, report
from pexdash.errors import Remedy
from pexdash.log import is_logging
from pexdash.session.membership.membership import RELEASE_SECONDS, Membership
from pexdash.ui.app import DashboardApp
from pexdash.ui.loop_watch import LoopWatch
from pexdash.ui.lost_terminal import hanging_up_when_lost

SIGNAL_SECONDS = 3.0
LEAVE_SECONDS = RELEASE_SECONDS + 4.0
LAST_SECONDS = 2.0
PATIENCE_SECONDS = 1.0
UNTOLD = "pexdash stopped by a fault of its own; no report could be written"
"""Where the framework has ended the app by itself, and told nobody by what."""
_IMPATIENT = (signal.SIGINT, signal.SIGQUIT)
_SIGNALS = (signal.SIGTERM, signal.SIGHUP, *_IMPATIENT)


class Ending(Struct, frozen=True):
    """How a dashboard ended: the exit status, whether we had joined, and a sentence to print.

    `remedy` is what to give so that the next try may succeed.
    """

    status: int
    joined: bool
    farewell: str = ""
    remedy: Remedy | None = None


async def run_dashboard(app: DashboardApp, membership: Membership, *, reports: Path) -> Ending:
    """Show the dashboard until it ends; the token is released before this returns.

    A signal leaves with 128 + its number. Should the way out hang, the process ends by force:
    three seconds after a signal, four after the node's time to answer otherwise, and two after
    this returns, unless we never got in and may be asked to try again. A crash leaves a report in
    the folder `reports`.
    """
    way_out = _WayOut(app, membership)
    watch = LoopWatch() if is_logging() else None
    try:
        with hanging_up_when_lost():
            await app.run_async()
    except OSError as fault:
        # The terminal went away while it was written to.
        app.crash = app.crash or (None if way_out.caught else fault)
    finally:
        stuck = app.is_terminal_stuck
        await _closed(membership, quietly=stuck)
        if watch is not None:
            watch.stop()
    ending = _ending(app, membership, way_out.caught, reports)
    if stuck:
        # At its end Python would wait for the thread that writes.
        way_out.end(ending.status)
    may_try_again = ending.farewell and not ending.joined and ending.status < CRASHED
    if may_try_again:
        way_out.was_none()
    else:
        way_out.end_within(LAST_SECONDS, ending.status)
    return ending


def _ending(app: DashboardApp, membership: Membership, caught: int, reports: Path) -> Ending:
    joined = membership.joined_at is not None
    if caught:
        return Ending(128 + caught, joined)
    if app.crash is not None:
        crash = app.crash.error if isinstance(app.crash, WorkerFailed) else app.crash
        return Ending(CRASHED, joined, report(crash, reports))
    if app.return_code:
        return Ending(CRASHED, joined, UNTOLD)
    return Ending(app.return_value or 0, joined, app.farewell, app.remedy)


async def _closed(membership: Membership, *, quietly: bool) -> None:
    """Release the token; where the node takes its time, say what is waited for."""
    closing = asyncio.ensure_future(membership.close())
    done, _ = await asyncio.wait({closing}, timeout=PATIENCE_SECONDS)
    if not done:
        if not quietly:
            with contextlib.suppress(OSError):
                print("pexdash: leaving, the node is slow to answer", file=sys.stderr)  # noqa: T201
        await closing


class _WayOut:
    """The first signal leaves; an interrupt that comes while leaving is the end.

    Others come twice by themselves: a closed terminal is told by the system and by the shell.

    The handlers are Python's own and not the loop's, which a loop that hangs would never call.
    """

    def __init__(self, app: DashboardApp, membership: Membership) -> None:
        self.caught = 0
        self._app = app
        self._membership = membership
        self._loop = asyncio.get_running_loop()
        self._is_leaving = False
        self._timer: threading.Timer | None = None
        self._releasing: asyncio.Future[None] | None = None
        self._before: dict[int, Any] = {
            number: signal.signal(number, self._catch) for number in _SIGNALS
        }
        app.on_leaving = self._leaving

    def was_none(self) -> None:
        """Nothing ends: there may be another try."""
        self._stop_timer()
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def end_within(self, seconds: float, status: int) -> None:
        """End the process by force unless it ends by itself in time."""
        self._stop_timer()
        self._timer = threading.Timer(seconds, self.end, (status,))
        self._timer.daemon = True
        self._timer.start()

    def end(self, status: int) -> None:
        """End the process here and now, the terminal given back as far as it lets us."""
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
        # Released at once: with the terminal gone, the screen's own way out may take its time.
        self._releasing = asyncio.ensure_future(self._membership.close())
        self._app.leave(128 + self.caught)
