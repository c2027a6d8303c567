"""Timers for what is to be done once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from textual.message_pump import MessagePump
from textual.timer import Timer


def once(
    node: MessagePump, seconds: float, callback: Callable[[], Awaitable[None] | None]
) -> Timer:
    """A timer of `node` that calls back after `seconds`, or later on a busy machine.

    The framework's own leaves out what is late already when it begins, and then never calls.
    """
    timer = node.set_timer(seconds, callback)
    timer._skip = False
    return timer
