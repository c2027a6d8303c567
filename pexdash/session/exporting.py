"""Exports the report of a meeting that is being recorded, while it goes on."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from pexdash.errors import PexdashError
from pexdash.text import REASON_LIMIT, clean


class NotExported(PexdashError):
    """The report could not be written; the message says why."""


async def export_report(files: Sequence[Path], folder: Path, name: str, now: float) -> Path:
    """Write each table of the report on `files` to a new folder in `folder`; returns its path.

    `name` and the Unix time `now` are in the new folder's name. Only its owner may read it, and no
    cell is a formula. `pexdash report` does it in a process of its own, as a long recording takes
    some seconds. Raises NotExported.
    """
    moment = time.strftime("%Y-%m-%dT%H-%M-%SZ", time.gmtime(now))
    path = folder / f"{name}-{moment}"
    # What the environment says of other reports is not meant for this one.
    environment = {key: one for key, one in os.environ.items() if not key.startswith("PEXDASH_")}
    # Nothing that lies in the current directory is to be taken for a library.
    words = (sys.executable, "-P", "-m", "pexdash", "report", *map(str, files))
    try:
        process = await asyncio.create_subprocess_exec(
            *(*words, "--output", str(path)),
            stdin=DEVNULL,
            stdout=DEVNULL,
            stderr=PIPE,
            env=environment,
            start_new_session=True,
        )
    except OSError as fault:
        raise NotExported(f"The report cannot be written: {fault.strerror}") from fault
    try:
        _, said = await process.communicate()
    except asyncio.CancelledError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        raise
    if process.returncode:
        why = clean(said.decode("utf-8", "replace"), REASON_LIMIT).removeprefix("pexdash: ")
        raise NotExported(f"The report cannot be written: {why}")
    return path
