"""The log of what happened: the conference's history and our own requests, in one order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import merge

from msgspec import Struct

from pexdash.model.grammar import Grammar, Test
from pexdash.model.history import Happening, History, Kind
from pexdash.session.moderation.journal import Entry, Journal, Outcome

OWN, REFUSED = "own", "refused"
FILTER_OF_OWN = f"is:{OWN}"
"""The filter that leaves our own requests."""
_FAILED = (Outcome.REFUSED, Outcome.UNKNOWN, Outcome.QUIET)


class LogLine(Struct, frozen=True):
    """A line: Unix time, clean words, the kinds it is found by, and how our request ended.

    `outcome` is "" for what others did; `failed` is whether it wants a second look.
    """

    time: float
    words: str
    kinds: tuple[str, ...]
    outcome: str = ""
    failed: bool = False

    @property
    def text(self) -> str:
        return f"{self.words} {self.outcome}"


def log_grammar() -> Grammar[LogLine]:
    """The grammar of the log's filter: words, and `is:` with a kind."""

    def of(kind: str) -> Test[LogLine]:
        return lambda line: kind in line.kinds

    kinds = (OWN, REFUSED, *(kind.value for kind in Kind))
    return Grammar(lambda line: (line.text,), {"is": {kind: of(kind) for kind in kinds}}, {})


class Log:
    """What happened and what we asked for, the latest last; a recording has no `journal`."""

    def __init__(self, history: History, journal: Journal | None) -> None:
        self._history = history
        self._journal = journal

    @property
    def version(self) -> tuple[int, int]:
        """A value that differs after each change."""
        return self._history.total, self._journal.version if self._journal else 0

    def __iter__(self) -> Iterator[LogLine]:
        entries: Iterable[Entry] = self._journal.entries if self._journal else ()
        asked, happened = map(_of_entry, entries), map(_of_happening, self._history.happenings)
        # Of equal times, what was asked for comes before what came of it.
        return merge(asked, happened, key=lambda one: one.time)


def _of_happening(happening: Happening) -> LogLine:
    return LogLine(happening.time, happening.words, (happening.kind.value,))


def _of_entry(entry: Entry) -> LogLine:
    whom = f" {entry.name} ({entry.uuid[:8]})" if entry.uuid else ""
    reason = f": {entry.reason}" if entry.reason else ""
    return LogLine(
        entry.time,
        f"You: {entry.title}{whom}  [{entry.request}] ",
        (OWN, REFUSED) if entry.outcome is Outcome.REFUSED else (OWN,),
        f"{entry.outcome.value}{reason}",
        entry.outcome in _FAILED,
    )
