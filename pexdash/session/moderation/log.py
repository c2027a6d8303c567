"""The log of what happened: the conference's history and our own requests, in one order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from heapq import merge
from itertools import islice

from msgspec import Struct

from pexdash.model.grammar import Grammar, Test
from pexdash.model.history import Happening, History, Kind
from pexdash.session.moderation.journal import KEY, OF_RULE, Entry, Journal, Outcome

OWN, REFUSED = "own", "refused"
FILTER_OF_OWN = f"is:{OWN}"
"""The filter that leaves our own requests."""
_FAILED = (Outcome.REFUSED, Outcome.UNKNOWN, Outcome.QUIET)


class LogLine(Struct, frozen=True):
    """A line: Unix time, clean words, the kinds it is found by, and how our request ended.

    `outcome` is "" for what others did; `failed` is whether it wants a second look. `short` is the
    line for whoever sees what came of it beside it.
    """

    time: float
    words: str
    kinds: tuple[str, ...]
    outcome: str = ""
    failed: bool = False
    short: str = ""

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
        return self._merged(self._entries, self._history.happenings)

    def latest(self, most: int) -> list[LogLine]:
        """The last lines, at most so many; it costs no more where the log is long."""
        entries = list(islice(reversed(self._entries), most))[::-1]
        happenings = list(islice(reversed(self._history.happenings), most))[::-1]
        lines = list(self._merged(entries, happenings))
        return lines[max(0, len(lines) - most) :]

    @property
    def _entries(self) -> Sequence[Entry]:
        return self._journal.entries if self._journal else ()

    def _merged(
        self, entries: Iterable[Entry], happenings: Iterable[Happening]
    ) -> Iterator[LogLine]:
        asked, happened = map(_of_entry, entries), map(_of_happening, happenings)
        # Of equal times, what was asked for comes before what came of it.
        return merge(asked, happened, key=lambda one: one.time)


def _of_happening(happening: Happening) -> LogLine:
    return LogLine(happening.time, happening.words, (happening.kind.value,), short=happening.words)


def who_of(entry: Entry) -> str:
    """Who asked for it, as a log begins its line: you, or a rule."""
    source = entry.origin.source
    return f"Rule {source.removeprefix(OF_RULE)}" if source.startswith(OF_RULE) else "You"


def _how(entry: Entry) -> str:
    """The request, and what is not ordinary of how it came about."""
    source, confirmed = entry.origin.source, entry.origin.confirmed
    told = [entry.request]
    if source != KEY and not source.startswith(OF_RULE):
        told.append(source)
    if confirmed != "no":
        told.append("name typed" if confirmed == "typed" else "confirmed")
    return ", ".join(told)


def _of_entry(entry: Entry) -> LogLine:
    who = who_of(entry)
    whom = f" {entry.name} ({entry.uuid[:8]})" if entry.uuid else ""
    reason = f": {entry.reason}" if entry.reason else ""
    ended = f", {entry.outcome.value}{reason}" if entry.outcome in _FAILED else ""
    return LogLine(
        entry.time,
        f"{who}: {entry.title}{whom}  [{_how(entry)}] ",
        (OWN, REFUSED) if entry.outcome is Outcome.REFUSED else (OWN,),
        f"{entry.outcome.value}{reason}",
        entry.outcome in _FAILED,
        f"{who}: {entry.title}" + (f" {entry.name}" if entry.uuid else "") + ended,
    )
