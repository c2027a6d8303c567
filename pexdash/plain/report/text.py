"""The rows of a table for people, within 80 columns of a terminal."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct

from pexdash.plain.report.formats import Sink, Style
from pexdash.plain.report.tables import (
    ACTIONS,
    AIRTIME,
    ALARMS,
    ATTENDANCE,
    CHAT,
    CONFERENCE,
    SESSIONS,
    Row,
    Table,
)
from pexdash.text import simple_width

WIDTH = 80
"""Cells of a line."""

Show = Callable[[Row, Style], str]


class Shown(Struct, frozen=True):
    """A column of text: its heading, its cells, and what it shows of a row.

    The one column of a table with 0 cells takes what is left of the line. A number stands `right`.
    A column of a time `is_time`, and goes where no times are told.
    """

    heading: str
    width: int
    show: Show
    right: bool = False
    is_time: bool = False


def duration(seconds: object) -> str:
    """Seconds as `1:02:03`, `2:03` or `0:03`; "-" for what is not known."""
    if not isinstance(seconds, int | float):
        return "-"
    whole = int(seconds + 0.5)
    hours, minutes = whole // 3600, whole // 60 % 60
    rest = f"{whole % 60:02}"
    return f"{hours}:{minutes:02}:{rest}" if hours else f"{minutes}:{rest}"


def clock(moment: object, style: Style) -> str:
    """A Unix time as the local time of day; "" where it is not known or not to be told."""
    if not isinstance(moment, float) or not style.times:
        return ""
    return time.strftime("%H:%M:%S", time.localtime(moment))


def day(moment: object, style: Style) -> str:
    """A Unix time as the local date and time of day."""
    if not isinstance(moment, float) or not style.times:
        return ""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(moment))


def fitted(text: str, width: int, *, right: bool = False) -> str:
    """`text` on exactly so many cells, cut off with an ellipsis where it is longer."""
    text = simple_width(" ".join(text.split()))
    if _cells(text) > width:
        kept = ""
        for char in text:
            if _cells(kept + char) >= width:
                break
            kept += char
        text = f"{kept}…"
    blanks = " " * (width - _cells(text))
    return blanks + text if right else text + blanks


def _cells(text: str) -> int:
    return sum(
        0
        if unicodedata.category(one) in ("Mn", "Me", "Cf")
        else 1 + (unicodedata.east_asian_width(one) in "WF")
        for one in text
    )


def _text(name: str) -> Show:
    return lambda row, _: str(row[name] if row[name] is not None else "")


def _seconds(name: str) -> Show:
    return lambda row, _: duration(row[name])


def _time(name: str) -> Show:
    return lambda row, style: clock(row[name], style)


def _share(name: str) -> Show:
    def show(row: Row, _: Style) -> str:
        value = row[name]
        return f"{value * 100:.0f}%" if isinstance(value, float) else "-"

    return show


def _target(row: Row, _: Style) -> str:
    targets = row["targets"]
    people = targets if isinstance(targets, list) else []
    return ", ".join(one["name"] for one in people if isinstance(one, dict))


def _line(row: Row, _: Style) -> str:
    name = row["display_name"] or "somebody"
    return f"{name}{' (direct)' if row['direct'] else ''}: {row['text'] or ''}"


_NAME = Shown("Name", 0, _text("display_name"))
_COLUMNS: dict[str, tuple[str, tuple[Shown, ...]]] = {
    ATTENDANCE.what: (
        "People",
        (
            _NAME,
            Shown("Role", 5, _text("role_highest")),
            Shown("From", 8, _time("first_joined_at"), is_time=True),
            Shown("To", 8, _time("last_left_at"), is_time=True),
            Shown("In", 8, _seconds("in_seconds"), right=True),
            Shown("Share", 5, _share("share_of_meeting"), right=True),
            Shown("Waited", 7, _seconds("waiting_seconds"), right=True),
        ),
    ),
    SESSIONS.what: (
        "Sessions",
        (
            _NAME,
            Shown("Role", 5, _text("role")),
            Shown("From", 8, _time("joined_at"), is_time=True),
            Shown("To", 8, _time("left_at"), is_time=True),
            Shown("In", 8, _seconds("in_seconds"), right=True),
            Shown("By", 6, _text("protocol")),
            Shown("End", 17, lambda row, _: str(row["end"]).replace("_", " ")),
        ),
    ),
    AIRTIME.what: (
        "Talk (voice activity, not words)",
        (
            _NAME,
            Shown("Talk", 8, _seconds("talk_seconds"), right=True),
            Shown("Share", 5, _share("talk_share"), right=True),
            Shown("Turns", 5, _text("turns"), right=True),
            Shown("Longest", 7, _seconds("longest_turn_seconds"), right=True),
            Shown("Muted", 8, _seconds("muted_seconds"), right=True),
            Shown("Hands", 5, _text("hands"), right=True),
            Shown("Chat", 4, _text("chat_lines"), right=True),
        ),
    ),
    ALARMS.what: (
        "Alarms",
        (
            Shown("Time", 8, _time("time"), is_time=True),
            Shown("Change", 10, _text("change")),
            Shown("Severity", 8, _text("severity")),
            Shown("Rule", 16, _text("rule")),
            Shown("Text", 0, _text("text")),
        ),
    ),
    ACTIONS.what: (
        "What we asked for",
        (
            Shown("Time", 8, _time("time"), is_time=True),
            Shown("Outcome", 8, _text("outcome")),
            Shown("Action", 26, _text("action")),
            Shown("Whom", 0, _target),
        ),
    ),
    CHAT.what: ("Chat", (Shown("Time", 8, _time("time"), is_time=True), Shown("Line", 0, _line))),
}

_FIGURES: tuple[tuple[str, Show], ...] = (
    ("Node", _text("node")),
    ("Started", lambda row, style: day(row["started_at"], style)),
    ("Ended", lambda row, style: f"{day(row['ended_at'], style)} {_bracketed(row['ended_how'])}"),
    ("Duration", _seconds("duration_seconds")),
    ("People", lambda row, style: _people(row, style)),
    ("Joined, left", lambda row, _: f"{row['joins']} joined, {row['leaves']} left"),
    ("Hosts", lambda row, _: _hosts(row)),
    ("Locked", _seconds("locked_seconds")),
    ("Recorded", _seconds("recorded_seconds")),
    ("Presented", _seconds("presented_seconds")),
    ("Silent", _seconds("silent_seconds")),
    ("Waited", lambda row, _: _waited(row)),
    ("Dialled", lambda row, _: _dialled(row)),
    ("Chat lines", _text("chat_lines")),
    ("Observed", lambda row, style: _observed(row, style)),
)


def _bracketed(words: object) -> str:
    return f"({words})" if words else ""


def _people(row: Row, style: Style) -> str:
    at = clock(row["peak_at"], style)
    return f"{row['people']}, {row['people_peak']} at once at most" + (f" ({at})" if at else "")


def _hosts(row: Row) -> str:
    if row["host_seconds"] is None:
        return "-"
    present, missing = duration(row["host_seconds"]), duration(row["host_missing_seconds"])
    return f"there for {present}, missing for {missing}"


def _dialled(row: Row) -> str:
    if not row["dial_outs"]:
        return "nobody"
    return f"{row['dial_outs']}; {row['dial_outs_failed']} did not answer"


def _waited(row: Row) -> str:
    if not row["waiting_people"]:
        return "nobody"
    longest = duration(row["waiting_max_seconds"])
    return f"{row['waiting_people']}, {longest} at most; {row['gave_up']} gave up"


def _observed(row: Row, style: Style) -> str:
    whole = "the whole meeting" if row["complete"] else "not the whole meeting"
    times = [clock(row[name], style) for name in ("observed_from", "observed_to")]
    between = f", {times[0]} to {times[1]}" if all(times) else ""
    gap = f", {duration(row['gap_seconds'])} of it unseen" if row["gap_seconds"] else ""
    return f"{whole}{between}{gap}"


class TextWriter:
    """Writes a table with a title and headings, or the figures of a conference line by line."""

    def __init__(self, file: Sink, table: Table, style: Style) -> None:
        self._file = file
        self._table = table
        self._style = style
        self._has_rows = False

    def row(self, row: Row) -> None:
        if self._table is CONFERENCE:
            self._figures(row)
            return
        title, columns = _COLUMNS[self._table.what]
        shown = [one for one in columns if self._style.times or not one.is_time]
        if not self._has_rows:
            self._has_rows = True
            self._file.write(f"\n{title}\n")
            self._write([(one.heading, one) for one in shown])
        self._write([(one.show(row, self._style), one) for one in shown])

    def _write(self, cells: list[tuple[str, Shown]]) -> None:
        for line in _lines(cells):
            self._file.write(f"{line.rstrip()}\n")

    def close(self) -> None:
        pass

    def _figures(self, row: Row) -> None:
        self._file.write(f"{row['conference']}\n")
        for label, show in _FIGURES:
            if words := show(row, self._style).strip():
                self._file.write(_figure(label, words))


def write_figures(file: Sink, title: str, figures: Iterable[tuple[str, str]]) -> None:
    """Write figures line by line, each with its label, below a title; nothing without any."""
    lines = [_figure(label, words) for label, words in figures]
    file.write("".join([f"\n{title}\n", *lines] if lines else []))


def _figure(label: str, words: str) -> str:
    return f"  {label:<14}{fitted(words, WIDTH - 16)}".rstrip() + "\n"


def _lines(cells: list[tuple[str, Shown]]) -> Iterator[str]:
    """The line of a row, and more of them where a last column has more to say."""
    rest = WIDTH - sum(2 + one.width for _, one in cells)
    last_text, last = cells[-1]
    pieces = wrapped(last_text, rest) if not last.width else [last_text]
    for at, piece in enumerate(pieces):
        texts = [text if at == 0 else "" for text, _ in cells[:-1]] + [piece]
        yield "".join(
            "  " + fitted(text, one.width or rest, right=one.right)
            for text, (_, one) in zip(texts, cells, strict=True)
        )


def wrapped(text: str, width: int) -> list[str]:
    """`text` as lines of at most so many cells, cut between words where that is possible."""
    lines = [""]
    for word in simple_width(text).split():
        while _cells(word) > width:
            at = next(at for at in range(len(word), 0, -1) if _cells(word[:at]) <= width)
            lines.append(word[:at])
            word = word[at:]
        longer = f"{lines[-1]} {word}".strip()
        if _cells(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return [line for line in lines if line] or [""]
