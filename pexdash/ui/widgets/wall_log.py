"""What happened on a wall, as lines to read."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pexdash.session.estate.estate import Estate, Incident
from pexdash.session.moderation.log import LogLine, log_grammar
from pexdash.text import simple_width
from pexdash.ui.drawing.spans import Span
from pexdash.ui.widgets.filter_line import Completion
from pexdash.ui.widgets.log_view import log_lines


class WallLogPage:
    """The incidents of an estate; `label_of` returns what the wall calls a conference."""

    def __init__(self, estate: Estate, label_of: Callable[[Incident], str]) -> None:
        self._estate = estate
        self._label_of = label_of
        self._grammar = log_grammar()
        self.completion = Completion(self._grammar, self._lines)

    @property
    def version(self) -> object:
        incidents = self._estate.incidents
        # Old ones may go as new ones come.
        return len(incidents), incidents[-1] if incidents else None

    def _lines(self) -> Iterator[LogLine]:
        for incident in self._estate.incidents:
            happening = incident.happening
            words = f"{self._label_of(incident)}  {happening.words}".strip()
            kinds = (happening.kind.value,)
            yield LogLine(happening.time, words, kinds, short=words)

    def lines(self, width: int, filtered_by: str) -> list[list[Span]]:
        """The lines of what passes the filter, the latest last."""
        test = self._grammar.test_of(filtered_by)
        lines = [line for one in self._lines() if test(one) for line in log_lines(one, width)]
        if lines:
            return lines
        nothing = (
            f"Nothing passes the filter {filtered_by}." if filtered_by else "Nothing happened yet."
        )
        return [[Span(f" {simple_width(nothing)}", "dim")]]
