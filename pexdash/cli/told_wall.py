"""Tells of a wall without its screen: a line for whatever happens, and metrics."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING

import click

from pexdash.cli.metrics_options import MetricsOptions, telling_metrics
from pexdash.cli.options import has_screen

if TYPE_CHECKING:
    from pexdash.plain.metrics.sources import Source
    from pexdash.session.estate.estate import Estate


@contextlib.asynccontextmanager
async def telling_of_wall(
    options: MetricsOptions, estate: Estate, say: Callable[[str], None]
) -> AsyncIterator[None]:
    """Tell metrics of the wall, if that was asked for; `say` is told what goes wrong."""

    def source() -> Source:
        from pexdash.plain.metrics.sources import Wall

        return Wall(estate)

    def frames() -> int:
        if not has_screen():
            return 0
        from pexdash.ui.framework.held_screen import HeldScreen

        return HeldScreen.drawn

    async with telling_metrics(options, source, estate.clock, frames=frames, say=say):
        yield


async def write_lines(estate: Estate, seconds: float | None) -> int:
    """Follow the conferences for `seconds`, and write a line for whatever happens."""
    from pexdash.plain.estate_lines import EstateLines

    lines = EstateLines(estate, click.echo)
    try:
        async with asyncio.timeout(seconds):
            await estate.run()
    except TimeoutError:
        pass
    finally:
        lines.close()
        await estate.close()
    return 0
