"""Which row of the roster stands on which line: what waits stays on top, the rest scrolls."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from pexdash.model.roster import Row, Section
from pexdash.ui.drawing.section_line import OutOfSight

LEAST_CALLING = 2
"""How many people who wait, or have a hand up, are shown at least."""
LEAST_SCROLLED = 4
"""How many lines what scrolls has at least; below that, nothing stays on top."""


class _Block(Struct):
    """A section: its heading's index in the rows, its line, its people, and how many are shown."""

    section: Section
    row: int
    line: int
    people: int
    shown: int


class RosterLines:
    """The lines of the roster: `pinned` of them stay on top, those after them scroll.

    WAITING and HANDS have at most a quarter of the height, until the cursor is in them. The first
    line below the pinned ones is always the heading of the section it is in.
    """

    def __init__(self) -> None:
        self.pinned = 0
        self._height = 0
        self._lines: list[Row] = []
        self._blocks: list[_Block] = []

    def __len__(self) -> int:
        return len(self._lines)

    def arrange(self, rows: Sequence[Row], cursor: int | None, height: int) -> None:
        """Lay `rows` out on a view of `height` lines; `cursor` is the row of the cursor."""
        self.pinned, self._height, self._lines, self._blocks = 0, height, [], []
        most = max(LEAST_CALLING, height // 4 - 1)
        at = 0
        while at < len(rows):
            section, people = rows[at].section, rows[at].count + rows[at].left
            calls = section in (Section.WAITING, Section.HANDS)
            holds_cursor = cursor is not None and at < cursor <= at + people
            shown = people if not calls or holds_cursor else min(people, most)
            block = _Block(section, at, len(self._lines), people, shown)
            is_first = self.pinned == len(self._lines)
            self._blocks.append(block)
            self._lines += rows[at : at + 1 + shown]
            fits = len(self._lines) + LEAST_SCROLLED <= height
            if calls and is_first and shown <= most and fits:
                self.pinned = len(self._lines)
            at += 1 + people

    @property
    def has_room(self) -> bool:
        """Whether the view that the rows were laid out on has any line."""
        return self._height > 0

    def line_of(self, row: int) -> int | None:
        """The line of a row, counted from the first of all; None where the row is not shown."""
        for block in reversed(self._blocks):
            if row >= block.row:
                within = row - block.row
                return block.line + within if within <= block.shown else None
        return None

    def at(self, y: int, top: int) -> Row | None:
        """What stands on line `y` of the view, scrolled by `top` lines; None where nothing does."""
        line = y if y < self.pinned else y + top
        if line >= len(self._lines):
            return None
        row = self._lines[line]
        if row.uuid and y == self.pinned:
            return next(
                self._lines[block.line] for block in reversed(self._blocks) if line >= block.line
            )
        return row

    def view_of(self, line: int, top: int) -> int | None:
        """The line of the view on which a line stands, None where it is out of view."""
        if line < self.pinned:
            return line
        y = line - top
        is_covered = y == self.pinned and bool(self._lines[line].uuid)
        return y if self.pinned <= y < self._height and not is_covered else None

    def top_for(self, line: int, top: int) -> int:
        """How far to scroll, from `top`, for a line of a person to be in view."""
        if line < self.pinned or self.view_of(line, top) is not None:
            return top
        if line - top <= self.pinned:
            return line - self.pinned - 1
        return line - self._height + 1

    def unseen(self, section: Section, top: int) -> OutOfSight:
        """What of a section is out of sight; the last one in view tells of those beyond it."""
        end = top + self._height
        place = next(at for at, one in enumerate(self._blocks) if one.section is section)
        block = self._blocks[place]
        first, last = 1, block.shown
        if block.line >= self.pinned:
            first = max(1, top + self.pinned + 1 - block.line)
            last = max(min(block.shown, end - 1 - block.line), first - 1)
        beyond = self._blocks[place + 1 :]
        told = not beyond or beyond[0].line < end
        return OutOfSight(
            first,
            last,
            block.people - last,
            () if told else tuple((one.section, one.people) for one in beyond),
        )
