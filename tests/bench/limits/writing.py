"""The bytes that change a terminal's cells: those that differ, and no byte more than it takes."""

from __future__ import annotations

from collections.abc import Sequence

from tests.bench.limits.rows import Run

_GROUND, _TOP, _CURSOR = "48;2;21;23;28", "48;2;32;36;44", "48;2;34;48;74"
_INKS = {
    "": "38;2;216;219;226",
    "heading": "38;2;216;219;226",
    "dim": "38;2;134;141;154",
    "line": "38;2;59;65;77",
    "attention": "38;2;255;180;84",
    "voice": "38;2;122;214;148",
    "muted": "38;2;240;113;120",
}
_BRIDGE = 3
"""To write so many cells again costs no more than to move over them."""

Pen = tuple[str, str, str]
"""Weight, ink and ground, as parameters of SGR."""
Cell = tuple[str, Pen]


class Written:
    """What stands on the terminal, line by line and place by place."""

    def __init__(self) -> None:
        self._runs: dict[tuple[int, int], Sequence[Run]] = {}
        self._cells: dict[tuple[int, int], list[Cell]] = {}
        self._pens: dict[tuple[str, bool], Pen] = {}
        self._pen: Pen = ("22", "", "")
        self._at = (-1, -1)

    def put(self, x: int, y: int, runs: Sequence[Run]) -> str:
        """What has to be written for `runs` to stand from cell `x` of line `y` on."""
        place = x, y
        if self._runs.get(place) == runs:
            return ""
        self._runs[place] = runs
        old = self._cells.get(place, [])
        new = self._cells[place] = [cell for run in runs for cell in self._cells_of(run, y)]
        return "".join(
            self._stretch(x + start, y, new[start:end]) for start, end in _differing(old, new)
        )

    def _cells_of(self, run: Run, y: int) -> list[Cell]:
        text, look = run
        pen = self._pens.get((look, y == 0)) or self._pen_of(look, is_top=y == 0)
        blank = ("22", _INKS[""], pen[2])
        return [(one, blank if one == " " else pen) for one in text]

    def _pen_of(self, look: str, *, is_top: bool) -> Pen:
        names = look.split()
        ground = _CURSOR if "cursor" in names else _TOP if is_top else _GROUND
        # On the cursor's ground nothing is dim.
        ink = next((one for one in names if one in _INKS), "")
        ink = "" if ink == "dim" and "cursor" in names else ink
        weight = "1" if {"strong", "heading"} & {*names} else "22"
        pen = self._pens[look, is_top] = weight, _INKS[ink], ground
        return pen

    def _stretch(self, x: int, y: int, cells: list[Cell]) -> str:
        parts = []
        if (x, y) != self._at:
            ahead = self._at[1] == y and x > self._at[0]
            parts.append(f"\x1b[{x - self._at[0]}C" if ahead else f"\x1b[{y + 1};{x + 1}H")
        for text, pen in cells:
            # A blank shows nothing but its ground.
            if pen != self._pen and (text != " " or pen[2] != self._pen[2]):
                changed = [new for new, old in zip(pen, self._pen, strict=True) if new != old]
                parts.append(f"\x1b[{';'.join(changed)}m")
                self._pen = pen
            parts.append(text)
        self._at = x + len(cells), y
        return "".join(parts)


def _differing(old: list[Cell], new: list[Cell]) -> list[tuple[int, int]]:
    """The stretches that differ, those with little between them as one."""
    if not old:
        return [(0, len(new))]
    stretches: list[tuple[int, int]] = []
    for at, (before, after) in enumerate(zip(old, new, strict=True)):
        if before == after:
            continue
        if stretches and at - stretches[-1][1] <= _BRIDGE:
            stretches[-1] = stretches[-1][0], at + 1
        else:
            stretches.append((at, at + 1))
    return stretches
