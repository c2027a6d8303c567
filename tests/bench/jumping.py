"""`jumping.py FILE TURNS`: times leaps within a recording, and playing it up to its end."""

from __future__ import annotations

import asyncio
import json
import random
import sys
from pathlib import Path
from time import perf_counter

from pexdash.clock import SystemClock
from pexdash.session.feed.playback import playback_of
from pexdash.session.feed.replay_source import ReplaySource
from pexdash.session.feed.tape import tape_of


async def arrived(source: ReplaySource) -> None:
    while source.goal is not None or source.is_going:  # noqa: ASYNC110
        await asyncio.sleep(0)


async def main(path: Path, turns: int) -> None:
    tape, rng = tape_of([path]), random.Random(7)
    _, _, source, _, keyframes = playback_of(tape, SystemClock())
    began = perf_counter()
    await keyframes.run()
    whole = (perf_counter() - began) * 1000
    playing = asyncio.create_task(source.run())
    await asyncio.sleep(0)
    source.pause()
    took = []
    for _ in range(turns):
        began = perf_counter()
        source.go_to(rng.random() * keyframes.seconds)
        await arrived(source)
        took.append((perf_counter() - began) * 1000)
    playing.cancel()
    sys.stdout.write(json.dumps({"ours": sorted(took), "naive": [whole]}) + "\n")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
