"""Looks now and then whether there is room for what is written, for the alarm on a full disk."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from pexdash.clock import Clock

LOOK_SECONDS = 15.0
"""The time between two looks."""
LEAST_BYTES = 50_000_000
"""The room below which a disk is told to be full: what writes to it must be able to go on."""
ENOUGH_BYTES = 2 * LEAST_BYTES
"""The room from which on it is told to be full no more."""


class DiskWatch:
    """Tells `tell` whole words on what cannot be written, or not for long, and "" once all can.

    `places` maps what is written, in words, to its file or folder. `lost` returns words on what has
    stopped already, "" for nothing. `free` returns the bytes that we may still write to the disk of
    a folder, and raises OSError. Have `run` running.
    """

    def __init__(
        self,
        places: Mapping[str, Path],
        clock: Clock,
        *,
        tell: Callable[[str], None],
        lost: Callable[[], str] = lambda: "",
        free: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free,
    ) -> None:
        self._places = places
        self._clock = clock
        self._tell = tell
        self._lost = lost
        self._free = free
        self._full: set[str] = set()
        self._told = ""

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            # In a thread, because a disk on a network may not answer.
            full = await asyncio.to_thread(self._find_full)
            words = self._lost() or full
            if words != self._told:
                self._told = words
                self._tell(words)
            await self._clock.sleep(LOOK_SECONDS)

    def _find_full(self) -> str:
        for name, path in self._places.items():
            least = ENOUGH_BYTES if name in self._full else LEAST_BYTES
            try:
                is_full = self._free(_folder_of(path)) < least
            except OSError:
                # Of what cannot be asked, only writing tells.
                is_full = False
            if is_full:
                self._full.add(name)
            else:
                self._full.discard(name)
        if not self._full:
            return ""
        named = ", ".join(name for name in self._places if name in self._full)
        return f"the disk is full, or nearly so: {named}"


def _folder_of(path: Path) -> Path:
    """The folder of a path that is there already."""
    return next((one for one in (path, *path.parents) if one.is_dir()), Path())
