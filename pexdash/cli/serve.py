"""`pexdash serve`: the screen of another command in a browser."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from pexdash.cli import process
from pexdash.cli.options import listen_option, listening_at, say_on_stderr
from pexdash.errors import UsageFault
from pexdash.text import clean

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

SCREENS = ("demo", "join", "replay", "wall")
"""The commands that have a screen; `pexdash` alone has one, too."""
MISSING = "`pexdash serve` needs the extra `web`: install pexdash[web]"
USED = "that address has been used; the next is for another browser"
_LIBRARIES = ("aiohttp", "textual_serve")
_NO_TERMINALS = "`pexdash serve` needs pseudo-terminals, which this system has not"
# What a program needs to run, to find its settings and to reach a node: all else of the environment
# is none of its business, and secrets are often in there.
_NEEDED = (
    "HOME", "LANG", "LANGUAGE", "LD_LIBRARY_PATH", "LOGNAME", "NO_COLOR", "PATH", "TMPDIR", "TZ",
    "USER", "ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY",
)  # fmt: skip
_NEEDED_KINDS = ("LC_", "PEXDASH_", "PYTHON", "SSL_CERT_", "XDG_")
_OF_THE_PAGE = {
    "TERM": "xterm-256color",
    "COLORTERM": "truecolor",
    "PYTHONIOENCODING": "utf-8",
    process.SERVED_VARIABLE: "1",
}


def _complete(context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem, ShellComplete

    given = context.params.get("command") or ()
    if not given:
        return [CompletionItem(one) for one in SCREENS if one.startswith(incomplete)]
    if given[0] not in SCREENS:
        return []
    commands = context.find_root().command
    return ShellComplete(commands, {}, "", "").get_completions(list(given), incomplete)


@click.command(context_settings={"allow_interspersed_args": False})
@listen_option
@click.option(
    "--public-url",
    metavar="URL",
    default="",
    help="Where browsers find it, https://host[:port], if a proxy stands before it.",
)
@click.argument("command", nargs=-1, type=click.UNPROCESSED, shell_complete=_complete)
@click.pass_context
def serve(context: click.Context, listen: str, public_url: str, command: tuple[str, ...]) -> int:
    """Show the screen of COMMAND in a browser, as in `pexdash serve -- join meet.alice`.

    COMMAND is join, wall or demo with its options, or nothing for what `pexdash` alone shows. The
    first line of output is the address to open. It has a secret that lets one browser in; the next
    line is the address for another. Each page has a process of its own, which leaves with the page.
    """
    from pexdash.cli.leaving import until_signal

    pin = process.take_pin()
    host, port = listening_at(listen)
    if sys.platform == "win32":
        raise UsageFault(_NO_TERMINALS)
    _check(context, command)
    environment = environment_of_pages(os.environ, pin)
    return asyncio.run(until_signal(_serve(host, port, public_url, command, environment)))


def environment_of_pages(environment: Mapping[str, str], pin: str) -> dict[str, str]:
    """What the program of a page finds in its environment; `pin` is the PIN for it, "" for none."""
    needed = {
        name: value
        for name, value in environment.items()
        if name.upper() in _NEEDED or name.startswith(_NEEDED_KINDS)
    }
    return {**needed, **_OF_THE_PAGE, **({process.PIN_VARIABLE: pin} if pin else {})}


def _check(context: click.Context, words: tuple[str, ...]) -> None:
    """Raise a usage error for what has no screen, and for what that command would refuse itself."""
    if not words:
        return
    name, *rest = words
    commands = context.parent.command if context.parent else None
    command = None
    if name in SCREENS and isinstance(commands, click.Group):
        command = commands.get_command(context, name)
    if command is None:
        shown = ", ".join(SCREENS)
        raise UsageFault(f"{clean(name)} has no screen to serve; these have: {shown}")
    params = command.make_context(f"serve -- {name}", rest, parent=context.parent).params
    for option in command.params:
        if str(params.get(option.name or "")) == "-":
            given = option.opts[0]
            raise UsageFault(f"a page has no standard input for {given}: name a file there")


async def _serve(
    host: str,
    port: int,
    public_url: str,
    command: tuple[str, ...],
    environment: Mapping[str, str],
) -> int:
    from pexdash.crash import report
    from pexdash.settings import state_folder

    try:
        from pexdash.web.server import ScreenServer
    except ModuleNotFoundError as fault:
        if fault.name not in _LIBRARIES:
            raise
        raise UsageFault(MISSING) from fault

    def let_in() -> None:
        say_on_stderr(USED)
        with contextlib.suppress(OSError):  # whoever read the first may read no more
            click.echo(server.door.address)

    def failed(fault: BaseException) -> None:
        with contextlib.suppress(OSError):
            click.echo(report(fault, state_folder()), err=True)

    server = ScreenServer(
        "pexdash",
        command,
        environment,
        host=host,
        port=port,
        public_url=public_url,
        let_in=let_in,
        failed=failed,
    )
    async with server:
        click.echo(server.door.address)
        if server.door.is_exposed:
            say_on_stderr(
                "this page goes over the network unencrypted, and whoever reads along can act as"
                " you: put a proxy with TLS before it (--public-url), or use `ssh -L`"
            )
        await asyncio.Event().wait()
    return 0
