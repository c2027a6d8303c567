"""Runs the join screen so that a signal leaves it with the terminal whole."""

from __future__ import annotations

import asyncio
import signal

from pexdash.ui.join_form import JoinApp, JoinForm
from pexdash.ui.lost_terminal import hanging_up_when_lost

_SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT)


async def ask_what_to_join(app: JoinApp) -> JoinForm | int:
    """Show `app`; what was filled in, or the exit status where it was left instead."""
    caught: list[int] = []

    def leave(number: int) -> None:
        caught.append(number)
        app.exit(None)

    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        loop.add_signal_handler(number, leave, number)
    try:
        with hanging_up_when_lost():
            given = await app.run_async()
    except OSError:
        # The terminal went away while it was written to.
        if not caught:
            raise
        given = None
    finally:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)
    if caught:
        return 128 + caught[0]
    return 0 if given is None else given
