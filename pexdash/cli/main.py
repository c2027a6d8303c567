"""The `pexdash` command and its subcommands."""

from __future__ import annotations

import contextlib
import os
import sys

import click

from pexdash import __version__
from pexdash.cli.ctl import ctl
from pexdash.cli.demo import demo
from pexdash.cli.events import events
from pexdash.cli.join import join
from pexdash.cli.node import node
from pexdash.cli.open import open_join_screen
from pexdash.crash import CRASHED, report
from pexdash.errors import PexdashError
from pexdash.settings import state_folder


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
cli.add_command(events)
cli.add_command(ctl)


def run() -> int:
    """Run the command line; returns the exit status (see the README)."""
    _open_closed_streams()
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
    except Exception as fault:  # noqa: BLE001 - the last line: a traceback helps no host
        _say(report(fault, state_folder()))
        return CRASHED
    return status if isinstance(status, int) else 0


def _open_closed_streams() -> None:
    """Open standard streams that are closed on nothing; else a connection gets their number."""
    if sys.__stdin__ is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115
    if sys.__stdout__ is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    if sys.__stderr__ is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115


def _say(text: str) -> None:
    # A closed terminal can be told nothing.
    with contextlib.suppress(OSError):
        click.echo(text, err=True)
