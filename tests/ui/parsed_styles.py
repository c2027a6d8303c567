"""Style sheets that many dashboards of one process have in common, parsed once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet


@contextmanager
def parsed_once() -> Iterator[None]:
    """Keep what a style sheet says under its source and its variables, as the framework does.

    The framework keeps it for one app; a test starts its own, of which no sheet is another.
    """
    known: dict[tuple[Any, ...], list[RuleSet]] = {}
    parse = Stylesheet._parse_rules

    def kept(self: Stylesheet, *given: Any, **named: Any) -> list[RuleSet]:
        key = (*self._variables.items(), *given, *sorted(named.items()))
        if key not in known:
            known[key] = parse(self, *given, **named)
        return known[key]

    Stylesheet._parse_rules = kept  # type: ignore[method-assign]
    try:
        yield
    finally:
        Stylesheet._parse_rules = parse  # type: ignore[method-assign]
