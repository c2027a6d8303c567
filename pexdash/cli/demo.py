"""`pexdash demo`: a lively meeting on an embedded node, and the dashboard on it."""

from __future__ import annotations

import asyncio
import os
import sys

import click

from pexdash.cli.joining import JoinOptions, session_for
from pexdash.cli.screen import show_conference
from pexdash.settings import Settings, load_settings

ALIAS = "meet.alice"


@click.command()
@click.option("--participants", type=click.IntRange(0, 5000), default=24, show_default=True)
@click.option(
    "--seed", type=int, default=7, show_default=True, help="Another seed, another meeting."
)
@click.option(
    "--speed", type=click.FloatRange(0.1, 20), default=1.0, show_default=True, metavar="X"
)
@click.option(
    "--for",
    "seconds",
    type=click.FloatRange(0.1, 86_400),
    metavar="SECONDS",
    help="Leave by itself after so long; 30 where there is no terminal.",
)
def demo(participants: int, seed: int, speed: float, seconds: float | None) -> int:
    """Show the dashboard on a lively seeded meeting, without any other node."""
    settings = load_settings()
    screen = sys.stdout.isatty() and os.environ.get("TERM", "dumb") not in ("", "dumb")
    return asyncio.run(_demo(participants, seed, speed, seconds, settings, screen=screen))


async def _demo(
    participants: int,
    seed: int,
    speed: float,
    seconds: float | None,
    settings: Settings,
    *,
    screen: bool,
) -> int:
    from pexdash.node.server import EmbeddedNode
    from pexdash.node.settings import ConferenceSettings

    meeting = ConferenceSettings(
        ALIAS, participants=participants, seed=seed, lively=True, speed=speed
    )
    async with EmbeddedNode(meeting) as node:
        options = JoinOptions(
            node=node.url,
            name="Alice",
            pin_file=None,
            extension="",
            ca_file=None,
            insecure=False,
            read_only=False,
        )
        if not screen:
            click.echo(f"No terminal on standard output: one line per change of {ALIAS}.")
            await _plain(options, seconds or 30.0)
            return 0
        if seconds is None:
            return await show_conference(ALIAS, options, settings, rate=None)
        showing = asyncio.ensure_future(show_conference(ALIAS, options, settings, rate=None))
        await asyncio.wait({showing}, timeout=seconds)
        showing.cancel()
        return await showing


async def _plain(options: JoinOptions, seconds: float) -> None:
    from pexdash.plain.lines import PlainLines

    session = session_for(ALIAS, options, Settings(), _no_pin)
    PlainLines(session, lambda line: click.echo(line))
    try:
        async with asyncio.timeout(seconds):
            await session.run()
    except TimeoutError:
        pass
    finally:
        await session.close()


async def _no_pin(question: object) -> None:
    raise AssertionError("the demo's conference has no PIN")
