"""Nobody is left behind where a name leads to several nodes, or connections die."""

from __future__ import annotations

import random
import sys

import pytest

from tests.trust.affinity import ACTIONS, Way, leave_nobody_behind


@pytest.mark.parametrize("way", Way, ids=lambda way: way.value)
async def test_nobody_is_left_behind(way: Way) -> None:
    if way is Way.ADDRESSES and sys.platform != "linux":
        pytest.skip("others have 127.0.0.1 alone")
    figures = await leave_nobody_behind(way, 6, random.Random(20))
    assert figures.tokens == 6
    assert figures.actions == 6 * ACTIONS
    assert figures.hold, figures
