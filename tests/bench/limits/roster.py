"""The roster's lines, as the product lays them out: hands on top, then Hosts, then Guests."""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import Any

from tests.bench import stream
from tests.bench.limits.rows import WIDTH, Run, since

TOP = 3
"""The line of the screen on which the roster begins."""
_HANDS, _HOSTS, _GUESTS = "HANDS", "HOSTS", "GUESTS"
_SECTIONS = (_HANDS, _HOSTS, _GUESTS)


class Order:
    """Who stands where; whoever changes is taken out first and put in again."""

    def __init__(self, people: dict[str, dict[str, Any]], height: int) -> None:
        self.height = height
        self.most_hands = height // 4 - 1
        self.muted = 0
        self._members: dict[str, list[tuple[Any, str]]] = {name: [] for name in _SECTIONS}
        for one in people.values():
            section, key = _place(one)
            self._members[section].append((key, one["uuid"]))
            self.muted += section == _GUESTS and one["is_muted"] == "YES"
        for members in self._members.values():
            members.sort()

    @property
    def hands(self) -> int:
        return len(self._members[_HANDS])

    def replace(self, old: dict[str, Any], new: dict[str, Any]) -> None:
        """Take what somebody was and is."""
        before, after = _place(old), _place(new)
        self.muted -= before[0] == _GUESTS and old["is_muted"] == "YES"
        self.muted += after[0] == _GUESTS and new["is_muted"] == "YES"
        if before != after:
            members = self._members[before[0]]
            del members[bisect_left(members, (before[1], old["uuid"]))]
            insort(self._members[after[0]], (after[1], new["uuid"]))

    def lines(self, now: float) -> list[str | list[Run]]:
        """Of each line in view, from the top on, whose it is, or its heading."""
        lines: list[str | list[Run]] = []
        for section, members in self._members.items():
            if not members:
                continue
            room = self.most_hands if section == _HANDS else self.height - len(lines) - 1
            shown = [uuid for _, uuid in members[: max(0, room)]]
            lines.append(self._heading(section, len(members), len(members) - len(shown), now))
            lines += shown
        return [*lines, *([[(" " * WIDTH, "")]] * (self.height - len(lines)))]

    def _heading(self, section: str, number: int, below: int, now: float) -> list[Run]:
        calls = section == _HANDS
        look = "attention strong" if calls else "heading"
        left: list[Run] = [(f" {section} {number}", look)]
        if calls:
            left.append((f" · longest {since(self._members[_HANDS][0][0], now)}", look))
        elif section == _GUESTS and self.muted:
            left.append((f" · {self.muted} muted", "dim"))
        right: list[Run] = [(f"  ▼ {below} more", "dim")] if below else []
        if calls:
            right += [("  ╌╌", "line")] if below else []
            right += [("  h Lower", "dim"), (f"  H All {number}", "dim")]
        room = WIDTH - sum(len(text) for text, _ in (*left, *right))
        return [*left, (" " + "╌" * (room - 1), "line"), *right]


def _place(one: dict[str, Any]) -> tuple[str, Any]:
    if one["buzz_time"]:
        return _HANDS, one["buzz_time"]
    return _HOSTS if one["role"] == "chair" else _GUESTS, stream.name_key(one)
