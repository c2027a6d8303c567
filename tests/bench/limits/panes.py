"""The panes beside the roster, as the product writes them, without any of its code."""

from __future__ import annotations

import time
from collections import deque
from itertools import islice
from typing import Any

from tests.bench.limits.rows import Run, bar_of

STAGE = (117, 1, 42, 10)
HAPPENED = (159, 1, 41, 16)
"""The left, top, width and height of a pane, its frame included."""
_NAME, _BAR, _SHARE = 21, 9, 6
_FALL_PER_SECOND = 160.0


class Stage:
    """Who speaks, with bars that rise at once and fall slowly."""

    def __init__(self, people: dict[str, dict[str, Any]], speakers: list[str]) -> None:
        self._people = people
        self.vads = dict.fromkeys(speakers, 0.0)
        self._heard: dict[str, tuple[float, float]] = {}

    def hear(self, levels: list[int], now: float) -> None:
        """Take the voices, 0 to 100, at the monotonic time `now`."""
        for uuid, vad in zip(self.vads, levels, strict=True):
            self._heard[uuid] = max(self._level(uuid, now), vad), now
            self.vads[uuid] = vad

    def _level(self, uuid: str, now: float) -> float:
        level, at = self._heard.get(uuid, (0.0, now))
        return max(self.vads[uuid], level - _FALL_PER_SECOND * (now - at))

    def lines(self, now: float) -> list[list[Run]]:
        """The title and those there is room for."""
        _, _, width, height = STAGE
        speaking = sum(vad > 0 for vad in self.vads.values())
        said = f"  {speaking} speaking" if speaking else ""
        right = " talk, last 10 min "
        rule = "─" * (width - 9 - len(said) - len(right))
        title = [
            ("┌ ", "line"),
            ("STAGE", "heading"),
            (said + " ", "voice"),
            (rule, "line"),
            (right, "dim"),
            ("┐", "line"),
        ]
        shown = islice(self.vads, height - 2)
        return [title, *(self._line(uuid, now) for uuid in shown)]

    def _line(self, uuid: str, now: float) -> list[Run]:
        one, speaks = self._people[uuid], self.vads[uuid] > 0
        is_silenced = speaks and one["is_muted"] == "YES"
        return [
            ("│", "line"),
            (" ● " if speaks else "   ", "voice"),
            (str(one["overlay_text"])[:_NAME].ljust(_NAME), "voice strong" if speaks else ""),
            (bar_of(self._level(uuid, now), _BAR), "voice"),
            ("✕muted" if is_silenced else " " * _SHARE, "muted"),
            (" ", ""),
            ("│", "line"),
        ]


class Happened:
    """Who raised or lowered a hand, the latest at the bottom."""

    def __init__(self) -> None:
        _, _, self._width, height = HAPPENED
        self._height = height - 2
        self._latest: deque[tuple[str, str]] = deque(maxlen=self._height)

    def add(self, name: str, *, is_up: bool, now: float) -> None:
        """Take a hand at Unix time `now`."""
        told = "raised a hand" if is_up else "no longer has a hand up"
        self._latest.append((time.strftime("%H:%M", time.localtime(now)), f"{name} {told}"))

    def lines(self) -> list[list[Run]]:
        """The latest for which there is room."""
        lines: list[list[Run]] = []
        for clock, text in reversed(self._latest):
            told = _in_lines(text, self._width - 11)
            if len(lines) + len(told) > self._height:
                break
            clocks = [clock, *[""] * (len(told) - 1)]
            lines = [*map(self._line, clocks, told), *lines]
        return lines + [self._line("", "")] * (self._height - len(lines))

    def _line(self, clock: str, text: str) -> list[Run]:
        return [
            ("│ ", "line"),
            (clock.ljust(7), "dim"),
            (text.ljust(self._width - 10), ""),
            ("│", "line"),
        ]


def _in_lines(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split(" "):
        if len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}" if lines[-1] else word
        else:
            lines.append(word)
    return lines
