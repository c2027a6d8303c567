"""What all conferences of a wall are together."""

from __future__ import annotations

from collections.abc import Iterable

from pexdash.model.line import LineState
from pexdash.model.summary import Summary
from pexdash.ui.drawing.wall.header import Totals


def totals_of(summaries: Iterable[Summary], critical: int, off_page: tuple[int, ...]) -> Totals:
    """The counts over all of them, however many are shown.

    `critical` is how many critical alarms need somebody, `off_page` the pages out of sight on which
    some of them are.
    """
    lines = dict.fromkeys(LineState, 0)
    live = people = stale = waiting = 0
    for summary in summaries:
        # Nearly all are live, and are counted without a look into the dict.
        if summary.line is LineState.LIVE:
            live += 1
            people += summary.people
            waiting += summary.waiting
            continue
        lines[summary.line] += 1
        if summary.line is LineState.LOST:
            stale += summary.people
    return Totals(
        live + sum(lines.values()),
        live,
        lines[LineState.JOINING],
        lines[LineState.LOST],
        lines[LineState.REFUSED] + lines[LineState.REMOVED],
        lines[LineState.ENDED],
        people,
        stale,
        waiting,
        critical,
        off_page,
    )
