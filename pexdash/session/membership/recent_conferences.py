"""The conferences joined last, kept in a file that only its owner may read; no secrets in it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import msgspec

from pexdash.api.address import check_alias, parse_node
from pexdash.errors import UsageFault
from pexdash.files import write_private
from pexdash.text import NAME_LIMIT, clean

MOST_CONFERENCES = 20
_LONGEST_FILE = 64 * 1024
"""How many characters of the file are read."""


class RecentConference(msgspec.Struct, frozen=True):
    """A conference we were in: its alias, the node that was named, and our role.

    `node` is a URL, or "" where the node was looked up by the alias' domain.
    """

    alias: str
    node: str = ""
    role: str = ""


class RecentConferences:
    """The last 20 conferences, newest first, in the file `path`.

    A line that is none of ours is passed over. Where the file cannot be read or written, the
    conferences of other sessions are missing.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> list[RecentConference]:
        """The conferences as the file has them now."""
        lines: list[str] = []
        with suppress(OSError, UnicodeDecodeError), self._path.open(encoding="utf-8") as file:
            lines = file.read(_LONGEST_FILE).split("\n")
        found = [one for line in lines if (one := _conference_in(line)) is not None]
        return found[:MOST_CONFERENCES]

    def add(self, conference: RecentConference) -> None:
        """Put a conference first, in place of what was kept of it by the same node."""
        place = (conference.alias.casefold(), conference.node)
        others = [one for one in self.read() if (one.alias.casefold(), one.node) != place]
        kept = [conference, *others][:MOST_CONFERENCES]
        lines = "".join(f"{msgspec.json.encode(one).decode()}\n" for one in kept)
        with suppress(OSError):
            write_private(self._path, lines)


def _conference_in(line: str) -> RecentConference | None:
    """The conference of a line, None where there is none that could be joined."""
    try:
        told = msgspec.json.decode(line, type=RecentConference)
        node = parse_node(told.node).url if told.node else ""
        return RecentConference(check_alias(told.alias), node, clean(told.role, NAME_LIMIT))
    except (msgspec.MsgspecError, RecursionError, UsageFault):
        return None
