"""A terminal that is nobody's controlling one: whoever runs on it is sent no SIGHUP."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.terminal.pseudo_terminal import Terminal, spawned


@asynccontextmanager
async def uncontrolled(
    *command: str | Path, size: tuple[int, int] = (120, 40)
) -> AsyncIterator[Terminal]:
    """Run `command` on such a terminal of `size` columns and lines."""
    env = {**os.environ, "TERM": "xterm-256color", "LANG": "C.UTF-8"}
    async with spawned(*command, size=size, env=env, controls=False) as (process, master):
        shown = Terminal(process, master, size)
        try:
            yield shown
        finally:
            shown.hang_up()
