"""Whatever comes at once leaves the loop to keys and tokens; `make trust` holds it to 20 ms."""

from __future__ import annotations

import gc

import pytest

from tests.flooding import FLOODS
from tests.trust.floods import longest_turn

LONGEST_SECONDS = 0.1
"""Of processor time: five times what is wanted, as another process may take the caches."""


@pytest.mark.parametrize(
    "flood",
    [
        "a meeting in another field order",
        "ids without data",
        "names without data",
        "carriage returns",
        "a stage of 9,000 odd voices",
        "a long chat line",
        "deep data that ends",
    ],
)
async def test_no_flood_holds_the_loop(flood: str) -> None:
    # A collection looks at all that the tests have loaded, which no user has.
    gc.disable()
    try:
        assert await longest_turn(FLOODS[flood]()) < LONGEST_SECONDS
    finally:
        gc.enable()
