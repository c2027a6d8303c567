"""How a wall divides the terminal."""

from __future__ import annotations

import itertools

import pytest

from pexdash.ui.drawing.wall.density import Density, WallPlan, plan_for

COUNTS = (1, 2, 6, 12, 24, 40, 100, 300, 1000, 1500)
SIZES = [
    (width, height)
    for width in (60, 79, 80, 99, 100, 120, 159, 160, 200, 250)
    for height in (16, 23, 24, 29, 30, 40, 60, 80)
]


def label_cells(plan: WallPlan) -> int:
    """How many cells a place has for a label; from 30 on every label is whole."""
    has_label = plan.density.rank <= Density.ROW.rank or plan.cell_width >= 14
    return min(30, plan.cell_width) if has_label else 0


@pytest.mark.parametrize("count", COUNTS)
def test_everything_has_its_place_at_every_size(count: int) -> None:
    for width, height in SIZES:
        plan = plan_for(width, height, count)
        assert plan.per_page * plan.pages >= count > plan.per_page * (plan.pages - 1)
        assert plan.columns * plan.cell_width <= width
        used = 2 + plan.has_ticker + plan.has_nodes + plan.grid + plan.alarms
        assert used == height, (width, height)
        assert plan.alarms - plan.detail >= 3
        assert plan.grid >= 1


@pytest.mark.parametrize("count", COUNTS)
def test_more_width_never_shows_less(count: int) -> None:
    for height in (16, 24, 30, 40, 60, 80):
        plans = [plan_for(width, height, count) for width in range(60, 251)]
        for narrow, wide in itertools.pairwise(plans):
            assert wide.density.rank <= narrow.density.rank
            assert label_cells(wide) >= label_cells(narrow)
            assert wide.pages <= narrow.pages


@pytest.mark.parametrize(
    ("size", "count", "density", "columns", "cell", "alarms"),
    [
        ((200, 60), 6, Density.BIG, 3, (66, 20), 16),
        ((200, 60), 24, Density.SMALL, 4, (50, 7), 14),
        ((200, 60), 100, Density.ROW, 3, (66, 1), 22),
        ((200, 60), 1000, Density.CHIP, 40, (5, 1), 31),
        ((80, 24), 4, Density.SMALL, 2, (40, 7), 7),
        ((80, 24), 6, Density.STRIP, 1, (80, 3), 3),
        ((80, 24), 24, Density.ROW, 2, (40, 1), 9),
        ((80, 24), 100, Density.CHIP, 16, (5, 1), 14),
        ((80, 24), 1000, Density.DOT, 78, (1, 1), 8),
    ],
)
def test_how_the_walls_that_were_thought_of_look(
    size: tuple[int, int],
    count: int,
    density: Density,
    columns: int,
    cell: tuple[int, int],
    alarms: int,
) -> None:
    plan = plan_for(*size, count)
    assert (plan.density, plan.columns, plan.alarms) == (density, columns, alarms)
    assert (plan.cell_width, plan.cell_height) == cell
    assert plan.pages == 1
