"""The line in which a filter is typed, and what is told of it below."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Generic

from textual.binding import Binding

from pexdash.model.grammar import Grammar, Thing
from pexdash.text import simple_width
from pexdash.ui.drawing.panel import Panel
from pexdash.ui.drawing.spans import Span, fit_spans
from pexdash.ui.widgets.line_input import LineInput


class Completion(Generic[Thing]):
    """What a grammar says of a filter that is being typed, for the things that there are."""

    def __init__(self, grammar: Grammar[Thing], things: Callable[[], Iterable[Thing]]) -> None:
        self._grammar = grammar
        self._things = things

    def flaw(self, text: str) -> str:
        """What is wrong with the filter, as a sentence, or ""."""
        return self._grammar.flaw_of(text)

    def ends(self, text: str) -> list[str]:
        """The whole filters that the typed one can be ended to."""
        return self._grammar.options(text, self._things())


class FilterInput(LineInput):
    """A line to type a filter in; tab ends the word as the first offer says."""

    BINDINGS = [Binding("tab", "complete", "End the word", show=False)]

    def __init__(self, completion: Completion[Thing], placeholder: str, *, id: str) -> None:
        super().__init__(placeholder, id=id)
        self._ends = completion.ends

    def action_complete(self) -> None:
        """End the word that is being typed."""
        if ends := self._ends(self.value):
            self.value = ends[0]
            self.cursor_position = len(self.value)


class FilterHint(Panel):
    """What is wrong with the typed filter, or else how its last word could end."""

    DEFAULT_CSS = """
    FilterHint { height: 1; background: $ground; }
    """

    def __init__(self, completion: Completion[Thing], *, id: str) -> None:
        super().__init__(id=id)
        self._flaw, self._ends = completion.flaw, completion.ends
        self._text = ""

    def show(self, text: str) -> None:
        """Tell of the filter `text`."""
        self._text = text
        self.redraw()

    def lines(self, width: int, height: int) -> list[list[Span]]:
        if flaw := self._flaw(self._text):
            spans = [Span(f" {simple_width(flaw)}", "muted")]
        else:
            words = "  ".join(end.split()[-1] for end in self._ends(self._text))
            spans = (
                [Span(" tab ", "accent strong"), Span(simple_width(words), "dim")] if words else []
            )
        return [fit_spans(spans, width)]
