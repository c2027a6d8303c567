"""Runs the dashboard so that, however it ends, the token is released and the terminal is whole."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from dataclasses import dataclass
from pathlib import Path

from textual.worker import WorkerFailed

from pexdash.crash import CRASHED, report
from pexdash.session.session import Session
from pexdash.ui.app import DashboardApp
from pexdash.ui.signals import leaving_by_signal

PATIENCE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Ending:
    """How a dashboard ended: the exit status, whether we had joined, and a sentence to print."""

    status: int
    joined: bool
    farewell: str = ""


async def run_dashboard(app: DashboardApp, session: Session, *, reports: Path) -> Ending:
    """Show the dashboard until it ends; the token is released before this returns.

    A signal leaves with 128 + its number; should the way out hang, for the terminal is gone, the
    process ends by force after three seconds, and a second signal ends it at once. A crash leaves
    a report in the folder `reports`.
    """
    releasing: list[asyncio.Future[None]] = []

    def leave(status: int) -> None:
        # Released at once: with the terminal gone, the screen's own way out may take its time.
        releasing.append(asyncio.ensure_future(session.close()))
        app.leave(status)

    with leaving_by_signal(leave) as signals:
        try:
            await app.run_async()
        except OSError as fault:
            # The terminal went away while it was written to.
            app.crash = app.crash or (None if signals.caught else fault)
        finally:
            signals.leaving()
            await _closed(session)
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
