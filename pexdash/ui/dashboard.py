"""Runs the dashboard so that, however it ends, the token is released and the terminal is whole."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from textual.worker import WorkerFailed

from pexdash.crash import CRASHED, report
from pexdash.session.session import Session
from pexdash.ui.app import DashboardApp
from pexdash.ui.lost_terminal import hanging_up_when_lost

LEAVE_SECONDS = 3.0
PATIENCE_SECONDS = 1.0
_SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT)


@dataclass(frozen=True, slots=True)
class Ending:
    """How a dashboard ended: the exit status, whether we had joined, and a sentence to print."""

    status: int
    joined: bool
    farewell: str = ""


async def run_dashboard(app: DashboardApp, session: Session, *, reports: Path) -> Ending:
    """Show the dashboard until it ends; the token is released before this returns.

    A signal leaves with 128 + its number; should the way out hang, for the terminal is gone, the
    process ends by force after three seconds. A crash leaves a report in the folder `reports`.
    """
    signals = _Signals(app, session)
    signals.listen()
    try:
        with hanging_up_when_lost():
            await app.run_async()
    except OSError as fault:
        # The terminal went away while it was written to.
        app.crash = app.crash or (None if signals.caught else fault)
    finally:
        signals.is_leaving = True
        await _closed(session)
        signals.ignore()
    joined = session.joined_at is not None
    if signals.caught:
        return Ending(128 + signals.caught, joined)
    if app.crash is not None:
        crash = app.crash.error if isinstance(app.crash, WorkerFailed) else app.crash
        return Ending(CRASHED, joined, report(crash, reports))
    return Ending(app.return_value or 0, joined, app.farewell)


async def _closed(session: Session) -> None:
    """Release the token; where the node takes its time, say what is waited for."""
    closing = asyncio.ensure_future(session.close())
    done, _ = await asyncio.wait({closing}, timeout=PATIENCE_SECONDS)
    if not done:
        with contextlib.suppress(OSError):
            print("pexdash: leaving, the node is slow to answer", file=sys.stderr)  # noqa: T201
        await closing


class _Signals:
    """Turns the first signal into leaving, and the second into the end."""

    def __init__(self, app: DashboardApp, session: Session) -> None:
        self.caught = 0
        self.is_leaving = False
        self._app = app
        self._session = session
        self._releasing: asyncio.Future[None] | None = None

    def listen(self) -> None:
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            loop.add_signal_handler(number, self._catch, number)

    def ignore(self) -> None:
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            loop.remove_signal_handler(number)

    def _catch(self, number: int) -> None:
        if self.is_leaving:
            os._exit(128 + number)
        self.is_leaving = True
        self.caught = number
        _end_by_force_after(LEAVE_SECONDS, 128 + number)
        # Released at once: with the terminal gone, the screen's own way out may take its time.
        self._releasing = asyncio.ensure_future(self._session.close())
        self._app.leave(128 + number)


def _end_by_force_after(seconds: float, status: int) -> None:
    watchdog = threading.Timer(seconds, os._exit, (status,))
    watchdog.daemon = True
    watchdog.start()
