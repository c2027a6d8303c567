"""PINs and tokens as users give them: in a file, on standard input, or in the environment.

As an argument a secret would be visible in the list of processes.
"""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

from pexdash.api.token import is_token
from pexdash.cli import process
from pexdash.cli.options import say_on_stderr
from pexdash.errors import UsageFault
from pexdash.files import shown_path
from pexdash.secret import Secret
from pexdash.text import fits_header, invisible_in, trimmed

_LONGEST_PIN = 64
_LONGEST_TEXT = 64 * 1024
"""How many characters of a file are read."""


def pin_from(pin_file: Path | None) -> Secret | None:
    """The PIN of `--pin-file` or PEXDASH_PIN, None if neither gives one; raises UsageFault."""
    text = process.take_pin()
    if pin_file is not None:
        text = read_secret(pin_file, "PIN")
    return pin_of(text)


def token_from(token_file: Path) -> Secret:
    """The token of a sign-in from `--token-file`; raises UsageFault where there is none in it."""
    token = token_of(read_secret(token_file, "token"))
    if token is None:
        raise UsageFault(f"the token file {shown_path(token_file)} is empty")
    return token


def read_secret(file: Path, what: str) -> str:
    """The text of a file that holds a PIN or a token, or a line of standard input for `-`.

    Raises UsageFault where it cannot be read; where others may read it, the user is told.
    """
    try:
        if str(file) == "-":
            return sys.stdin.readline()
        with file.open(encoding="utf-8") as opened:
            kind = os.fstat(opened.fileno()).st_mode
            if stat.S_ISREG(kind) and kind & 0o077:
                shown = shown_path(file)
                say_on_stderr(f"others may read the {what} file {shown}; chmod 600 keeps it yours")
            return opened.read(_LONGEST_TEXT)
    except (OSError, ValueError) as fault:  # a text in no UTF-8, and a name that no file has
        whence = "standard input" if str(file) == "-" else f"the {what} file {shown_path(file)}"
        raise UsageFault(f"{whence} cannot be read") from fault


def pin_of(text: str) -> Secret | None:
    """The PIN in `text`, None if it is empty; raises UsageFault for a text that is no PIN."""
    pin = trimmed(text)
    if not pin:
        return None
    if character := invisible_in(pin):
        raise UsageFault(f"that is no PIN: it contains the invisible character {character}")
    if len(pin) > _LONGEST_PIN or not fits_header(pin):
        raise UsageFault("that is no PIN: at most 64 plain characters on one line")
    return Secret(pin)


def token_of(text: str) -> Secret | None:
    """The token in `text`, None if it is empty; raises UsageFault for a text that is no token."""
    token = trimmed(text)
    if not token:
        return None
    if not is_token(token):
        raise UsageFault("that is no token: one line of plain characters without a blank")
    return Secret(token)
