"""The commands of the command line, as click has them."""

from __future__ import annotations

from collections.abc import Iterator

import click

from pexdash.cli.main import cli

Words = tuple[str, ...]
"""How a command is called: `("config", "show")`."""


def every_command(
    command: click.Command = cli, *words: str
) -> Iterator[tuple[Words, click.Command]]:
    """Every command without subcommands, by its words."""
    if not isinstance(command, click.Group):
        yield words, command
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        inner = command.get_command(context, name)
        assert inner is not None
        yield from every_command(inner, *words, name)
