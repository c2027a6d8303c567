"""One conference in the cells that a wall has for it, from a tile down to a dot."""

from __future__ import annotations

from pexdash.text import simple_width
from pexdash.ui.drawing.glyphs import Glyphs
from pexdash.ui.drawing.spans import Span, fit, fit_spans
from pexdash.ui.drawing.wall.density import NAMED_CHIP, Density
from pexdash.ui.drawing.wall.facts import NEEDS_HOST, Mark, TileFacts, sign_of
from pexdash.ui.drawing.wall.tile import Line, strip_lines, tile_lines

_LOUD = "attention reversed"
_UNLAID = {_LOUD: "attention strong"}
"""How what is loud looks on the cursor's ground."""
_LEAST_LABEL, _MOST_LABEL, _BEHIND_LABEL = 12, 24, 26
"""The cells of a label in a row, and for what stands around it."""
_LEAST_TOLD = 16
"""From so many cells on the first alarm of a row is told."""


def cell_lines(
    facts: TileFacts | None,
    density: Density,
    width: int,
    height: int,
    glyphs: Glyphs,
    *,
    label: int = 24,
    is_cursor: bool = False,
) -> list[Line]:
    """A conference in exactly `height` lines of `width` cells; None is for a free place.

    The one under the cursor lies on the cursor's ground. The longest label of all takes `label`
    cells, so that rows need no more for it.
    """
    if facts is None:
        lines: list[Line] = [[] for _ in range(height)]
    elif density in (Density.BIG, Density.SMALL):
        lines = tile_lines(facts, width, height, glyphs)
    elif density is Density.STRIP:
        lines = strip_lines(facts, width, height, glyphs)
    elif density is Density.ROW:
        lines = [_row(facts, width, label, glyphs)]
    elif density is Density.CHIP:
        lines = [_chip(facts, width, glyphs)]
    else:
        lines = [[Span(glyphs.cursor, "strong") if is_cursor else _dot(facts, glyphs)]]
    lines = [fit_spans(line, width, glyphs.ellipsis) for line in lines]
    if not is_cursor:
        return lines
    if density is not Density.DOT:
        # Without colours the ground cannot be told from what is reversed, or not be seen.
        lines[0] = [Span(glyphs.cursor, "accent strong"), *_without_first(lines[0])]
    return [_on_ground(line, of_tile=density.is_tile) for line in lines]


def _without_first(line: Line) -> Line:
    """The line without its first cell, which is blank or a corner."""
    first, *rest = line
    return [Span(first.text[1:], first.style), *rest]


def _on_ground(line: Line, *, of_tile: bool) -> Line:
    """The line on the cursor's ground; of a tile, what is reversed stays as it is."""
    if of_tile:
        return [Span(text, look if look == _LOUD else f"{look} cursor tile") for text, look in line]
    return [Span(text, f"{_UNLAID.get(look, look)} cursor") for text, look in line]


def _row(facts: TileFacts, width: int, longest: int, glyphs: Glyphs) -> Line:
    """One line: sign, label, people, Hosts, who waits, what holds, how long, the first alarm."""
    name = max(_LEAST_LABEL, min(_MOST_LABEL, longest, max(_LEAST_LABEL, width - _BEHIND_LABEL)))
    label = fit(simple_width(facts.label), name, glyphs.ellipsis)
    sign = f" {sign_of(facts.mark, glyphs)} "
    flags = "".join(f" {_SHORT.get(flag, flag)}" for flag in facts.flags)
    told = facts.alarms[0].text if facts.alarms else facts.why
    people, rest = _counts(facts)
    left = width - 3 - name - len(people) - len(rest) - 1
    if told and left >= _LEAST_TOLD:
        words = fit(f"{flags} {simple_width(told)}", left, glyphs.ellipsis)
    else:
        words = fit(flags, max(0, left - len(facts.lasts)), glyphs.ellipsis) + facts.lasts
    if facts.is_loud:
        return [Span(f"{sign}{label}{people}{rest}{words}", _LOUD), Span(" ")]
    look = "" if facts.is_known else "dim"
    return [Span(sign, "dim"), Span(f"{label}{people}", look), Span(f"{rest}{words} ", "dim")]


_SHORT = {"LOCKED": "LK", "REC": "RC", "NOT STARTED": "NS", NEEDS_HOST: "NH"}
"""What holds for a meeting, where there is no room for the word."""


def _counts(facts: TileFacts) -> tuple[str, str]:
    """The people, and Hosts and who waits, in 14 cells together; else the word for the state."""
    if not facts.is_known:
        word = facts.word.replace("UNACK", "").strip() or facts.mark.value
        return "", f"  {word}".ljust(14)
    sure = "?" if facts.is_stale else " "
    waiting = f" {facts.waiting}W" if facts.waiting else ""
    return f"{facts.people:>5}", f"{sure}{facts.hosts}H{waiting}".ljust(9)


def _chip(facts: TileFacts, width: int, glyphs: Glyphs) -> Line:
    """The sign and the number of people, with the label between where there is room."""
    sign = sign_of(facts.mark, glyphs)
    # That nobody is in is what the sign of an empty one says.
    number = _number(facts) if facts.is_known and facts.mark is not Mark.EMPTY else ""
    if width < NAMED_CHIP:
        return [Span(f" {sign}{number:>3}", _LOUD if facts.is_loud else _calm(facts))]
    label = fit(simple_width(facts.label), width - 8, glyphs.ellipsis)
    if facts.is_loud:
        return [Span(f" {sign} {label}{number:>4}", _LOUD), Span(" ")]
    return [
        Span(f" {sign} ", "dim"),
        Span(label, _calm(facts)),
        Span(f"{number:>4}", "dim"),
        Span(" "),
    ]


def _calm(facts: TileFacts) -> str:
    return "" if facts.mark in (Mark.FINE, Mark.CRITICAL, Mark.WARNING, Mark.INFO) else "dim"


def _number(facts: TileFacts) -> str:
    """How many people are in, in at most three cells."""
    people = facts.people
    return str(people) if people < 1000 else f"{min(people // 1000, 99)}k"


def _dot(facts: TileFacts, glyphs: Glyphs) -> Span:
    # Small, because a thousand that are fine must not draw the eye from the one that is not.
    sign = glyphs.fine if facts.mark is Mark.FINE else sign_of(facts.mark, glyphs)
    return Span(sign, _LOUD if facts.is_loud else "dim")
