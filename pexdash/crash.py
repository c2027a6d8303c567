"""The crash report: the stack of a fault of our own, without any values."""

from __future__ import annotations

import itertools
import os
import traceback
from pathlib import Path
from types import FrameType

from pexdash.files import open_private
from pexdash.log import logger

CRASHED = 70
"""The exit status of a fault of our own (EX_SOFTWARE of sysexits.h)."""
_PACKAGE = Path(__file__).parent
UNTOLD = "pexdash stopped by a fault of its own; no report could be written"
"""What to print where the framework ended an app by itself and gave no reason."""


def report(fault: BaseException, folder: Path) -> str:
    """Write the stack of `fault` to a file that only its owner may read; returns what to print.

    The file holds neither values nor the fault's own message, because both may hold a secret.
    """
    kind = type(fault).__name__
    logger.error("crashed by %s at %s", kind, _places(traceback.extract_tb(fault.__traceback__)))
    text = "".join([*traceback.format_tb(fault.__traceback__), kind, "\n"])
    try:
        path = _write(text, folder)
    except OSError:
        return f"pexdash stopped by a fault of its own ({kind}); no report could be written"
    return f"pexdash stopped by a fault of its own ({kind}); a report is in {path}"


def is_ours(fault: BaseException) -> bool:
    """Whether code of this package was running when `fault` came up."""
    stack = traceback.extract_tb(fault.__traceback__)
    return any(_PACKAGE in Path(one.filename).parents for one in stack)


def places_of(frame: FrameType) -> str:
    """The files, lines and functions on the stack of `frame`, innermost first, without values."""
    return _places(traceback.extract_stack(frame))


def _places(stack: traceback.StackSummary) -> str:
    return " < ".join(
        f"{Path(one.filename).name}:{one.lineno} {one.name}" for one in reversed(stack[-12:])
    )


def _write(text: str, folder: Path) -> Path:
    for number in itertools.count(1):
        path = folder / f"crash-{os.getpid()}-{number}.txt"
        try:
            descriptor = open_private(path, os.O_EXCL)
        except FileExistsError:
            continue
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace") as file:
            file.write(text)
        return path
    raise AssertionError("the numbers have no end")
