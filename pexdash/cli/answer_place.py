"""Where the answer of a request goes: standard output, or a file that its owner alone may read."""

from __future__ import annotations

import os
from pathlib import Path

from pexdash.errors import UsageFault
from pexdash.files import shown_path, write_all


def check_place(output: Path, *, replaces: bool) -> None:
    """Raise UsageFault where `output` surely cannot be written, before anything is sent."""
    shown = shown_path(output)
    try:
        is_place = output.parent.is_dir() and not output.is_dir()
    except OSError:  # a name that is too long for any file
        is_place = False
    if not is_place:
        raise UsageFault(f"{shown} is no place for a file")
    if not replaces and os.path.lexists(output):
        raise UsageFault(f"{shown} exists; --yes replaces it")


def give(answer: bytes, output: Path | None, *, replaces: bool) -> None:
    """Print an answer, or write it to a file."""
    from pexdash.cli.output import print_bytes

    if output is None:
        print_bytes(answer)
    else:
        write_file(output, answer, replaces=replaces)


def write_file(path: Path, data: bytes, *, replaces: bool) -> None:
    """Write a file that only its owner may read; raises UsageFault where the system forbids it."""
    mode = os.O_TRUNC if replaces else os.O_EXCL
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | mode, 0o600)
        try:
            write_all(descriptor, data)
        finally:
            os.close(descriptor)
    except OSError as fault:
        shown = shown_path(path)
        raise UsageFault(f"{shown} cannot be written: {fault.strerror}") from fault
