"""The metrics as Prometheus reads them (text format 0.0.4), written by its own library."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate, islice
from typing import NamedTuple

from prometheus_client import PlatformCollector, ProcessCollector, generate_latest
from prometheus_client.metrics_core import Metric

from pexdash.plain.metrics.counts import Counts, Labels, Spread
from pexdash.plain.metrics.event_names import by_name
from pexdash.plain.metrics.families import COUNTER, FAMILIES, HISTOGRAM, Family
from pexdash.plain.metrics.slices import Slices

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_AT_ONCE = 50
"""How many lines are written before a look at the time: what takes half a millisecond at most."""
_EVENTS = "pexdash_events_total"


class _Sample(NamedTuple):
    name: str
    labels: dict[str, str]
    value: float


class _One:
    """Gives the library one metric, as its collectors do."""

    def __init__(self, metric: Metric) -> None:
        self._metric = metric

    def collect(self) -> Iterable[Metric]:
        yield self._metric


class Text:
    """Writes metrics; `process_*` and `python_info` are the library's own."""

    def __init__(self) -> None:
        self._library = (ProcessCollector(registry=None), PlatformCollector(registry=None))

    async def write(
        self, counts: Counts, gauges: Mapping[str, Mapping[Labels, float]], slices: Slices
    ) -> bytes:
        """Every metric of `families`, each with its name and type even where it has no value."""
        parts: list[bytes] = []
        for family in FAMILIES.values():
            samples = _samples_of(family, counts, gauges.get(family.name, {}))
            is_first = True
            while (some := [*islice(samples, _AT_ONCE)]) or is_first:
                part = _written(family, some)
                # Each part has two lines on the metric before it, which may be there only once.
                parts.append(part if is_first else part.split(b"\n", 2)[2])
                is_first = False
                await slices.rest()
        for collector in self._library:
            for metric in collector.collect():
                parts.append(generate_latest(_One(metric)))
            await slices.rest()
        return b"".join(parts)


def _written(family: Family, samples: Iterable[_Sample]) -> bytes:
    metric = Metric(family.name.removesuffix("_total"), family.help, family.kind)
    for sample in samples:
        metric.add_sample(*sample)
    return generate_latest(_One(metric))


def _samples_of(
    family: Family, counts: Counts, gauges: Mapping[Labels, float]
) -> Iterator[_Sample]:
    if family.kind == HISTOGRAM:
        # Counting goes on between two slices.
        for labels, spread in [*counts.spreads[family.name].items()]:
            yield from _of_spread(family, labels, spread)
        return
    values: Mapping[Labels, float] = gauges
    if family.kind == COUNTER:
        values = dict(counts.counters[family.name])
        if family.name == _EVENTS:
            values = _with_events(values, counts)
    for labels, value in values.items():
        yield _Sample(family.name, dict(zip(family.labels, labels, strict=True)), value)


def _of_spread(family: Family, labels: Labels, spread: Spread) -> Iterator[_Sample]:
    named = dict(zip(family.labels, labels, strict=True))
    bounds = (*(f"{float(bound)}" for bound in family.bounds), "+Inf")
    upto, total = [*accumulate(spread.counts)], spread.total
    for le, count in zip(bounds, upto, strict=True):
        yield _Sample(f"{family.name}_bucket", {**named, "le": le}, count)
    yield _Sample(f"{family.name}_count", named, upto[-1])
    yield _Sample(f"{family.name}_sum", named, total)


def _with_events(counted: Mapping[Labels, float], counts: Counts) -> Mapping[Labels, float]:
    values = dict(counted)
    for node, kinds in counts.events.items():
        for name, count in by_name(kinds.items()).items():
            values[node, name] = values.get((node, name), 0.0) + count
    return values
