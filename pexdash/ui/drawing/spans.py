"""Pieces of a line: text with the names of its looks, measured in cells."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size


class Span(NamedTuple):
    """A text and the names of its looks, separated by blanks; "" is the widget's own look."""

    text: str
    style: str = ""

    @property
    def width(self) -> int:
        """The width in cells."""
        return cells_in(self.text)


@lru_cache(4096)
def cells_in(text: str) -> int:
    """The width of `text` in cells, kept because most texts come again and again."""
    return cell_len(text)


def fit(text: str, width: int, ellipsis: str = "…", *, right: bool = False) -> str:
    """Return `text` in exactly `width` cells, padded, or cut with an ellipsis."""
    length = cells_in(text)
    if length > width:
        return set_cell_size(text, width - 1) + ellipsis if width > 0 else ""
    padding = " " * (width - length)
    return padding + text if right else text + padding


def fit_spans(spans: list[Span], width: int, ellipsis: str = "…") -> list[Span]:
    """Return `spans` in exactly `width` cells, the last ones cut or padded."""
    left = width
    for at, (text, style) in enumerate(spans):
        cells = cells_in(text)
        if cells > left:
            return [*spans[:at], Span(fit(text, left, ellipsis), style)]
        left -= cells
    return [*spans, Span(" " * left)] if left else spans
