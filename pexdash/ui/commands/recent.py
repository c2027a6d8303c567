"""The destinations dialled last, kept in a file that only its owner may read."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from pexdash.files import write_private
from pexdash.text import ADDRESS_LIMIT, clean

MOST_DESTINATIONS = 20


class RecentDestinations:
    """The last 20 destinations, newest first; without a `path` they last as long as this object.

    Where the file cannot be read or written, the destinations of other sessions are missing.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self.destinations: list[str] = []
        if path is not None:
            with suppress(OSError, UnicodeDecodeError):
                lines = path.read_text("utf-8")[: MOST_DESTINATIONS * ADDRESS_LIMIT].split("\n")
                cleaned = [clean(line, ADDRESS_LIMIT) for line in lines]
                self.destinations = [line for line in cleaned if line][:MOST_DESTINATIONS]

    def add(self, destination: str) -> None:
        """Put `destination` first in the list, and write the list to the file."""
        others = [one for one in self.destinations if one != destination]
        self.destinations = [destination, *others][:MOST_DESTINATIONS]
        if self._path is not None:
            with suppress(OSError):
                write_private(self._path, "\n".join(self.destinations) + "\n")
