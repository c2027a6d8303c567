"""Where was dialled to of late, kept over sessions in a file only its owner reads."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from pexdash.files import write_private
from pexdash.text import ADDRESS_LIMIT, clean

MOST_DESTINATIONS = 20


class RecentDestinations:
    """The last 20 destinations, newest first; without a `path`, of this session alone.

    A file that cannot be read or written costs the memory and nothing else.
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
        """Put `destination` first."""
        others = [one for one in self.destinations if one != destination]
        self.destinations = [destination, *others][:MOST_DESTINATIONS]
        if self._path is not None:
            with suppress(OSError):
                write_private(self._path, "\n".join(self.destinations) + "\n")
