"""The files of a report, put together to recordings of one conference each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec import Struct

from pexdash.session.feed.recorded import Recorded

_SAME_MOMENT = 0.002
"""Seconds; a header tells its times to the millisecond."""


class Part(Struct, frozen=True):
    """One file of a recording: its path, and the Unix times of its header."""

    path: Path
    started: float
    after: float | None

    def follows(self, before: Part) -> bool:
        """Whether it goes on with the one before, without a gap."""
        return self.after is not None and abs(self.after - before.started) < _SAME_MOMENT


class Source(Struct, frozen=True):
    """All files of one conference, in the order in which they began."""

    cluster: str
    alias: str
    node: str
    parts: Sequence[Part]


def sources_of(paths: Iterable[Path]) -> list[Source]:
    """The recordings in these files, in the order in which they began.

    A file that is given twice counts once. Raises UsageFault for a file that is none.
    """
    found: dict[tuple[str, str], list[tuple[Part, str, str]]] = {}
    for path in dict.fromkeys(one.resolve() for one in paths):
        with Recorded(path) as head:
            part = Part(path, head.started, head.after)
            key = (head.cluster, head.alias.casefold())
            found.setdefault(key, []).append((part, head.alias, head.node))
    sources = []
    for (cluster, _), parts in found.items():
        parts.sort(key=lambda one: one[0].started)
        _, alias, node = parts[0]
        sources.append(Source(cluster, alias, node, [part for part, _, _ in parts]))
    return sorted(sources, key=lambda one: (one.parts[0].started, one.alias.casefold()))
