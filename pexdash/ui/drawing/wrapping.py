"""Text in lines of a width, cut at words."""

from __future__ import annotations

from rich.cells import cell_len, chop_cells


def wrapped(text: str, first: int, width: int) -> list[str]:
    """`text` in lines of at most `width` cells, the first of at most `first`, cut at words."""
    lines = [""]
    room = first
    for paragraph_at, paragraph in enumerate(text.split("\n")):
        if paragraph_at:
            lines.append("")
            room = width
        # Spaces stay as they were written, except those at which a line breaks.
        for at, word in enumerate(paragraph.split(" ")):
            gap = " " if at else ""
            if cell_len(lines[-1] + gap + word) <= room:
                lines[-1] += gap + word
                continue
            if not word:
                continue
            if lines[-1] or cell_len(word) <= width:
                lines.append("")
                room = width
            lines[-1:] = _pieces(word, room, width)
            room = width
    return lines


def _pieces(word: str, first: int, width: int) -> list[str]:
    """`word` in pieces of at most `width` cells, the first of at most `first`."""
    if cell_len(word) <= first:
        return [word]
    head = chop_cells(word, first)[0]
    return [head, *chop_cells(word[len(head) :], width)]
