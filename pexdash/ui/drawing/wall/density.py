"""How a wall divides the terminal: by the cells there are for each conference."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

LEAST_WIDTH, LEAST_HEIGHT = 60, 16
"""The columns and lines below which nothing of a wall is shown."""
FACTS_WIDTH = 160
"""From so many columns on the facts of the alarm under the cursor stand beside the list."""
NAMED_CHIP = 14
"""From so many cells on a chip has its label."""
_TICKER_HEIGHT, _NODES_HEIGHT, _TALL = 24, 40, 30
"""From so many lines on there is a line of what happened, one of the nodes, and a tall list."""
_LIST = 3
"""How many lines more of a low terminal the list of alarms has, where tiles can spare them."""
_CHIP, _DOTS_EDGE = 5, 2
"""The cells of a chip without a label, and those that a line of dots leaves blank."""


class Density(Enum):
    """How much a wall shows of each conference, the most first."""

    BIG = "big tiles"
    SMALL = "small tiles"
    STRIP = "strips"
    ROW = "rows"
    CHIP = "chips"
    DOT = "dots"

    @property
    def rank(self) -> int:
        """0 for what shows most."""
        return _RANKS[self]

    @property
    def is_tile(self) -> bool:
        """Whether there is room for more than one line of each conference."""
        return self.rank <= Density.STRIP.rank

    @property
    def tells_much(self) -> bool:
        """Whether more is shown of each conference than a sign, its name and how many are in."""
        return self.rank <= Density.ROW.rank


_RANKS = {density: at for at, density in enumerate(Density)}


class _Tile(Struct, frozen=True):
    density: Density
    width: int
    """The fewest cells across."""
    least: int
    most: int
    """The fewest and the most lines."""


_TILES = (
    _Tile(Density.BIG, 60, 16, 20),
    _Tile(Density.SMALL, 40, 7, 11),
    _Tile(Density.STRIP, 58, 3, 3),
)
_WIDE_TILE = 66
"""Where tiles could be as wide as this, they stand in more columns than they need."""


class WallPlan(Struct, frozen=True):
    """Where everything of a wall stands, in cells.

    `rows` are the lines of cells of a page, each `cell_height` high; `columns` stand in each. Below
    them is the list of alarms with its title, `alarms` lines high, of which the last `detail` tell
    of the conference under the cursor.
    """

    width: int
    height: int
    density: Density
    columns: int
    rows: int
    cell_width: int
    cell_height: int
    pages: int
    alarms: int
    detail: int
    has_nodes: bool
    has_ticker: bool

    @property
    def per_page(self) -> int:
        """How many conferences stand on a page."""
        return self.columns * self.rows

    @property
    def grid(self) -> int:
        """The lines of all cells."""
        return self.rows * self.cell_height

    @property
    def has_facts(self) -> bool:
        """Whether the facts of the alarm under the cursor stand beside the list."""
        return self.width >= FACTS_WIDTH


def plan_for(width: int, height: int, count: int) -> WallPlan:
    """Divide a terminal of `width` x `height` cells among `count` places.

    The columns follow from the height, so that a wider terminal never shows less.
    """
    count = max(1, count)
    has_ticker, has_nodes = height >= _TICKER_HEIGHT, height >= _NODES_HEIGHT
    room = height - 2 - has_ticker - has_nodes
    limit = room - (max(4, room // 4) if height >= _TALL else 3)
    fill = limit if height >= _TALL else limit - _LIST
    density, columns, cell_width, cell_height = _cells(width, limit, count, fill)
    rows = -(-count // columns)
    pages = 1
    if rows * cell_height > limit:
        rows = max(1, limit // cell_height)
        pages = -(-count // (rows * columns))
    alarms = room - rows * cell_height
    return WallPlan(
        width,
        height,
        density,
        columns,
        rows,
        cell_width,
        cell_height,
        pages,
        alarms,
        _detail(width, height, density, alarms),
        has_nodes,
        has_ticker,
    )


def _cells(width: int, limit: int, count: int, fill: int) -> tuple[Density, int, int, int]:
    """The density, the columns, and the width and height of a cell, within `limit` lines.

    A tile that may do with fewer leaves those beyond `fill` to the list of alarms.
    """
    for tile in _TILES:
        most_rows = limit // tile.least
        if not most_rows:
            continue
        columns = -(-count // most_rows)
        if tile.density is not Density.STRIP:
            columns = max(columns, min(count, width // _WIDE_TILE))
        if width // columns >= tile.width:
            rows = -(-count // columns)
            return (
                tile.density,
                columns,
                width // columns,
                min(tile.most, max(tile.least, fill // rows)),
            )
    columns = -(-count // limit)
    if (cells := width // columns) >= NAMED_CHIP:
        return (Density.ROW if cells >= _ROW else Density.CHIP), columns, cells, 1
    if -(-count // (width // _CHIP)) <= limit:
        return Density.CHIP, width // _CHIP, _CHIP, 1
    return Density.DOT, width - _DOTS_EDGE, 1, 1


_ROW = 38
"""From so many cells on a line says more than a chip."""


def _detail(width: int, height: int, density: Density, alarms: int) -> int:
    """How many lines tell of the conference under the cursor."""
    if width >= FACTS_WIDTH or alarms < 6:
        return 0
    if height >= _TALL:
        return 5 if alarms >= 12 else 3
    return 3 if density is Density.CHIP else 1
