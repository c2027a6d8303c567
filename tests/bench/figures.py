"""What is measured, what is wanted of it, and how both are told: a table and JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from statistics import median, median_high
from typing import Any

BESIDE = ("ours", "limit", "naive")
BUSY_LOAD = 2.0
"""A load that the benchmarks do not make by themselves."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure of ours, of the limit and of the naive build; None where there is none."""

    ours: float | None
    limit: float | None = None
    naive: float | None = None
    note: str = ""

    @property
    def to_limit(self) -> float:
        """How many times the limit ours is; not a number where either is missing."""
        return _ratio(self.ours, self.limit)

    @property
    def to_naive(self) -> float:
        """How many times the naive build ours is; not a number where either is missing."""
        return _ratio(self.ours, self.naive)

    @property
    def value(self) -> float:
        """Ours, not a number where it is missing."""
        return math.nan if self.ours is None else self.ours


def _ratio(ours: float | None, other: float | None) -> float:
    return ours / other if ours is not None and other else math.nan


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of the table: `target` is its number, `wanted` what is wanted in words.

    `met` decides; without it the figure is only told.
    """

    key: str
    target: int
    name: str
    unit: str
    wanted: str = ""
    met: Callable[[Measured], bool] | None = None

    def verdict(self, measured: Measured) -> str:
        """ "yes", "no", or "" where nothing is wanted or it was not measured."""
        if self.met is None or measured.ours is None:
            return ""
        return "yes" if self.met(measured) else "no"


def medians(runs: Mapping[str, list[float]]) -> Measured:
    """The medians of what `runs` holds of ours, the limit and the naive build."""
    ours, limit, naive = (middle(runs[name]) if runs.get(name) else None for name in BESIDE)
    return Measured(ours, limit, naive)


def of_middle_turn(runs: Mapping[str, list[float]]) -> Measured:
    """As `medians`, what all of them took in one turn; see `middle_turn`."""
    turn = middle_turn(runs)
    return Measured(turn["ours"], turn["limit"], turn.get("naive"))


def shares(runs: Mapping[str, list[float]], part: float) -> Measured:
    """As `medians`, of the value below which `part` of them lie."""
    ours, limit, naive = (share(runs[name], part) if runs.get(name) else None for name in BESIDE)
    return Measured(ours, limit, naive)


def middle_turn(took: Mapping[str, list[float]], *, beside: str = "limit") -> dict[str, float]:
    """What each took in the turn whose ratio of ours to the one `beside` is the median.

    A machine that is slower for some seconds is so for all of a turn: medians of each alone would
    compare ours of one moment with a limit of another.
    """
    ratios = [ours / other for ours, other in zip(took["ours"], took[beside], strict=True)]
    at = ratios.index(median_high(ratios))
    return {name: values[at] for name, values in took.items() if values}


def middle(values: list[float]) -> float:
    """The median, not a number of nothing."""
    return median(values) if values else math.nan


def share(values: list[float], part: float) -> float:
    """The value below which `part` (0 to 1) of the values lie."""
    if not values:
        return math.nan
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, math.ceil(part * len(ordered)) - 1)]


_TITLES = ("#", "figure", "unit", "ours", "limit", "naive", "x limit", "x naive", "target", "met")


def table(figures: list[Figure], measured: Mapping[str, Measured]) -> str:
    """One line a figure that was measured."""
    rows = [_TITLES]
    for figure in figures:
        if (one := measured.get(figure.key)) is None:
            continue
        rows.append(
            (
                str(figure.target),
                figure.name,
                figure.unit,
                shown(one.ours),
                shown(one.limit),
                shown(one.naive),
                shown(one.to_limit),
                shown(one.to_naive),
                figure.wanted,
                figure.verdict(one) + (f" ({one.note})" if one.note else ""),
            )
        )
    widths = [max(len(row[at]) for row in rows) for at in range(len(_TITLES))]
    numbers = {3, 4, 5, 6, 7}
    return "\n".join(
        "  ".join(
            cell.rjust(width) if at in numbers else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def in_markdown(run: Mapping[str, Any]) -> str:
    """The figures of a run that have a target, as a table of ratios for the README.

    `run` is what `as_json` made, read again.
    """
    packages = ", ".join(f"{name} {version}" for name, version in run["packages"].items())
    busy = f" Other programs were at work (load {run['load']})." if run["load"] > BUSY_LOAD else ""
    how = " A quick run, with few repetitions." if run["quick"] else ""
    lines = [
        f"{run['date'][:10]}, {run['cpus']} cores, Python {run['python']}, {packages}.{how}{busy}",
        "",
        "| | pexdash | x limit | x naive | target | met |",
        "|---|---|---|---|---|---|",
    ]
    for one in run["figures"]:
        if one["met"] is not None:
            ours = f"{shown(one['ours'])} {one['unit']}".strip()
            ratios = f"{shown(one['to_limit'])} | {shown(one['to_naive'])}"
            met = "yes" if one["met"] else "no"
            lines.append(f"| {one['name']} | {ours} | {ratios} | {one['wanted']} | {met} |")
    return "\n".join(lines)


def shown(value: float | None) -> str:
    """Three digits that count, - for none."""
    if value is None or math.isnan(value):
        return "-"
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.{max(0, 2 - math.floor(math.log10(abs(value))))}f}"


def as_json(
    figures: list[Figure], measured: Mapping[str, Measured], run: Mapping[str, object]
) -> str:
    """The run with everything that was measured."""
    told = [
        {
            "key": figure.key,
            "target": figure.target,
            "name": figure.name,
            "unit": figure.unit,
            **_plain(asdict(measured[figure.key])),
            **_plain(
                {
                    "to_limit": measured[figure.key].to_limit,
                    "to_naive": measured[figure.key].to_naive,
                }
            ),
            "wanted": figure.wanted,
            "met": {"yes": True, "no": False, "": None}[figure.verdict(measured[figure.key])],
        }
        for figure in figures
        if figure.key in measured
    ]
    return json.dumps({**run, "figures": told}, indent=2)


def _plain(values: dict[str, object]) -> dict[str, object]:
    return {
        name: None if isinstance(value, float) and math.isnan(value) else value
        for name, value in values.items()
    }
