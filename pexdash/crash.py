"""The report a fault of our own leaves: the stack and nothing that was in it."""

from __future__ import annotations

import itertools
import os
import traceback
from pathlib import Path

CRASHED = 70
"""The exit status of a fault of our own (EX_SOFTWARE of sysexits.h)."""


def report(fault: BaseException, folder: Path) -> str:
    """Write the stack of `fault` to a file only its owner reads; returns the sentence to print.

    Neither values nor the fault's own words are written: either may hold a secret.
    """
    kind = type(fault).__name__
    text = "".join([*traceback.format_tb(fault.__traceback__), kind, "\n"])
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = _write(text, folder)
    except OSError:
        return f"pexdash stopped by a fault of its own ({kind}); no report could be written"
    return f"pexdash stopped by a fault of its own ({kind}); a report is in {path}"


def _write(text: str, folder: Path) -> Path:
    for number in itertools.count(1):
        path = folder / f"crash-{os.getpid()}-{number}.txt"
        try:
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            continue
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace") as file:
            file.write(text)
        return path
    raise AssertionError("the numbers have no end")
