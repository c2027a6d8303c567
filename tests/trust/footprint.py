"""What a process holds at a moment, to be compared with another."""

from __future__ import annotations

import asyncio
import gc
import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Footprint:
    """What a process holds: bytes in memory, objects, tasks and open descriptors."""

    rss: int
    objects: int
    tasks: int
    descriptors: int

    @classmethod
    def now(cls) -> Footprint:
        gc.collect()
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
        return cls(
            rss=pages * os.sysconf("SC_PAGE_SIZE"),
            objects=len(gc.get_objects()),
            tasks=len(asyncio.all_tasks()),
            descriptors=len(os.listdir("/proc/self/fd")),
        )

    def growth(self, later: Footprint) -> Footprint:
        """How much more `later` is."""
        return Footprint(
            *(after - before for before, after in zip(self._values(), later._values(), strict=True))
        )

    def _values(self) -> tuple[int, ...]:
        return (self.rss, self.objects, self.tasks, self.descriptors)

    def is_flat(self, most_rss: int, most_objects: int) -> bool:
        """Whether a growth by this is none to speak of."""
        return (
            self.rss < most_rss
            and self.objects < most_objects
            and self.tasks <= 0
            and self.descriptors <= 0
        )

    def __str__(self) -> str:
        return (
            f"{self.rss / 1024 / 1024:+.1f} MB, {self.objects:+} objects, "
            f"{self.tasks:+} tasks, {self.descriptors:+} descriptors"
        )


NOTHING = Footprint(0, 0, 0, 0)
