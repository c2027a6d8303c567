"""`pexdash node`: serves the embedded node alone, for any client of the API."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from pexdash.cli import process
from pexdash.cli.options import listen_option, listening_at, say_on_stderr
from pexdash.errors import UsageFault

if TYPE_CHECKING:
    from pexdash.node.settings import ConferenceSettings

_OF_ONE_CONFERENCE = ("conference", "host_pin", "guest_pin", "participants", "seed")


@click.command()
@listen_option
@click.option(
    "--conference",
    metavar="ALIAS",
    default="meet.alice",
    show_default=True,
    help="The alias of its conference.",
)
@click.option("--host-pin", metavar="PIN", help="PIN of Hosts; without it anyone joins as Host.")
@click.option(
    "--guest-pin", metavar="PIN|none", default="none", show_default=True, help="PIN of Guests."
)
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
    "--config",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Several conferences, from a TOML file.",
)
@click.option(
    "--allow-origin",
    "allow_origins",
    metavar="ORIGIN",
    multiple=True,
    help="Let web pages of this origin (https://host[:port], or *) use the node; repeatable.",
)
@click.pass_context
def node(
    context: click.Context,
    listen: str,
    conference: str,
    host_pin: str | None,
    guest_pin: str,
    participants: int,
    seed: int,
    config: Path | None,
    allow_origins: tuple[str, ...],
) -> int:
    """Serve lively seeded meetings over HTTP until ended; prints its URL first."""
    from pexdash.api.address import check_alias
    from pexdash.cli.leaving import until_signal
    from pexdash.node.config import conference_of, load_conferences

    process.take_pin()  # for those who join, not for a node
    host, port = listening_at(listen)
    if config is not None:
        for name in _OF_ONE_CONFERENCE:
            if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
                raise UsageFault(f"{_as_option(name)} and --config do not go together")
        meetings = load_conferences(config)
    else:
        values = {
            "alias": check_alias(conference),
            "host_pin": host_pin,
            "guest_pin": guest_pin,
            "participants": participants,
            "seed": seed,
            "lively": participants > 0,
        }
        given = {name: value for name, value in values.items() if value is not None}
        meetings = (conference_of(given, spelled=_as_option),)
    return asyncio.run(until_signal(_serve(host, port, meetings, allow_origins)))


def _as_option(name: str) -> str:
    return "--conference" if name == "alias" else f"--{name.replace('_', '-')}"


async def _serve(
    host: str,
    port: int,
    meetings: tuple[ConferenceSettings, ...],
    allow_origins: tuple[str, ...],
) -> int:
    from pexdash.node.server import EmbeddedNode

    node = EmbeddedNode(
        *meetings,
        host=host,
        port=port,
        allow_origins=allow_origins,
        keep_received=False,
        warn=say_on_stderr,
    )
    async with node:
        click.echo(node.url)
        await asyncio.Event().wait()
    return 0
