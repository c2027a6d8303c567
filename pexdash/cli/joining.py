"""The options of everything that joins, and the session they describe."""

from __future__ import annotations

import getpass
import os
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from pexdash.clock import SystemClock
from pexdash.errors import UsageFault
from pexdash.secret import Secret
from pexdash.settings import Settings
from pexdash.text import NAME_LIMIT, clean

_F = TypeVar("_F", bound=Callable[..., Any])
_LONGEST_PIN = 64

_OPTIONS = (
    click.option("--node", metavar="URL", help="The node: host, host:port or URL."),
    click.option("--name", metavar="NAME", help="The name to join by."),
    click.option(
        "--pin-file",
        metavar="FILE",
        type=click.Path(path_type=Path, allow_dash=True),
        help="Read the PIN from FILE, - for standard input.",
    ),
    click.option(
        "--extension", metavar="ALIAS", default="", help="Conference behind a Virtual Reception."
    ),
    click.option(
        "--ca-file",
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="Trust the certificate authorities in FILE too.",
    ),
    click.option("--insecure", is_flag=True, help="Do not check who the node is."),
    click.option("--read-only", is_flag=True, help="Watch only; no action is sent."),
)


@dataclass(frozen=True, slots=True)
class JoinOptions:
    """The options as given; None where they were not."""

    node: str | None
    name: str | None
    pin_file: Path | None
    extension: str
    ca_file: Path | None
    insecure: bool
    read_only: bool


def joining_options(command: _F) -> _F:
    """Give a command the options of everything that joins."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def session_for(alias: str, options: JoinOptions, settings: Settings, ask_pin: Any) -> Any:
    """The session that `alias` and the options describe, not joined yet.

    Raises UsageFault where they cannot be meant.
    """
    from pexdash.api.address import check_alias, parse_node
    from pexdash.api.client import NodeClient
    from pexdash.api.tls import trust
    from pexdash.session.joining import Invitation
    from pexdash.session.session import Session

    node = options.node or settings.node
    ca_file = options.ca_file or settings.ca_file
    invitation = Invitation(
        alias=check_alias(alias),
        name=clean(options.name or settings.name, NAME_LIMIT) or _own_name(),
        node=parse_node(node) if node else None,
        pin=pin_from(options.pin_file),
        extension=check_alias(options.extension) if options.extension else "",
    )
    return Session(
        invitation,
        clock=SystemClock(),
        rng=random.Random(),
        connect=lambda address: NodeClient(
            address, invitation.alias, tls=lambda: trust(ca_file, insecure=options.insecure)
        ),
        ask_pin=ask_pin,
        read_only=options.read_only,
    )


def _own_name() -> str:
    try:
        return clean(getpass.getuser(), NAME_LIMIT) or "pexdash"
    except (OSError, KeyError):
        return "pexdash"


def pin_from(pin_file: Path | None) -> Secret | None:
    """The PIN of `--pin-file` or PEXDASH_PIN, None where neither gives one; raises UsageFault."""
    text = os.environ.pop("PEXDASH_PIN", "")
    if pin_file is not None:
        try:
            text = sys.stdin.readline() if str(pin_file) == "-" else pin_file.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as fault:
            raise UsageFault(f"the PIN file {pin_file} cannot be read") from fault
    pin = text.strip()
    if not pin:
        return None
    if len(pin) > _LONGEST_PIN or not pin.isascii() or not pin.isprintable():
        raise UsageFault("that is no PIN: at most 64 plain characters on one line")
    return Secret(pin)


def need_terminal(command: str) -> None:
    """Raise UsageFault where there is no terminal for a full screen."""
    if not sys.stdout.isatty() or os.environ.get("TERM", "dumb") in ("", "dumb"):
        raise UsageFault(f"`{command}` needs a terminal on standard output")
    if not sys.stdin.isatty():
        # The PIN may have come by standard input; keys come from the terminal itself.
        try:
            terminal = os.open("/dev/tty", os.O_RDWR)
        except OSError as fault:
            raise UsageFault(f"`{command}` needs a terminal to read keys from") from fault
        os.dup2(terminal, 0)
        os.close(terminal)
