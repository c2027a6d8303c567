"""`scraping.py TURNS`: times scrapes of a thousand conferences, each with series of its own."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Iterable

from prometheus_client import generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families

from pexdash.plain.metrics.metrics import Metrics
from tests.manual_clock import ManualClock
from tests.plain.metrics.many import Many

CONFERENCES = 1000


class Read:
    """Gives the library metrics that were read before: the limit is to write them at once."""

    def __init__(self, text: bytes) -> None:
        self._metrics = list(text_string_to_metric_families(text.decode()))

    def collect(self) -> Iterable[Metric]:
        return self._metrics


async def scraped(metrics: Metrics) -> tuple[float, float]:
    """The CPU milliseconds of a scrape, and its longest piece that nothing could interrupt."""
    scrape = asyncio.ensure_future(metrics.text())
    longest, began = 0.0, time.thread_time()
    last = began
    while not scrape.done():
        await asyncio.sleep(0)
        now = time.thread_time()
        longest, last = max(longest, now - last), now
    return (last - began) * 1000, longest * 1000


async def main(turns: int) -> None:
    many = Many(ManualClock())
    for at in range(CONFERENCES):
        many.add(f"room{at}", f"node{at % 10}")
    metrics = Metrics(many, many.clock, conferences=CONFERENCES)
    limit = Read(await metrics.text())
    took: dict[str, list[float]] = {"ours": [], "limit": []}
    pieces = []
    for _ in range(turns):
        cpu, longest = await scraped(metrics)
        took["ours"].append(cpu)
        pieces.append(longest)
        began = time.thread_time()
        generate_latest(limit)
        took["limit"].append((time.thread_time() - began) * 1000)
    metrics.close()
    # Memory is tidied up now and then, which is nothing of a scrape's.
    blocked = sorted(pieces)[len(pieces) // 2]
    sys.stdout.write(json.dumps({"took": took, "blocked": blocked}) + "\n")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
