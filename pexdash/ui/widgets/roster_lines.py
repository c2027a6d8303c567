"""Which row of the roster stands on which line: what waits stays on top, the rest scrolls."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from pexdash.model.sections import Row, Section
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
        self._length = 0
        self._rows: Sequence[Row] = ()
        self._blocks: list[_Block] = []

    def __len__(self) -> int:
        return self._length

    def arrange(self, rows: Sequence[Row], cursor: int | None, height: int) -> None:
        """Lay `rows` out on a view of `height` lines; `cursor` is the row of the cursor."""
        self.pinned, self._height, self._length = 0, height, 0
        self._rows, self._blocks = rows, []
        most = max(LEAST_CALLING, height // 4 - 1)
        at = 0
        while at < len(rows):
            heading = rows[at]
            section, people = heading.section, heading.count + heading.left
            calls = section in (Section.WAITING, Section.HANDS)
            holds_cursor = cursor is not None and at < cursor <= at + people
            shown = people if not calls or holds_cursor else min(people, most)
            is_first = self.pinned == self._length
            self._blocks.append(_Block(section, at, self._length, people, shown))
            self._length += 1 + shown
            fits = self._length + LEAST_SCROLLED <= height
            if calls and is_first and shown <= most and fits:
                self.pinned = self._length
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
        if line >= self._length:
            return None
        block = self._block_at(line)
        return self._rows[block.row if y == self.pinned else block.row + line - block.line]

    def headings(self, top: int) -> list[tuple[int, Row]]:
        """The headings in view, each with its line of the view."""
        lines = {self.view_of(block.line, top) for block in self._blocks} | {self.pinned}
        in_view = sorted(y for y in lines if y is not None and y < self._height)
        shown = [(y, self.at(y, top)) for y in in_view]
        return [(y, row) for y, row in shown if row is not None and not row.uuid]

    def _block_at(self, line: int) -> _Block:
        return next(block for block in reversed(self._blocks) if line >= block.line)

    def view_of(self, line: int, top: int) -> int | None:
        """The line of the view on which a line stands, None where it is out of view."""
        if line < self.pinned:
            return line
        y = line - top
        is_covered = y == self.pinned and line != self._block_at(line).line
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
