"""Pieces of a line: text with the names of its looks, measured in cells."""

from __future__ import annotations

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


def cells_in(text: str) -> int:
    """The width of `text` in cells."""
    # Most text is, and then to count its letters is several times as fast.
    is_simple = text.isascii() and text.isprintable()
    return len(text) if is_simple else cell_len(text)


def fit(text: str, width: int, ellipsis: str = "…", *, right: bool = False) -> str:
    """Return `text` in exactly `width` cells, padded, or cut with an ellipsis."""
    length = cells_in(text)
    if length > width:
        return set_cell_size(text, width - 1) + ellipsis if width > 0 else ""
    padding = " " * (width - length)
    return padding + text if right else text + padding


def fit_spans(spans: list[Span], width: int, ellipsis: str = "…") -> list[Span]:
    """Return `spans` in exactly `width` cells, the last ones cut or padded."""
    fitted = []
    left = width
    for span in spans:
        if span.width > left:
            fitted.append(Span(fit(span.text, left, ellipsis), span.style))
            return fitted
        fitted.append(span)
        left -= span.width
    if left:
        fitted.append(Span(" " * left))
    return fitted
