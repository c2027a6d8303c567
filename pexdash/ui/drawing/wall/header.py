"""The first line of a wall: what has to be done, what is followed, and that the screen lives."""

from __future__ import annotations

import time
from enum import Enum

from msgspec import Struct

from pexdash.model.alarms.edge import Counts
from pexdash.text import simple_width
from pexdash.ui.drawing.glyphs import Glyphs
from pexdash.ui.drawing.spans import Span, fit, fit_spans

Line = list[Span]
_LAID = "attention inverse"
"""How all of the line looks while a critical alarm is unacknowledged."""
_GOOD_TO_KNOW = 3
"""From this rank on a part is only good to know."""
_MOST_TITLE = 24
"""The most cells of the wall's title."""


class Words(Enum):
    """How many words there are beside numbers and signs, the most first."""

    ALL = "all"
    FEW = "few"
    FEWEST = "fewest"


class Totals(Struct, frozen=True):
    """What all conferences of a wall are together; `off_page` are pages with what is critical."""

    conferences: int
    live: int
    joining: int
    stale: int
    refused: int
    ended: int
    people: int
    stale_people: int
    waiting: int
    unacked_critical: int
    off_page: tuple[int, ...] = ()


class RulesTold(Struct, frozen=True):
    """How many rules there are, how many are armed anywhere, and how many stopped anywhere."""

    number: int
    armed: int
    stopped: int


class HeaderState(Struct, frozen=True):
    """What else the first line tells; `moment` is a Unix time.

    `through` is what the conferences come through and how old that is, "" where they are our own.
    """

    title: str
    moment: float
    rings: bool
    read_only: bool
    page: int
    pages: int
    view: str = ""
    through: str = ""
    rules: RulesTold | None = None


def header_line(
    totals: Totals, counts: Counts, state: HeaderState, width: int, glyphs: Glyphs
) -> Line:
    """One line of `width` cells; where room is short, what is only good to know goes first.

    Alarms, lines that are not live, who waits, a bell that is off and the clock always stay.
    """
    is_loud = totals.unacked_critical > 0
    parts: list[_Part] = []
    for words in Words:
        parts = _parts(totals, counts, state, glyphs, words)
        if sum(_cells(one) for rank, one, _ in parts if rank < _GOOD_TO_KNOW) <= width:
            break
    while sum(_cells(one) for _, one, _ in parts) > width and any(rank for rank, _, _ in parts):
        worst = max(rank for rank, _, _ in parts)
        parts.remove(next(part for part in reversed(parts) if part[0] == worst))
    left = [one for _, several, is_right in parts if not is_right for one in several]
    right = [one for _, several, is_right in parts if is_right for one in several]
    blank = max(1, width - _cells(left) - _cells(right))
    line = fit_spans([*left, Span(" " * blank), *right], width, glyphs.ellipsis)
    if is_loud:
        return [Span(text, f"{_LAID} strong" if "strong" in look else _LAID) for text, look in line]
    return line


def _cells(spans: list[Span]) -> int:
    return sum(span.width for span in spans)


_Part = tuple[int, Line, bool]
"""When to leave it out (0 is never), the spans, and whether they stand at the right."""


def _parts(
    totals: Totals, counts: Counts, state: HeaderState, glyphs: Glyphs, words: Words
) -> list[_Part]:
    moment = time.localtime(state.moment)
    parts: list[_Part] = [(0, _alarms(totals, counts, glyphs, words), False)]
    if totals.waiting:
        look = "strong" if totals.unacked_critical else ""
        parts.append((0, [Span(f"  {totals.waiting} WAIT", look)], False))
    if totals.off_page:
        pages = ", ".join(map(str, totals.off_page))
        parts.append((0, [Span(f"  {glyphs.critical} page {pages}", "attention strong")], False))
    title = simple_width(state.title)
    parts.append((4, [Span(f"   {_cut(title, _MOST_TITLE, glyphs)}", "strong")], False))
    parts.append((6, [Span(f"   {_conferences(totals)}", "dim")], False))
    parts.append((0, _lines(totals, glyphs, words), False))
    people = f"  {totals.people} in" + (
        f", {totals.stale_people} stale" if totals.stale_people else ""
    )
    parts.append((2, [Span(people)], False))
    aside = [(counts.shelved, "shelved"), (counts.suppressed, "suppressed")]
    told = "".join(f"  {number} {word}" for number, word in aside if number)
    if told:
        parts.append((1, [Span(f" {told}", "dim")], False))
    if counts.is_flood:
        parts.append((1, [Span("  FLOOD", "attention strong")], False))
    if state.view:
        parts.append((1, [Span("  "), Span(f" {state.view} ", "accent inverse")], False))
    if (rules := state.rules) is not None:
        look = "accent" if rules.armed else "dim"
        parts.append((1, [Span(f"  RULES {rules.armed}/{rules.number}", look)], False))
        if rules.stopped:
            parts.append((1, [Span(f" {rules.stopped} STOPPED", "attention strong")], False))
    if state.pages > 1:
        page = f"{state.page + 1}/{state.pages}"
        parts.append(
            (0, [Span(f"  page {page}" if words is Words.ALL else f"  {page}", "dim")], False)
        )
    if state.through:
        parts.append((2, [Span(f"  {simple_width(state.through)}", "dim")], True))
    if state.read_only:
        parts.append((3, [Span("  READ ONLY", "accent")], True))
    if state.rings:
        parts.append((5, [Span("  bell on", "dim")], True))
    else:
        parts.append((0, [Span("  BELL OFF", "accent strong")], True))
    parts.append((7, [Span(time.strftime("  %a %d %b", moment), "dim")], True))
    parts.append((0, [Span(time.strftime("  %H:%M:%S", moment))], True))
    parts.append((8, [Span(f" {moment.tm_zone}", "dim")], True))
    parts.append((0, [Span(" ")], True))
    return parts


def _alarms(totals: Totals, counts: Counts, glyphs: Glyphs, words: Words) -> Line:
    if not counts.unacked:
        if counts.returned:
            return [Span(f" {counts.returned} returned", "dim")]
        listed = counts.critical + counts.warning
        return [Span(" all acknowledged" if listed else " no alarms", "dim")]
    spans = [Span(" ")]
    if totals.unacked_critical:
        word = "" if words is Words.FEWEST else " CRITICAL"
        spans.append(Span(f"{glyphs.critical} {totals.unacked_critical}{word}  ", "strong"))
    spans.append(Span(f"{counts.unacked} UNACK", "attention strong"))
    return spans


def _conferences(totals: Totals) -> str:
    return f"{totals.conferences} {'conference' if totals.conferences == 1 else 'conferences'}"


def _lines(totals: Totals, glyphs: Glyphs, words: Words) -> Line:
    """How our lines stand; what is not live is never left out, but may be told by its sign."""
    spans = [Span(f"  {totals.live} live", "dim")]
    for number, word, sign, look in (
        (totals.joining, "joining", glyphs.pending, "dim"),
        (totals.stale, "stale", "?", ""),
        (totals.refused, "refused", glyphs.out, ""),
        (totals.ended, "ended", glyphs.rule, "dim"),
    ):
        if number:
            spans.append(
                Span(f"  {number} {word}" if words is Words.ALL else f" {number}{sign}", look)
            )
    return spans


def _cut(text: str, cells: int, glyphs: Glyphs) -> str:
    return text if Span(text).width <= cells else fit(text, cells, glyphs.ellipsis)
