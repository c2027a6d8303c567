"""The log file: one clean line for each thing that happened, without secrets."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from contextlib import suppress
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from pexdash.errors import UsageFault
from pexdash.files import open_private, shown_path
from pexdash.log import logger
from pexdash.secret import without_secrets
from pexdash.text import clean

LARGEST_FILE = 5_000_000
"""Bytes."""
OLDER_FILES = 3
LINE_LIMIT = 2000
"""Characters."""


def open_log(path: Path, *, say: Callable[[str], None]) -> None:
    """Append to the file `path` from now on, and close any earlier log file.

    At 5 MB the file becomes FILE.1; three older files are kept. When a write fails, logging stops
    and `say` is called with a sentence, on the thread that wrote. Raises UsageFault for a file that
    cannot be opened.
    """
    for earlier in [one for one in logger.handlers if isinstance(one, _LogFile)]:
        logger.removeHandler(earlier)
        earlier.close()
    logger.setLevel(logging.NOTSET)
    try:
        handler = _LogFile(path, say)
    except OSError as fault:
        shown = shown_path(path)
        raise UsageFault(f"the log file {shown} cannot be written: {fault.strerror}") from fault
    handler.setFormatter(_Line())
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)


class _Line(logging.Formatter):
    """Time in UTC, level, and the message in one clean line."""

    def format(self, record: logging.LogRecord) -> str:
        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))
        message = clean(without_secrets(record.getMessage()), LINE_LIMIT)
        return f"{stamp} {record.levelname.lower()} {message}"


class _LogFile(RotatingFileHandler):
    def __init__(self, path: Path, say: Callable[[str], None]) -> None:
        self._say = say
        super().__init__(
            path, maxBytes=LARGEST_FILE, backupCount=OLDER_FILES, encoding="utf-8", errors="replace"
        )

    def _open(self) -> TextIOWrapper:
        descriptor = open_private(Path(self.baseFilename), os.O_APPEND)
        return open(descriptor, "a", encoding="utf-8", errors="replace")

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        logger.removeHandler(self)
        logger.setLevel(logging.NOTSET)
        stream: Any = self.stream
        if stream is not None:
            self.stream = None
            with suppress(OSError):
                stream.close()
        shown = shown_path(Path(self.baseFilename))
        self._say(f"The log file {shown} cannot be written: logging has stopped")
