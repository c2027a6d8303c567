"""Requests that a screen carries out, and whose faults the host knows already."""

from __future__ import annotations

from collections.abc import Coroutine
from contextlib import suppress

from textual.screen import Screen

from pexdash.errors import PexdashError


def run_told(
    screen: Screen[None], request: Coroutine[object, object, object], group: str = "moderation"
) -> None:
    """Carry out `request` as a worker of `screen` in `group`.

    Its sender tells the host of a PexdashError; any other fault ends the app.
    """

    async def told() -> None:
        with suppress(PexdashError):
            await request

    screen.run_worker(told(), group=group, exit_on_error=True)
