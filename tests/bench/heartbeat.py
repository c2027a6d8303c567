"""How long an event loop was blocked, heard from inside of it."""

from __future__ import annotations

import asyncio
import struct
from pathlib import Path

BEAT_SECONDS = 0.005


def start(path: str) -> None:
    """Beat in the running loop and write every gap between two beats to a file."""
    loop = asyncio.get_running_loop()
    file = open(path, "ab", buffering=0)  # noqa: SIM115 - open for as long as the program runs
    last = loop.time()

    def beat() -> None:
        nonlocal last
        now = loop.time()
        file.write(struct.pack("d", now - last))
        last = now
        loop.call_later(BEAT_SECONDS, beat)

    loop.call_later(BEAT_SECONDS, beat)


def blocked_ms(path: Path, part: float = 0.95) -> tuple[float, float]:
    """For `part` of the time no blockage was longer than the first; the second is the longest.

    Milliseconds. Weighed by time and not by beats: a loop that stands still beats seldom.
    """
    data = path.read_bytes()
    gaps = sorted(gap for (gap,) in struct.iter_unpack("d", data[: len(data) // 8 * 8]))
    whole, passed = sum(gaps), 0.0
    for gap in gaps:
        passed += gap
        if passed >= whole * part:
            return _blocked(gap), _blocked(gaps[-1])
    return 0.0, 0.0


def _blocked(gap: float) -> float:
    return max(0.0, gap - BEAT_SECONDS) * 1000
