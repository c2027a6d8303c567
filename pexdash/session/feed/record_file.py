"""One file of a recording, of which only whole lines are kept."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from pexdash.files import write_all


class RecordFile:
    """Writes lines to the file of `descriptor`; `size` are the bytes of its whole lines.

    `started` is the monotonic time, and `began` the wall time, from which its records count.
    """

    def __init__(self, path: Path, descriptor: int, *, started: float, began: float) -> None:
        self.path = path
        self.started = started
        self.began = began
        self.size = 0
        self._descriptor = descriptor

    def write(self, lines: bytes) -> None:
        """Append `lines`; raises OSError, and then the file ends where it did before."""
        try:
            write_all(self._descriptor, lines)
        except OSError:
            # Where this fails the file ends with part of a line, which the reader leaves out.
            with suppress(OSError):
                os.ftruncate(self._descriptor, self.size)
                os.lseek(self._descriptor, self.size, os.SEEK_SET)
            raise
        self.size += len(lines)

    def close(self) -> None:
        """Close the file; a file without a line is removed."""
        with suppress(OSError):
            os.close(self._descriptor)
        if not self.size:
            with suppress(OSError):
                self.path.unlink()
