"""The recordings that a command reads: files, or what collectors have logged on the bus."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pexdash.cli.through_bus import BusOptions, conference_on, open_bus_of
from pexdash.errors import UsageFault

if TYPE_CHECKING:
    from pexdash.bus.bus import Bus
    from pexdash.bus.messages import Named
    from pexdash.model.alarms.keys import ConferenceKey

since_option = click.option(
    "--since",
    metavar="TIME",
    help="With --bus: from when on: 10:42, 2026-11-30, or 90m, 12h, 7d for so long ago.",
)
"""Adds --since."""


def check_since(since: str | None) -> None:
    """Raise UsageFault where a time is given for files, which are read from their beginning."""
    if since is not None:
        raise UsageFault("--since goes with --bus")


@contextmanager
def recordings_of(
    files: Sequence[Path], bus: BusOptions | None, since: str | None
) -> Iterator[Sequence[Path]]:
    """The files themselves, or those of a folder that is gone afterwards, written from the bus.

    On the bus `files` are aliases, and none means all. Raises UsageFault where nothing is logged of
    them, or for a time that is none, and BusFault.
    """
    if bus is None:
        yield files
        return
    from pexdash.model.moment import past_moment

    begin = None if since is None else past_moment(since, time.time())
    with tempfile.TemporaryDirectory(prefix="pexdash-") as folder:
        paths = asyncio.run(_written(bus, [str(one) for one in files], begin, Path(folder)))
        if not paths:
            raise UsageFault("nothing is logged of that on this bus since then")
        yield paths


async def _written(
    options: BusOptions, aliases: Sequence[str], since: float | None, folder: Path
) -> list[Path]:
    from pexdash.session.feed.bus_log import write_log

    async with open_bus_of(options) as bus:
        names = await _names(bus, aliases, options.cluster)
        nodes = await _nodes(bus)
        return await write_log(
            bus, names, folder, since=since, node_of=lambda key: nodes.get(key, "")
        )


async def _names(
    bus: Bus, aliases: Sequence[str], cluster: str | None
) -> dict[ConferenceKey, Named]:
    """The conferences of these aliases; those of a cluster, or all, where none is given."""
    from pexdash.session.estate.remote.names import fleet_names

    every = await fleet_names(bus)
    if aliases:
        keys = [await conference_on(bus, alias, cluster) for alias in aliases]
        return {key: every[key] for key in keys}
    return {key: one for key, one in every.items() if cluster is None or key.cluster == cluster}


async def _nodes(bus: Bus) -> dict[ConferenceKey, str]:
    """The node that each conference is on."""
    from pexdash.bus.messages import SummaryRead, unpacked
    from pexdash.bus.subjects import STATE, key_of, summaries
    from pexdash.session.estate.forms import packed_summary_of

    return {
        key_of(kept.subject.rpartition(".")[2]): packed_summary_of(
            bytes(unpacked(SummaryRead, kept.payload).fields), 0.0
        ).node
        for kept in await bus.listed(STATE, summaries())
    }
