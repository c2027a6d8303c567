"""The meeting over its time as a picture: people, who talked when, and alarms."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pexdash.errors import UsageFault
from pexdash.files import open_private, shown_path
from pexdash.plain.report.over_time import OverTime, most_of, sums, together

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FORMS = (".svg", ".png")
"""How the name of a picture's file may end."""
MOST_CONFERENCES = 20
"""How many conferences one picture holds at most: more could not be read."""
_MOST_TALKERS = 8
"""How many people have a colour of their own."""
_COLUMNS = 120
"""Into how many columns the time is cut at most."""
_INCHES = (10.0, 6.0)
"""The width of a picture, and the height for each conference."""
_SEVERITIES = {"critical": "tab:red", "warning": "tab:orange", "info": "tab:blue"}


class Drawn(Struct, frozen=True):
    """A conference for a picture: what it is called, its time, and the name of each person."""

    title: str
    seen: OverTime
    name_of: Callable[[str], str]


def check_picture(path: Path) -> None:
    """Raise UsageFault where no picture can be drawn at `path`, before anything is read."""
    if path.suffix.lower() not in FORMS:
        raise UsageFault(f"{shown_path(path)}: a plot is a file that ends in {' or '.join(FORMS)}")
    if path.exists():
        raise UsageFault(f"{shown_path(path)} exists: a plot replaces no file")
    try:
        import matplotlib  # noqa: F401
    except ImportError as fault:
        raise UsageFault("plots need the extra `plot`: install pexdash[plot]") from fault


def draw_picture(path: Path, conferences: Sequence[Drawn], *, times: bool) -> None:
    """Draw conferences below one another into a new file that only its owner may read.

    Without `times` the time is in minutes since each began. Raises UsageFault where the file cannot
    be written, or where there are too many conferences.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    drawn = [one for one in conferences if one.seen.people]
    if not drawn:
        raise UsageFault("there is nothing to plot: no line was ever live")
    if len(drawn) > MOST_CONFERENCES:
        raise UsageFault(f"a plot holds {MOST_CONFERENCES} conferences at most: give fewer files")
    # The letters of a picture are those of its reader, and no name is a formula.
    with (
        rc_context(
            {
                "svg.fonttype": "none",
                "svg.hashsalt": "pexdash",
                "text.parse_math": False,
                "date.converter": "concise",
            }
        ),
        warnings.catch_warnings(),
    ):
        warnings.filterwarnings("ignore", "Glyph .* missing")
        figure = Figure(figsize=(_INCHES[0], _INCHES[1] * len(drawn)), layout="constrained")
        all_axes = list(figure.subplots(3 * len(drawn), 1))
        for at, one in enumerate(drawn):
            _draw(one, all_axes[3 * at : 3 * at + 3], times=times)
        _save(figure, path)


def _save(figure: Any, path: Path) -> None:
    made = False
    try:
        with os.fdopen(open_private(path, os.O_EXCL), "wb") as file:
            made = True
            dated: dict[str, None] = {"Date": None} if path.suffix.lower() == ".svg" else {}
            figure.savefig(file, format=path.suffix.lower()[1:], metadata=dated)
    except BaseException as fault:
        if made:
            with suppress(OSError):
                path.unlink()
        if isinstance(fault, OSError):
            why = fault.strerror or str(fault)
            raise UsageFault(f"{shown_path(path)} cannot be written: {why}") from fault
        raise


def _draw(one: Drawn, axes: Sequence[Axes], *, times: bool) -> None:
    from matplotlib.ticker import MaxNLocator

    seen = one.seen
    people, talk, alarms = axes
    columns = seen.columns(_COLUMNS)
    at = _moments(seen, columns, times=times)
    people.set_title(one.title)
    people.set_ylabel("people")
    counts = [most_of(seen.people[begin:end]) for begin, end in columns]
    known = [float("nan") if count is None else float(count) for count in counts]
    # A step lasts until the next one: the last count holds to the end.
    people.step(at, [*known, known[-1]], where="post")
    people.set_ylim(bottom=0)
    _draw_talk(one, talk, columns, at)
    _draw_alarms(seen, alarms, columns, at)
    for each in (people, alarms):
        each.yaxis.set_major_locator(MaxNLocator(integer=True))
    _set_time(axes, at, times=times)


def _draw_talk(
    one: Drawn, axes: Axes, columns: Sequence[tuple[int, int]], at: Sequence[Any]
) -> None:
    seen = one.seen
    axes.set_ylabel("share of talk, %")
    axes.set_ylim(0, 100)
    if not seen.talk:
        axes.text(0.5, 0.5, "no voice was heard", ha="center", transform=axes.transAxes)
        return
    talkers = seen.most_talked(_MOST_TALKERS)
    names = [one.name_of(key) for key in talkers]
    layers = [sums(seen.talk[key], columns) for key in talkers]
    if others := [pieces for key, pieces in seen.talk.items() if key not in talkers]:
        names.append(f"{len(others)} others")
        layers.append(sums(together(others), columns))
    wholes = [sum(column) or 1.0 for column in zip(*layers, strict=True)]
    shares = [
        [100 * seconds / whole for seconds, whole in zip(layer, wholes, strict=True)]
        for layer in layers
    ]
    handles = _stacked(axes, shares, at)
    # A label that begins with an underline would be left out.
    legend = axes.legend(handles, ["?"] * len(names), loc="center left", bbox_to_anchor=(1.0, 0.5))
    for text, name in zip(legend.get_texts(), names, strict=True):
        text.set_text(name)
        text.set_fontsize("small")


def _draw_alarms(
    seen: OverTime, axes: Axes, columns: Sequence[tuple[int, int]], at: Sequence[Any]
) -> None:
    axes.set_ylabel("alarms raised")
    severities = [one for one in _SEVERITIES if one in seen.alarms]
    raised = [sums(seen.alarms[one], columns) for one in severities]
    handles = _stacked(axes, raised, at, [_SEVERITIES[one] for one in severities])
    axes.set_ylim(bottom=0, top=max([1.0, *(sum(one) for one in zip(*raised, strict=True))]))
    if handles:
        axes.legend(handles, severities, loc="upper left", fontsize="small")


def _stacked(
    axes: Axes,
    layers: Sequence[Sequence[float]],
    at: Sequence[Any],
    colours: Sequence[str] = (),
) -> list[Any]:
    """Draw layers upon one another; returns what stands for each in a legend."""
    below, drawn = [0.0] * (len(at) - 1), []
    for number, layer in enumerate(layers):
        above = [low + high for low, high in zip(below, layer, strict=True)]
        colour = colours[number] if colours else f"C{number}"
        drawn.append(axes.stairs(above, at, baseline=below, fill=True, color=colour))
        below = above
    return drawn


def _moments(seen: OverTime, columns: Sequence[tuple[int, int]], *, times: bool) -> list[Any]:
    """Where each column begins on the axis, and where the last one ends."""
    began = seen.began or 0.0
    edges = [begin * seen.width for begin, _ in columns] + [seen.seconds]
    if times:
        return [datetime.fromtimestamp(began + edge) for edge in edges]
    return [edge / 60 for edge in edges]


def _set_time(axes: Sequence[Axes], at: Sequence[Any], *, times: bool) -> None:
    for each in axes:
        each.set_xlim(at[0], at[-1])
    for each in axes[:-1]:
        each.tick_params(labelbottom=False)
    axes[-1].set_xlabel("local time" if times else "minutes since the beginning")
