"""One conference in the cells that a wall has for it, from a tile down to a dot."""

from __future__ import annotations

from pexdash.text import simple_width
from pexdash.ui.drawing.glyphs import Glyphs
from pexdash.ui.drawing.spans import Span, fit, fit_spans
from pexdash.ui.drawing.wall.density import NAMED_CHIP, Density
from pexdash.ui.drawing.wall.facts import Mark, TileFacts, sign_of
from pexdash.ui.drawing.wall.tile import Line, strip_lines, tile_lines

_LOUD = "attention reversed"
_UNLAID = {_LOUD: "attention strong"}
"""How what is loud looks on the cursor's ground."""
_MOST_LABEL = 24
"""The most cells that a row has for the label while other things have to stand behind it."""


def cell_lines(
    facts: TileFacts | None,
    density: Density,
    width: int,
    height: int,
    glyphs: Glyphs,
    *,
    is_cursor: bool = False,
) -> list[Line]:
    """A conference in exactly `height` lines of `width` cells; None is for a free place.

    The one under the cursor lies on the cursor's ground.
    """
    if facts is None:
        lines: list[Line] = [[] for _ in range(height)]
    elif density in (Density.BIG, Density.SMALL):
        lines = tile_lines(facts, width, height, glyphs)
    elif density is Density.STRIP:
        lines = strip_lines(facts, width, height, glyphs)
    elif density is Density.ROW:
        lines = [_row(facts, width, glyphs)]
    elif density is Density.CHIP:
        lines = [_chip(facts, width, glyphs)]
    else:
        lines = [[Span(glyphs.cursor, "strong") if is_cursor else _dot(facts, glyphs)]]
    lines = [fit_spans(line, width, glyphs.ellipsis) for line in lines]
    if not is_cursor:
        return lines
    if density in (Density.ROW, Density.CHIP):
        # Without colours the ground and what is reversed look the same.
        lines = [[Span(glyphs.cursor, "accent strong"), *_without_first(lines[0])]]
    return [_on_ground(line, keeps_loud=density.is_tile) for line in lines]


def _without_first(line: Line) -> Line:
    """The line without its first cell, which is blank."""
    first, *rest = line
    return [Span(first.text[1:], first.style), *rest]


def _on_ground(line: Line, *, keeps_loud: bool) -> Line:
    """The line on the cursor's ground; of a tile, what is reversed stays as it is."""
    return [
        Span(text, style if keeps_loud and style == _LOUD else f"{_UNLAID.get(style, style)} cursor")
        for text, style in line
    ]


def _row(facts: TileFacts, width: int, glyphs: Glyphs) -> Line:
    """One line: sign, label, people, Hosts, who waits, what holds, how long, the first alarm."""
    label = simple_width(facts.label)
    counts = _counts(facts)
    flags = "".join(f" {_SHORT.get(flag, flag)}" for flag in facts.flags)
    told = facts.alarms[0].text if facts.alarms else facts.why
    room = width - 4
    name = max(min(_MOST_LABEL, room - len(counts) - 2), 8)
    text = f" {sign_of(facts.mark, glyphs)} {fit(label, name, glyphs.ellipsis)} {counts}"
    head_look = _LOUD if facts.is_loud else "strong" if facts.is_known else "dim"
    spans = [Span(text, head_look)]
    left = width - spans[0].width
    look = _LOUD if facts.is_loud else "dim"
    if told and left >= 12:
        spans.append(Span(fit(f"{flags} {simple_width(told)}", left - 1, glyphs.ellipsis), look))
    else:
        lasts = f"{facts.lasts} " if facts.lasts else ""
        rest = fit(flags, max(0, left - len(lasts)), glyphs.ellipsis) + lasts
        spans.append(Span(fit(rest, max(0, left - 1), glyphs.ellipsis), look))
    return [*spans, Span(" ")]


_SHORT = {"LOCKED": "LK", "REC": "RC", "NOT STARTED": "NS"}
"""What holds for a meeting, where there is no room for the word."""


def _counts(facts: TileFacts) -> str:
    """The people, Hosts and who waits, in 13 cells; the state's word where nothing is known."""
    if not facts.is_known:
        return fit(facts.word if facts.word != "UNACK" else facts.mark.value, 13)
    sure = "?" if facts.is_stale else " "
    waiting = f" {facts.waiting}W" if facts.waiting else ""
    return f"{facts.people:>4}{sure}{facts.hosts}H{waiting}".ljust(13)


def _chip(facts: TileFacts, width: int, glyphs: Glyphs) -> Line:
    """The sign and the number of people, with the label between where there is room."""
    sign = sign_of(facts.mark, glyphs)
    number = _number(facts) if facts.is_known else ""
    if width < NAMED_CHIP:
        return [Span(f" {sign}{number:>3}", _LOUD if facts.is_loud else _calm(facts))]
    label = fit(simple_width(facts.label), width - 8, glyphs.ellipsis)
    if facts.is_loud:
        return [Span(f" {sign} {label}{number:>4}", _LOUD), Span(" ")]
    return [Span(f" {sign} ", "dim"), Span(label, _calm(facts)), Span(f"{number:>4}", "dim"), Span(" ")]


def _calm(facts: TileFacts) -> str:
    return "" if facts.mark in (Mark.FINE, Mark.CRITICAL, Mark.WARNING, Mark.INFO) else "dim"


def _number(facts: TileFacts) -> str:
    """How many people are in, in at most three cells."""
    people = facts.people
    return str(people) if people < 1000 else f"{min(people // 1000, 99)}k"


def _dot(facts: TileFacts, glyphs: Glyphs) -> Span:
    sign = glyphs.live if facts.mark is Mark.FINE else sign_of(facts.mark, glyphs)
    return Span(sign, _LOUD if facts.is_loud else "dim")
