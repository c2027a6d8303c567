"""The `pexdash` command and its subcommands."""

from __future__ import annotations

import contextlib

import click

from pexdash import __version__
from pexdash.cli.demo import demo
from pexdash.cli.join import join
from pexdash.cli.node import node
from pexdash.cli.open import open_join_screen
from pexdash.errors import PexdashError


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, invoke_without_command=True)
@click.version_option(__version__, prog_name="pexdash", message="%(prog)s %(version)s")
@click.pass_context
def cli(context: click.Context) -> int | None:
    """Watch and moderate Pexip conferences from the terminal.

    Without a command, asks which conference to join.
    """
    if context.invoked_subcommand is None:
        return open_join_screen()
    return None


cli.add_command(join)
cli.add_command(demo)
cli.add_command(node)


def run() -> int:
    """Run the command line; returns the exit status (see the README)."""
    try:
        status = cli.main(prog_name="pexdash", standalone_mode=False)
    except click.exceptions.Abort:
        return 130
    except click.ClickException as fault:
        fault.show()
        return fault.exit_code
    except PexdashError as fault:
        _say(f"pexdash: {fault}")
        return fault.exit_status
    except KeyboardInterrupt:
        return 130
    return status if isinstance(status, int) else 0


def _say(text: str) -> None:
    # A closed terminal can be told nothing.
    with contextlib.suppress(OSError):
        click.echo(text, err=True)
