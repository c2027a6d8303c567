"""Names of files in messages, and files that only their owner may read."""

from __future__ import annotations

import os
import select
import stat
from pathlib import Path

from pexdash.text import ADDRESS_LIMIT, clean


def shown_path(path: Path) -> str:
    """The name of a file as a message may show it."""
    return clean(str(path), ADDRESS_LIMIT)


def open_private(path: Path, flags: int) -> int:
    """Open a plain file that only its owner may read, for writing; raises OSError.

    Makes missing folders, for the owner alone. Does not follow a symbolic link.
    """
    for folder in reversed(path.absolute().parents):
        if not folder.exists():
            folder.mkdir(mode=0o700, exist_ok=True)
    # O_NONBLOCK: opening a named pipe must not wait for a reader; pipes are refused below.
    flags |= os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    descriptor = os.open(path, flags, 0o600)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(0, "that is no plain file")
        os.fchmod(descriptor, 0o600)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of `data`; raises OSError."""
    rest = memoryview(data)
    while rest:
        try:
            rest = rest[os.write(descriptor, rest) :]
        except BlockingIOError:
            # Another process that shares the file may have made it non-blocking.
            select.select([], [descriptor], [])


def write_private(path: Path, text: str) -> None:
    """Write `text` to a file that only its owner may read, in place of the old content.

    Raises OSError.
    """
    with os.fdopen(open_private(path, os.O_TRUNC), "w", encoding="utf-8") as file:
        file.write(text)
