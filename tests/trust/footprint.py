"""What a process holds at a moment, to be compared with another."""

from __future__ import annotations

import asyncio
import gc
import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Footprint:
    """What a process holds: bytes in memory, objects, tasks and open descriptors.

    `running` is what the tasks run, by name.
    """

    rss: int
    objects: int
    tasks: int
    descriptors: int
    running: tuple[str, ...] = ()

    @classmethod
    def now(cls) -> Footprint:
        gc.collect()
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
        running = [task.get_coro() for task in asyncio.all_tasks()]
        return cls(
            rss=pages * os.sysconf("SC_PAGE_SIZE"),
            objects=len(gc.get_objects()),
            tasks=len(running),
            descriptors=len(os.listdir("/proc/self/fd")),
            running=tuple(getattr(one, "__qualname__", repr(one)) for one in running),
        )

    def growth(self, later: Footprint) -> Footprint:
        """How much more `later` is."""
        return Footprint(
            later.rss - self.rss,
            later.objects - self.objects,
            later.tasks - self.tasks,
            later.descriptors - self.descriptors,
            tuple((Counter(later.running) - Counter(self.running)).elements()),
        )

    def is_flat(self, most_rss: int, most_objects: int) -> bool:
        """Whether a growth by this is none to speak of."""
        return (
            self.rss < most_rss
            and self.objects < most_objects
            and self.tasks <= 0
            and self.descriptors <= 0
        )

    def __str__(self) -> str:
        more = f" ({', '.join(self.running)})" if self.tasks > 0 else ""
        return (
            f"{self.rss / 1024 / 1024:+.1f} MB, {self.objects:+} objects, "
            f"{self.tasks:+} tasks{more}, {self.descriptors:+} descriptors"
        )


NOTHING = Footprint(0, 0, 0, 0)
