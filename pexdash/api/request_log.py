"""What the log says of each request: its name, for whom, its status and its time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from pexdash.api.requests import Request
from pexdash.log import logger


@asynccontextmanager
async def logged(request: Request, participant: str) -> AsyncIterator[Callable[[int], None]]:
    """Log the status of a request and the time it took; yields what takes the status."""
    now = asyncio.get_running_loop().time
    began = now()
    status = 0

    def note_status(of_answer: int) -> None:
        nonlocal status
        status = of_answer

    try:
        yield note_status
    finally:
        said = f"{status}" if status else "no answer"
        whom = f" {participant[:8]}" if participant else ""
        logger.info("%s%s: %s, %.0f ms", request.name, whom, said, (now() - began) * 1000)
