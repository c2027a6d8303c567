"""Streams that break in every way at any moment are back soon, with the whole meeting."""

from __future__ import annotations

import random

import pytest

from tests.trust.drops import KINDS, survive_drops

SEED = 20


@pytest.mark.fault(11, 12, 13, 14, 50)
@pytest.mark.timeout(90)
async def test_drops_of_every_kind_are_made_good_within_a_second_or_two() -> None:
    figures = await survive_drops(200, sessions=40, seconds=6, rng=random.Random(SEED))
    assert len(figures.seconds) == 200
    assert figures.kinds.keys() == KINDS.keys()
    assert figures.hold_where_let, str(figures)
