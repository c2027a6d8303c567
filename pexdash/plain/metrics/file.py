"""Keeps the metrics in a file that node_exporter reads (its textfile collector)."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

from pexdash.clock import Clock
from pexdash.errors import UsageFault
from pexdash.files import shown_path, write_all

WRITE_SECONDS = 15.0
"""How often the file is written."""
_MODE = 0o644
"""Whoever reads it runs as another user."""


class MetricsFile:
    """Writes what `text` returns to `path` at once and every 15 seconds, in `run`.

    The file is always whole: another takes its place. It is gone once `run` is cancelled, as what
    it says is no longer so. `say` is told once where it cannot be written, and once it can again.
    Raises UsageFault for a name that no file can have here.
    """

    def __init__(
        self,
        path: Path,
        text: Callable[[], Awaitable[bytes]],
        clock: Clock,
        say: Callable[[str], None],
    ) -> None:
        if path.is_dir() or not path.parent.is_dir():
            raise UsageFault(f"--metrics-file: {shown_path(path)} cannot be a file")
        self._path = path
        self._new = path.with_name(f".{path.name}.{os.getpid()}.new")
        self._text = text
        self._clock = clock
        self._say = say
        self._fault = ""

    async def run(self) -> None:
        """Write the file until cancelled."""
        try:
            while True:
                await self._write(await self._text())
                await self._clock.sleep(WRITE_SECONDS)
        finally:
            for path in (self._new, self._path):
                with contextlib.suppress(OSError):
                    path.unlink(missing_ok=True)

    async def _write(self, text: bytes) -> None:
        # A disk may take its time; the bytes belong to nobody else.
        writing = asyncio.ensure_future(asyncio.to_thread(self._replace, text))
        try:
            fault = await asyncio.shield(writing)
        except asyncio.CancelledError:
            await writing
            raise
        shown = shown_path(self._path)
        if fault and not self._fault:
            self._say(f"the metrics cannot be written to {shown}: {fault}")
        elif self._fault and not fault:
            self._say(f"the metrics are written to {shown} again")
        self._fault = fault

    def _replace(self, text: bytes) -> str:
        """Put a whole file in place of the last; returns why that failed, or ""."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            descriptor = os.open(self._new, flags, _MODE)
            try:
                os.fchmod(descriptor, _MODE)
                write_all(descriptor, text)
            finally:
                os.close(descriptor)
            os.replace(self._new, self._path)
        except OSError as fault:
            with contextlib.suppress(OSError):
                self._new.unlink(missing_ok=True)
            return fault.strerror or str(fault)
        return ""
