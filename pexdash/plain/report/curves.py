"""The meeting over its time as lines of text: people, alarms, and who talked when."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from pexdash.plain.report.formats import Style
from pexdash.plain.report.over_time import OverTime, most_of, sums, together
from pexdash.plain.report.text import WIDTH, clock, duration, fitted

_LABEL = 20
"""Cells of what stands before a curve."""
_COLUMNS = WIDTH - _LABEL - 8
"""Cells of a curve at most."""
_MOST_TALKERS = 8
"""How many people have a line of their own."""
BARS, PLAIN_BARS = "▁▂▃▄▅▆▇█", ".:-=+*#@"
"""The signs from the least to the most, and those for an output that has no others."""


def curves(seen: OverTime, name_of: Callable[[str], str], style: Style, bars: str) -> Iterator[str]:
    """The lines, none where the line never was live; a column stands for the same time in each."""
    if seen.began is None or not seen.people:
        return
    columns = seen.columns(_COLUMNS)
    until = seen.began + seen.seconds
    from_to = f", {clock(seen.began, style)} to {clock(until, style)}" if style.times else ""
    yield f"Over time ({duration(seen.seconds)}{from_to})"
    people = [most_of(seen.people[begin:end]) or 0 for begin, end in columns]
    peak = max(people)
    yield _line("People", _bars(people, peak or 1, bars), f"{peak}")
    alarms = sums(together(seen.alarms.values()), columns)
    if any(alarms):
        signs = "".join(f"{one:.0f}" if one <= 9 else "+" for one in alarms)
        yield _line("Alarms raised", signs.replace("0", " "), f"{sum(alarms):.0f}")
    yield from _talk(seen, columns, name_of, bars)


def _talk(
    seen: OverTime, columns: Sequence[tuple[int, int]], name_of: Callable[[str], str], bars: str
) -> Iterator[str]:
    whole = sum(sum(pieces.values()) for pieces in seen.talk.values())
    if not whole:
        return
    yield "  Talk, as a part of the time of each column"
    talkers = seen.most_talked(_MOST_TALKERS)
    rows = [(name_of(key), seen.talk[key]) for key in talkers]
    if others := [pieces for key, pieces in seen.talk.items() if key not in talkers]:
        rows.append((f"{len(others)} others", together(others)))
    for label, talk in rows:
        parts = [
            seconds / ((end - begin) * seen.width)
            for seconds, (begin, end) in zip(sums(talk, columns), columns, strict=True)
        ]
        share = sum(talk.values()) / whole
        yield _line(label, _bars(parts, 1.0, bars), f"{share * 100:.0f}%")


def _line(label: str, curve: str, figure: str) -> str:
    return f"  {fitted(label, _LABEL)} {curve:<{_COLUMNS}} {figure:>4}"


def _bars(values: Sequence[float], top: float, bars: str) -> str:
    """A sign for each value, the last one from `top` on; a blank where there is nothing."""
    most = len(bars) - 1
    return "".join(bars[min(most, int(one / top * len(bars)))] if one else " " for one in values)
