"""The `pexdash` command and its subcommands."""

from __future__ import annotations

import contextlib
import importlib
import os
import sys

import click

from pexdash import __version__
from pexdash.cli import process
from pexdash.cli.variables import name_variables
from pexdash.errors import PexdashError

COMMANDS = (
    *("collect", "completion", "config", "ctl", "demo", "doctor", "events", "join", "node"),
    *("replay", "report", "rules", "serve", "wall"),
)


class _Commands(click.Group):
    """Imports a subcommand when it is used: no command waits for another one's imports."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(
            importlib.import_module(f"pexdash.cli.{cmd_name}"), cmd_name
        )
        name_variables(command)
        return command


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    invoke_without_command=True,
)
@click.version_option(__version__, prog_name="pexdash", message="%(prog)s %(version)s")
@click.pass_context
def cli(context: click.Context) -> int | None:
    """Watch and moderate Pexip conferences from the terminal.

    Without a command, asks which conference to join.
    """
    if context.invoked_subcommand is None:
        from pexdash.cli.join_form import open_join_screen

        return open_join_screen()
    return None


def run() -> int:
    """Run the command line; returns the exit status (see the README)."""
    process.open_closed_streams()
    process.leave_no_core()
    if process.COMPLETION_VARIABLE in os.environ:
        from pexdash.cli import shells

        shells.register()
    try:
        status = cli.main(
            prog_name="pexdash",
            complete_var=process.COMPLETION_VARIABLE,
            standalone_mode=False,
        )
    except click.exceptions.Abort:
        return 130
    except click.ClickException as fault:
        fault.show()
        return fault.exit_code
    except PexdashError as fault:
        from pexdash.cli.options import with_option

        _say(f"pexdash: {with_option(str(fault), fault.remedy)}")
        return fault.exit_status
    except KeyboardInterrupt:
        return 130
    except Exception as fault:  # noqa: BLE001 - the last line: a traceback helps no host
        from pexdash.crash import CRASHED, report
        from pexdash.settings import state_folder

        _say(report(fault, state_folder()))
        return CRASHED
    return status if isinstance(status, int) else 0


def _say(text: str) -> None:
    # Whoever closed standard error may still read a terminal.
    is_closed = sys.__stderr__ is None and sys.stdout.isatty()
    # Standard error may be a terminal that has been closed.
    with contextlib.suppress(OSError):
        click.echo(text, err=not is_closed)
