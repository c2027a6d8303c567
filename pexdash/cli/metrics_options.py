"""What commands are told of metrics: where Prometheus reads them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from pexdash.cli.options import listening_at, say_on_stderr
from pexdash.errors import UsageFault

if TYPE_CHECKING:
    from pexdash.clock import Clock
    from pexdash.plain.metrics.sources import Source
    from pexdash.session.membership.part import OurPart

MISSING = "metrics need the extra `metrics`: install pexdash[metrics]"
EXPOSED = "whoever can reach {url} can read how your conferences are doing: there is no password"
MOST_CONFERENCES = 10_000
"""A thousand series of their own are 10,000 lines."""
_F = TypeVar("_F", bound=Callable[..., Any])
_OPTIONS = (
    click.option(
        "--metrics",
        metavar="HOST:PORT",
        help="Serve metrics to Prometheus at http://HOST:PORT/metrics, such as 127.0.0.1:9464.",
    ),
    click.option(
        "--metrics-file",
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="Write metrics to FILE every 15 seconds, for node_exporter: its name ends in .prom.",
    ),
    click.option(
        "--metrics-conferences",
        metavar="N",
        type=click.IntRange(0, MOST_CONFERENCES),
        default=0,
        show_default=True,
        help="How many conferences have metrics of their own, with their aliases.",
    ),
)


class MetricsOptions(NamedTuple):
    """Where metrics are told, as the options say; nowhere where there is neither."""

    metrics: str | None = None
    metrics_file: Path | None = None
    metrics_conferences: int = 0


NO_METRICS = MetricsOptions()


def metrics_options(command: _F) -> _F:
    """Add --metrics, --metrics-file and --metrics-conferences; `MetricsOptions` takes them."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def taken_from(given: dict[str, Any]) -> MetricsOptions:
    """Take these options out of all that were given; raises UsageFault for a wrong one."""
    options = MetricsOptions(**{name: given.pop(name) for name in MetricsOptions._fields})
    if options.metrics:
        listening_at(options.metrics, "--metrics")
    return options


@asynccontextmanager
async def telling_of_conference(
    options: MetricsOptions,
    membership: OurPart,
    *,
    frames: Callable[[], int] = lambda: 0,
    say: Callable[[str], None] = say_on_stderr,
) -> AsyncIterator[None]:
    """As `telling_metrics`, of the one conference that we join."""

    def source() -> Source:
        from pexdash.plain.metrics.sources import OneConference

        return OneConference(membership.feed, membership)

    async with telling_metrics(options, source, membership.feed.clock, frames=frames, say=say):
        yield


@asynccontextmanager
async def telling_metrics(
    options: MetricsOptions,
    source: Callable[[], Source],
    clock: Clock,
    *,
    frames: Callable[[], int] = lambda: 0,
    say: Callable[[str], None] = say_on_stderr,
) -> AsyncIterator[None]:
    """Tell metrics of what `source` returns within the context, if that was asked for.

    `say` is told where the file cannot be written. Raises UsageFault where the extra is missing,
    and where it cannot be listened.
    """
    if not options.metrics and options.metrics_file is None:
        yield
        return
    try:
        from pexdash.plain.metrics.metrics import Metrics
    except ModuleNotFoundError as fault:
        if fault.name != "prometheus_client":
            raise
        raise UsageFault(MISSING) from fault
    from pexdash.plain.metrics.file import MetricsFile
    from pexdash.plain.metrics.server import MetricsServer

    metrics = Metrics(source(), clock, conferences=options.metrics_conferences, frames=frames)
    async with AsyncExitStack() as ways:
        ways.callback(metrics.close)
        files = []
        if options.metrics_file is not None:
            files.append(MetricsFile(options.metrics_file, metrics.text, clock, say))
        if options.metrics:
            host, port = listening_at(options.metrics, "--metrics")
            server = await ways.enter_async_context(MetricsServer(metrics.text, host, port))
            if port == 0:
                say_on_stderr(f"metrics at {server.url}")
            if server.is_exposed:
                say_on_stderr(EXPOSED.format(url=server.url))
        runs = [metrics.run, *(one.run for one in files)]
        beside = [asyncio.ensure_future(run()) for run in runs]
        try:
            yield
        finally:
            for task in beside:
                task.cancel()
            for ended in await asyncio.gather(*beside, return_exceptions=True):
                if isinstance(ended, Exception):
                    raise ended
