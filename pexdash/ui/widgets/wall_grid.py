"""The conferences of a wall, each in its fixed place; only what differs is drawn again."""

from __future__ import annotations

from collections.abc import Collection

from textual.geometry import Region, Size
from textual.strip import Strip

from pexdash.model.alarms.keys import ConferenceKey
from pexdash.session.estate.estate import Slot
from pexdash.ui.drawing.glyphs import Glyphs
from pexdash.ui.drawing.lines import Lines
from pexdash.ui.drawing.spans import Span
from pexdash.ui.drawing.wall.cells import cell_lines
from pexdash.ui.drawing.wall.density import Density, WallPlan
from pexdash.ui.drawing.wall.facts import TileFacts
from pexdash.ui.framework.changed_cells import ChangedCellsApp
from pexdash.ui.wall.board import WallBoard

_Drawn = tuple[TileFacts | None, bool]
"""What a place was drawn with: its facts, and whether the cursor is there."""


class WallGrid(Lines):
    """Draws the page of a board that is shown."""

    def __init__(self, board: WallBoard, glyphs: Glyphs) -> None:
        super().__init__(id="wall-grid")
        self._board = board
        self._glyphs = glyphs
        self._drawn: list[_Drawn] = []
        self._lines: list[list[list[Span]]] = []
        self._drawn_as: tuple[WallPlan, int, Size] | None = None

    def show(self, keys: Collection[ConferenceKey] | None = None) -> None:
        """Draw these conferences again where they differ, or all of them."""
        if self._is_other():
            # The next paint makes all lines anew.
            self._drawn_as = None
            self.refresh()
            return
        plan, places = self._board.plan, self._board.on_page()
        app = self.app
        place = app.place_of(self) if isinstance(app, ChangedCellsApp) else None
        shown = range(len(places)) if keys is None else self._board.at_on_page(keys)
        for at in shown:
            slot = places[at]
            if slot is None and self._drawn[at][0] is None:
                continue
            before = self._lines[at]
            if not self._draw(at, slot):
                continue
            x, y = self._corner(at)
            for row, line in enumerate(self._lines[at]):
                if line == before[row]:
                    continue
                if place is None:
                    self.refresh(Region(x, y + row, plan.cell_width, 1))
                elif y + row < place.lines.height:
                    assert isinstance(app, ChangedCellsApp)
                    app.put(place, y + row, self._segments(line), x)

    def _is_other(self) -> bool:
        """Whether the page, its layout or the size differ from what was drawn."""
        now = (self._board.plan, self._board.page, self.size)
        return self._drawn_as != now or len(self._drawn) != len(self._board.on_page())

    def _draw(self, at: int, slot: Slot | None) -> bool:
        """Make the lines of a place; returns whether they may differ."""
        board = self._board
        facts = None if slot is None else board.facts(slot)
        drawn = (facts, slot is not None and slot.key == board.cursor)
        if drawn == self._drawn[at]:
            return False
        plan = board.plan
        self._drawn[at] = drawn
        self._lines[at] = cell_lines(
            facts,
            plan.density,
            plan.cell_width,
            plan.cell_height,
            self._glyphs,
            label=board.longest_label,
            is_cursor=drawn[1],
        )
        return True

    def _corner(self, at: int) -> tuple[int, int]:
        plan = self._board.plan
        row, column = divmod(at, plan.columns)
        return self._edge + column * plan.cell_width, row * plan.cell_height

    @property
    def _edge(self) -> int:
        """The blank cells at the left of dots."""
        return 1 if self._board.plan.density is Density.DOT else 0

    def render_lines(self, crop: Region) -> list[Strip]:
        if self._is_other():
            self._drawn_as = (self._board.plan, self._board.page, self.size)
            places = self._board.on_page()
            self._drawn, self._lines = [(None, True)] * len(places), [[]] * len(places)
            for at, slot in enumerate(places):
                self._draw(at, slot)
        return super().render_lines(crop)

    def spans(self, y: int, width: int) -> list[Span]:
        plan = self._board.plan
        row, line = divmod(y, plan.cell_height)
        spans = [Span(" " * self._edge)] if self._edge else []
        used = self._edge
        first = row * plan.columns
        for lines in self._lines[first : first + plan.columns]:
            spans += lines[line]
            used += plan.cell_width
        return [*spans, Span(" " * (width - used))] if used < width else spans

    def place_on_screen(self, key: ConferenceKey) -> range:
        """The lines of the screen on which a conference stands, none where it is out of sight."""
        for at, slot in enumerate(self._board.on_page()):
            if slot is not None and slot.key == key:
                top = self.region.y + self._corner(at)[1]
                return range(top, top + self._board.plan.cell_height)
        return range(0)

    def key_at(self, x: int, y: int) -> ConferenceKey | None:
        """The conference whose cells stand there, None for a free place."""
        plan = self._board.plan
        column, row = (x - self._edge) // plan.cell_width, y // plan.cell_height
        at = row * plan.columns + column
        places = self._board.on_page()
        slot = places[at] if 0 <= column < plan.columns and at < len(places) else None
        return None if slot is None else slot.key
