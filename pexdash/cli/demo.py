"""`pexdash demo`: the dashboard on a lively meeting of an embedded node."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from pexdash.cli import process
from pexdash.cli.options import (
    JoinOptions,
    Quantity,
    has_screen,
    need_terminal,
    say_on_stderr,
    theme_option,
)
from pexdash.errors import UsageFault
from pexdash.settings import Settings, load_settings, with_theme

if TYPE_CHECKING:
    from pexdash.secret import Secret
    from pexdash.session.membership.invitation import Invitation, PinQuestion

ALIAS = "meet.alice"
ROOMS = ("Budget", "Launch")
"""The breakout rooms of the demo's meeting."""
FEWEST_FOR_ROOMS = 8
"""How many people the demo's meeting must have at the start to have rooms."""
PLAIN_SECONDS = 30.0
"""How long the demo runs without a terminal, unless `--for` says otherwise."""


@click.command()
@click.option(
    "--participants",
    type=click.IntRange(0, 5000),
    default=24,
    show_default=True,
    help="How many people are in it at the start.",
)
@click.option(
    "--seed", type=int, default=7, show_default=True, help="Another seed, another meeting."
)
@click.option(
    "--speed",
    type=Quantity(0.1, 20),
    default=1.0,
    show_default=True,
    metavar="X",
    help="How many times as fast as life it goes on.",
)
@click.option(
    "--wall",
    "meetings",
    type=click.IntRange(1, 1000),
    metavar="N",
    help="Show N meetings of different kinds on a wall.",
)
@theme_option
@click.option(
    "--for",
    "seconds",
    type=Quantity(0.1, 86_400),
    metavar="SECONDS",
    help="Leave by itself after so long; 30 where there is no terminal.",
)
@click.pass_context
def demo(
    context: click.Context,
    participants: int,
    seed: int,
    speed: float,
    meetings: int | None,
    theme: str | None,
    seconds: float | None,
) -> int:
    """Show the dashboard on a lively seeded meeting, or a wall of them, without any other node."""
    process.take_pin()  # for no conference of a demo
    settings = with_theme(load_settings(), theme)
    screen = has_screen()
    if screen:
        need_terminal("pexdash demo")
    if meetings is not None:
        from pexdash.cli.demo_wall import demo_wall

        if context.get_parameter_source("participants") is ParameterSource.COMMANDLINE:
            raise UsageFault("--participants and --wall do not go together")
        if seconds is None and not screen:
            seconds = PLAIN_SECONDS
        return asyncio.run(demo_wall(meetings, seed, speed, seconds, settings, screen=screen))
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
    from pexdash.api.address import parse_node
    from pexdash.cli.screen import show_conference
    from pexdash.node.server import EmbeddedNode
    from pexdash.node.settings import ConferenceSettings
    from pexdash.session.membership.invitation import Invitation

    meeting = ConferenceSettings(
        ALIAS,
        participants=participants,
        seed=seed,
        lively=True,
        speed=speed,
        classification_levels=("OFFICIAL", "CONFIDENTIAL", "SECRET"),
        pinning_configs=("Speakers first", "Panel of four"),
        live_captions=True,
        rooms=ROOMS if participants >= FEWEST_FOR_ROOMS else (),
    )
    async with EmbeddedNode(meeting, keep_received=False) as node:
        invitation = Invitation(ALIAS, "Alice", parse_node(node.url))
        options = JoinOptions()
        if not screen:
            click.echo(f"No terminal to draw on: one line per change of {ALIAS}.")
            await _plain(invitation, seconds or PLAIN_SECONDS)
            return 0
        return await show_conference(
            invitation, options, settings, seconds=seconds, remembers=False
        )


async def _plain(invitation: Invitation, seconds: float) -> None:
    from pexdash.cli.invitation import membership_for
    from pexdash.plain.lines import PlainLines

    membership = membership_for(invitation, JoinOptions(), Settings(), _no_pin, say=say_on_stderr)
    PlainLines(membership.feed, click.echo)
    try:
        async with asyncio.timeout(seconds):
            await membership.run()
    except TimeoutError:
        pass
    finally:
        await membership.close()


async def _no_pin(question: PinQuestion) -> Secret:
    raise AssertionError("the demo's conference has no PIN")
