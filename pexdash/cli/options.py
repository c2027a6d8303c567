"""The options of each command that joins, and the check for a terminal."""

from __future__ import annotations

import contextlib
import math
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from pexdash.cli import process
from pexdash.cli.variables import SettingOption
from pexdash.errors import Remedy, UsageFault
from pexdash.settings import THEMES
from pexdash.text import clean

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_PORT = re.compile("[0-9]{1,5}")
_F = TypeVar("_F", bound=Callable[..., Any])


class Quantity(click.FloatRange):
    """A number within limits; refuses nan and infinity, which click's own range may accept."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Read the number; fails as every click option does."""
        number = float(super().convert(value, param, ctx))
        if not math.isfinite(number):
            self.fail(f"{value!r} is not a number.", param, ctx)
        return number


class RecordPath(click.Path):
    """A path for a recording: an existing folder, or a file; a slash at its end says a folder."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> str | bytes | os.PathLike[str]:
        """Read the path; fails as every click option does."""
        if str(value).endswith("/") and not Path(value).is_dir():
            self.fail(f"{value!r} is no folder: make it first.", param, ctx)
        return super().convert(value, param, ctx)


_UNIT_SECONDS = {"h": 3600.0, "d": 86_400.0, "w": 7 * 86_400.0}
"""How long the units are in which an age is given."""


class Age(click.ParamType[float]):
    """A time such as `12h`, `7d` or `4w`, in seconds."""

    name = "age"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Read the time; fails as every click option does."""
        if isinstance(value, float):
            return value
        found = re.fullmatch(r"([1-9][0-9]{0,4})([hdw])", str(value))
        if found is None:
            self.fail(f"{value!r} is no time: write 12h, 7d or 4w.", param, ctx)
        return int(found[1]) * _UNIT_SECONDS[found[2]]


_OPTIONS = {
    "--node": click.option(
        "--node", cls=SettingOption, metavar="URL", help="The node: host, host:port or URL."
    ),
    "--name": click.option(
        "--name", cls=SettingOption, metavar="NAME", help="The name to join by."
    ),
    "--pin-file": click.option(
        "--pin-file",
        metavar="FILE",
        type=click.Path(path_type=Path, allow_dash=True),
        help="Read the PIN from FILE, - for standard input.",
    ),
    "--token-file": click.option(
        "--token-file",
        metavar="FILE",
        type=click.Path(path_type=Path, allow_dash=True),
        help="Read the token that a sign-in gave from FILE, - for standard input.",
    ),
    "--extension": click.option(
        "--extension", metavar="ALIAS", default="", help="Conference behind a Virtual Reception."
    ),
    "--ca-file": click.option(
        "--ca-file",
        cls=SettingOption,
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="Trust the certificate authorities in FILE too.",
    ),
    "--cert-file": click.option(
        "--cert-file",
        cls=SettingOption,
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="Show the certificate in FILE to a node that wants one.",
    ),
    "--key-file": click.option(
        "--key-file",
        cls=SettingOption,
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="The key of --cert-file, where it is not in that file.",
    ),
    "--insecure": click.option("--insecure", is_flag=True, help="Do not check who the node is."),
    "--read-only": click.option("--read-only", is_flag=True, help="Watch only; no action is sent."),
    "--record": click.option(
        "--record",
        metavar="FILE",
        type=RecordPath(),
        help="Write every event to the new file FILE, or to files in the folder FILE/: names and"
        " chat too.",
    ),
    "--keep": click.option(
        "--keep",
        metavar="TIME",
        type=Age(),
        help="Remove our own recordings of this conference in the folder after so long, as 7d.",
    ),
    "--audit": click.option(
        "--audit",
        cls=SettingOption,
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="Append a line of JSON to FILE for each of our requests: who, whom, what, and how it"
        " ended.",
    ),
    "--rules": click.option(
        "--rules",
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="Follow the rules in FILE, TOML; each says what it would do until it is armed.",
    ),
    "--arm": click.option("--arm", is_flag=True, help="Arm every rule of --rules at once."),
    "--log-file": click.option(
        "--log-file",
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="Append what happens to FILE; never a PIN or token.",
    ),
}


theme_option = click.option(
    "--theme",
    cls=SettingOption,
    type=click.Choice(THEMES),
    help="The colours; without it dark, or light where the terminal is light.",
)


listen_option = click.option(
    "--listen",
    metavar="HOST:PORT",
    default="127.0.0.1:0",
    show_default=True,
    help="Where it listens; port 0 is a free one.",
)


def listening_at(listen: str, option: str = "--listen") -> tuple[str, int]:
    """The host and port of an option such as `--listen`; raises UsageFault."""
    host, colon, port = listen.rpartition(":")
    if not colon or not host or not _PORT.fullmatch(port) or int(port) > 65535:
        raise UsageFault(f"{option} wants HOST:PORT, not {clean(listen)}")
    return host.removeprefix("[").removesuffix("]"), int(port)


class JoinOptions(NamedTuple):
    """The options as given; None for an option that was not given."""

    node: str | None = None
    name: str | None = None
    pin_file: Path | None = None
    token_file: Path | None = None
    extension: str = ""
    ca_file: Path | None = None
    cert_file: Path | None = None
    key_file: Path | None = None
    insecure: bool = False
    read_only: bool = False
    record: Path | None = None
    keep: float | None = None
    audit: Path | None = None
    rules: Path | None = None
    arm: bool = False
    log_file: Path | None = None


def options_of_joining(*names: str) -> Callable[[_F], _F]:
    """Add the options of these names, as commands that join have them."""

    def add(command: _F) -> _F:
        for name in reversed(names):
            command = _OPTIONS[name](command)
        return command

    return add


def _all_but(*names: str) -> Callable[[_F], _F]:
    return options_of_joining(*(name for name in _OPTIONS if name not in names))


joining_options = _all_but()
"""Adds every option of a command that joins, stays and acts."""
watching_options = _all_but("--audit", "--rules", "--arm")
"""Adds those of a command that joins and stays, and sends nothing."""
calling_options = _all_but("--keep", "--rules", "--arm")
"""Adds those of a command that joins for one request."""


def check_standard_input(options: JoinOptions, *others: str) -> None:
    """Raise UsageFault where standard input is to hold two secrets; `others` are fields from it."""
    given = [f for f in (options.pin_file, options.token_file) if str(f) == "-"]
    if len(given) + len(others) > 1:
        raise UsageFault("standard input holds one PIN or token, not two")


_OPTION_FOR = {
    Remedy.NODE: "--node",
    Remedy.CA_FILE: "--ca-file",
    Remedy.CERT_FILE: "--cert-file",
    Remedy.EXTENSION: "--extension",
    Remedy.TOKEN_FILE: "--token-file",
}


def with_option(sentence: str, remedy: Remedy | None) -> str:
    """`sentence` with the option that would help, if there is one."""
    return sentence if remedy is None else f"{sentence} ({_OPTION_FOR[remedy]})"


def say_on_stderr(text: str) -> None:
    """Print a message to standard error; does nothing where the terminal is closed."""
    with contextlib.suppress(OSError):
        click.echo(f"pexdash: {text}", err=True)


def recent_aliases_of(
    _: click.Context, __: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """The conferences joined last, for a shell to complete an alias by."""
    from pexdash.cli.completing import recent_aliases
    from pexdash.settings import recent_file

    return recent_aliases(recent_file(), incomplete)


def alias_argument(*, required: bool = True) -> Callable[[_F], _F]:
    """Add the argument ALIAS; a shell completes it by the conferences joined last."""
    return click.argument("alias", required=required, shell_complete=recent_aliases_of)


_SCREENLESS = ("", "dumb")
"""The values of TERM of a terminal that cannot show a full screen."""


def has_screen() -> bool:
    """Whether a full screen can be drawn here: on standard error, beside standard output."""
    is_terminal = sys.stdout.isatty() and sys.stderr.isatty()
    return is_terminal and os.environ.get("TERM", "dumb") not in _SCREENLESS


def _lacks(command: str, stream: str) -> str:
    return f"`{command}` needs a terminal on standard {stream}; `pexdash events` writes lines"


def need_terminal(command: str) -> None:
    """Raise UsageFault where there is no terminal for a full screen, and for the keys."""
    if not sys.stdout.isatty():
        raise UsageFault(_lacks(command, "output"))
    if os.environ.get("TERM", "dumb") in _SCREENLESS:
        raise UsageFault(
            f"`{command}` needs a terminal that can show a full screen, and TERM says that this"
            " one cannot; `pexdash events` writes lines"
        )
    if not sys.stderr.isatty():
        raise UsageFault(_lacks(command, "error"))
    if not sys.stdin.isatty():
        # Standard input may be the pipe that brought the PIN, but keys come from the terminal.
        try:
            terminal = os.open("/dev/tty", os.O_RDWR)
        except OSError as fault:
            raise UsageFault(f"`{command}` needs a terminal to read keys from") from fault
        process.read_keys_from(terminal)
