"""Target 13: commands without a screen start as fast as the interpreter lets them."""

from __future__ import annotations

import asyncio
import time

from tests.bench import stream
from tests.bench.feeding import feeding
from tests.bench.figures import Measured, middle
from tests.bench.processes import PROGRAM, PYTHON, program

_PIPE = asyncio.subprocess.PIPE
_QUIETLY = asyncio.subprocess.DEVNULL


async def measure(*, quick: bool) -> dict[str, Measured]:
    """Each in turn; the naive one imports what a program would that imports at its top."""
    turns = 5 if quick else 21
    commands = {
        "version": (PROGRAM, "--version"),
        "ctl": (PROGRAM, "ctl", "--help"),
        "limit": (PYTHON, "-c", "import asyncio"),
        "naive": (PYTHON, "-c", "import asyncio, httpx, textual.app"),
    }
    took: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(turns):
        for name, command in commands.items():
            took[name].append(await _milliseconds(command))
    limit, naive = middle(took["limit"]), middle(took["naive"])
    return {
        "commands.version": Measured(middle(took["version"]), limit, naive),
        "commands.ctl": Measured(middle(took["ctl"]), limit, naive),
        "commands.textual": Measured(float(await _textual_modules()), 0.0, None),
    }


async def _milliseconds(command: tuple[str, ...]) -> float:
    began = time.monotonic()
    async with program(*command, stdout=_QUIETLY) as process:
        await process.wait()
        return (time.monotonic() - began) * 1000


async def _textual_modules() -> int:
    """How many modules of Textual a request on a real node loads."""
    async with feeding() as feed:
        command = (PYTHON, "-X", "importtime", PROGRAM, "ctl", stream.ALIAS, "conference_status")
        node = ("--node", feed.url)
        async with program(*command, *node, stdout=_QUIETLY, stderr=_PIPE) as process:
            _, told = await process.communicate()
            assert process.returncode == 0, told[-500:].decode()
    names = [line.rpartition(b"|")[2].strip() for line in told.splitlines()]
    assert b"httpx" in names
    return sum(name.partition(b".")[0] == b"textual" for name in names)
