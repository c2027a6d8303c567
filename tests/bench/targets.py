"""Every figure that is measured, and what is wanted of it.

The first part of a key names the module that measures it.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.bench.figures import Figure, Measured

FRAME_MS = 1000 / 60

Met = Callable[[Measured], bool]


def _most(most: float) -> Met:
    return lambda one: one.value <= most


def _times_limit(most: float, plus: float = 0.0) -> Met:
    return lambda one: one.limit is not None and one.value <= most * one.limit + plus


def _part_of_naive(part: float) -> Met:
    return lambda one: one.naive is not None and one.value <= part * one.naive


FIGURES = [
    Figure(
        "ingest.limit", 1, "ingest: CPU of 100,000 events", "s", "1.5 x limit", _times_limit(1.5)
    ),
    Figure(
        "ingest.node", 1, "ingest: beside Node's (naive)", "s", "< naive", _part_of_naive(0.999)
    ),
    Figure(
        "ingest.order",
        1,
        "ingest: worst other field order, to the usual (limit)",
        "s",
        "2 x limit",
        _times_limit(2),
    ),
    Figure("ingest.membership", 1, "ingest: by a whole session", "s"),
    Figure("model.event", 2, "model: an event", "us", "1.5 x limit", _times_limit(1.5)),
    Figure("model.textual", 2, "model: Textual calls of an event", "", "0", _most(0)),
    # Rows of raised hands move ten times a second, and the limit, which sends only the cells that
    # differ, sends a sixth of what DataTable does: less than that can only be drawn by not drawing.
    Figure("screen.bytes", 3, "screen: beside DataTable", "B/s", "1.1 x limit", _times_limit(1.1)),
    Figure("screen.cells", 3, "screen: beside Statics", "B/s", "3 x limit", _times_limit(3)),
    Figure("screen.cpu", 4, "screen: CPU", "%", "1/10 x naive", _part_of_naive(1 / 10)),
    Figure(
        "screen.rows", 4, "screen: CPU, to 50 rows (limit)", "%", "1.3 x limit", _times_limit(1.3)
    ),
    Figure(
        "lively.bytes",
        3,
        "lively screen: bytes",
        "B/s",
        "1.5 x limit",
        _times_limit(1.5),
    ),
    Figure("lively.cpu", 4, "lively screen: CPU", "%", "3 x limit", _times_limit(3)),
    Figure("sort.sort", 5, "sort of 5,000 rows, key to paint", "ms", "33.3", _most(2 * FRAME_MS)),
    Figure(
        "sort.filter", 5, "filter of 5,000 rows, key to paint", "ms", "33.3", _most(2 * FRAME_MS)
    ),
    Figure("latency.quiet", 6, "latency: quiet, p50", "ms", "5", _most(5)),
    Figure("latency.quiet95", 6, "latency: quiet, p95", "ms"),
    Figure("latency.slow", 6, "latency: 100 events/s, p95", "ms"),
    Figure("latency.fast", 6, "latency: 1,000 events/s, p95", "ms"),
    Figure("latency.flood50", 6, "latency: 5,000 events/s, p50", "ms"),
    Figure("latency.flood95", 6, "latency: 5,000 events/s, p95", "ms"),
    Figure("latency.flood", 6, "latency: 5,000 events/s, p99", "ms", "25", _most(25)),
    Figure("latency.cpu", 6, "latency: CPU at 5,000 events/s", "%", "35", _most(35)),
    Figure("keys.flood50", 7, "key at 5,000 events/s, p50", "ms"),
    Figure("keys.flood", 7, "key at 5,000 events/s, p99", "ms", "50", _most(50)),
    Figure("slow_terminal.blocked", 8, "slow terminal: loop blocked, p95", "ms", "20", _most(20)),
    Figure("slow_terminal.longest", 8, "slow terminal: loop blocked, longest", "ms"),
    Figure(
        "slow_terminal.newest", 8, "slow terminal: newest state shown after", "s", "3", _most(3)
    ),
    Figure(
        "start.paint",
        9,
        "start: first paint, to an empty app",
        "ms",
        "1.25 x limit",
        _times_limit(1.25),
    ),
    Figure(
        "start.roster", 9, "start: roster, to an empty app", "ms", "1.6 x limit", _times_limit(1.6)
    ),
    Figure("idle.still", 10, "idle: bytes but for the clock's", "B/s", "0", _most(0)),
    Figure("idle.clock", 10, "idle: bytes with the clock", "B/s", "120", _most(120)),
    Figure("idle.cpu", 10, "idle: CPU with the clock", "%", "0.5", _most(0.5)),
    Figure(
        "many_participants.roster",
        11,
        "5,000 participants: join to roster",
        "ms",
        "2 x limit + 16.7",
        _times_limit(2, plus=FRAME_MS),
    ),
    Figure("many_participants.memory", 11, "5,000 participants: memory", "MB", "60", _most(60)),
    Figure("many_streams.refused", 12, "1,000 streams: refused", "", "0", _most(0)),
    Figure("many_streams.connect", 12, "1,000 streams: CPU to connect", "s", "2", _most(2)),
    Figure("many_streams.tls", 12, "1,000 TLS streams: CPU to connect", "s", "3", _most(3)),
    Figure("many_streams.tls_refused", 12, "1,000 TLS streams: refused", "", "0", _most(0)),
    Figure("many_streams.memory", 12, "1,000 streams: memory of each", "kB", "100", _most(100)),
    Figure(
        "many_streams.tls_memory", 12, "1,000 TLS streams: memory of each", "kB", "100", _most(100)
    ),
    Figure("many_streams.steady", 12, "1,000 streams: CPU at 1 event/s each", "%"),
    Figure(
        "many_streams.doubled",
        12,
        "1,000 streams: CPU, to 500 (limit)",
        "s",
        "2.3 x limit",
        _times_limit(2.3),
    ),
    Figure(
        "commands.version",
        13,
        "pexdash --version, to import asyncio",
        "ms",
        "1.5 x limit",
        _times_limit(1.5),
    ),
    Figure(
        "commands.ctl",
        13,
        "pexdash ctl --help, to import asyncio",
        "ms",
        "1.5 x limit",
        _times_limit(1.5),
    ),
    Figure("commands.textual", 13, "Textual modules that ctl loads", "", "0", _most(0)),
    Figure("alarms.change", 14, "alarms and tile of a changed conference", "us", "10", _most(10)),
    Figure("reports.speed", 15, "report on recordings, CPU of each GB", "s", "60", _most(60)),
    Figure("reports.memory", 15, "report: memory of ten times the events", "MB", "5", _most(5)),
    Figure("replay.open", 16, "replay of an hour: first picture", "ms", "1000", _most(1000)),
    Figure("replay.jump", 16, "replay of an hour: a leap, p99", "ms", "100", _most(100)),
    Figure("scrape.blocked", 17, "scrape of 1,000 conferences: at a time", "ms", "5", _most(5)),
    Figure("scrape.cpu", 17, "scrape of 1,000 conferences: CPU", "ms"),
    Figure("wall.join", 18, "1,000 conferences: CPU to join", "s", "3", _most(3)),
    Figure("wall.memory", 18, "1,000 conferences: memory of each", "kB", "150", _most(150)),
    Figure("wall.tls_memory", 18, "1,000 over TLS: memory of each", "kB", "190", _most(190)),
    Figure("wall.cpu", 18, "wall of 1,000: CPU at 1 event/s each", "%", "12", _most(12)),
    Figure("wall.bytes", 18, "wall of 1,000: bytes", "B/s", "2000", _most(2000)),
    Figure("wall.key50", 18, "wall of 1,000: key to paint, p50", "ms"),
    Figure("wall.key", 18, "wall of 1,000: key to paint, p99", "ms", "50", _most(50)),
    Figure("wall.down", 18, "its node goes: told after the delay", "s", "1", _most(1)),
    Figure("wall.bells", 18, "its node goes: bells", "", "1", _most(1)),
    Figure("wall.alarms", 18, "its node goes: alarms to acknowledge", "", "1", _most(1)),
    Figure("wall.tiles", 18, "wall of 24 lively meetings: bytes", "B/s", "2000", _most(2000)),
    Figure("wall.tiles_cpu", 18, "wall of 24 and its node: CPU", "%"),
    Figure("bus.publish", 19, "bus: CPU of 100,000 events to the log", "s", "1.0", _most(1.0)),
    Figure("bus.time", 19, "bus: time of 100,000 events to the log", "s", "2", _most(2)),
    Figure("bus.collector", 19, "bus: whole collector, CPU of 100,000 events", "s"),
    Figure("bus.read", 19, "bus: CPU of 100,000 events from the log", "s", "1.0", _most(1.0)),
    Figure("bus.late50", 19, "bus: event to reader at 5,000/s, p50", "ms", "2", _most(2)),
    Figure("bus.late99", 19, "bus: event to reader at 5,000/s, p99", "ms", "25", _most(25)),
    Figure("bus.list", 19, "bus: list of 10,000 conferences", "s", "0.5", _most(0.5)),
    Figure("bus.memory", 19, "bus: memory of the server", "MB", "400", _most(400)),
    Figure("bus.restart", 19, "bus: reading again after a restart", "s", "1", _most(1)),
    Figure(
        "walls.cpu", 19, "bus: wall of 10,000, all change each second, CPU", "%", "1.5", _most(1.5)
    ),
    Figure("walls.memory", 19, "bus: wall of 10,000, memory", "MB", "60", _most(60)),
    Figure("walls.server", 19, "bus: 100 such walls, CPU of the server", "%", "25", _most(25)),
    Figure("walls.bytes", 19, "bus: 100 such walls, bytes to all of them", "MB/s", "70", _most(70)),
    Figure("asking.middle", 19, "bus: action, over the node's own time, p50", "ms"),
    Figure("asking.done", 19, "bus: action, over the node's own time, p99", "ms", "5", _most(5)),
    Figure("asking.nobody", 19, "bus: action where nobody answers, p99", "ms", "50", _most(50)),
]
