"""Ends a command on a signal in an orderly way: the token is released, and the status is right."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)


async def until_signal(work: Coroutine[Any, Any, int]) -> int:
    """Run `work` until it ends or a signal cancels it; returns its status or 128 + the signal."""
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(work)
    received: list[int] = []

    def leave(number: int) -> None:
        if not received:
            received.append(number)
            task.cancel()

    # A parent that starts us with a signal ignored (nohup, a background job) wants it ignored.
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
