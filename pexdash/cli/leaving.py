"""Ending on a signal in order, so that a token is released and the status tells."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)


async def until_signal(work: Coroutine[Any, Any, int]) -> int:
    """Do `work`, cancelled by the first signal; returns its exit status or 128 + the signal."""
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(work)
    received: list[int] = []

    def leave(number: int) -> None:
        if not received:
            received.append(number)
            task.cancel()

    # Who started us with a signal ignored (nohup, a job in the background) wants it so.
    handled = [one for one in _SIGNALS if signal.getsignal(one) is not signal.SIG_IGN]
    for number in handled:
        loop.add_signal_handler(number, leave, number)
    try:
        return await task
    except asyncio.CancelledError:
        if received:
            return 128 + received[0]
        raise
    finally:
        for number in handled:
            loop.remove_signal_handler(number)
