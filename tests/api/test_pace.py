"""Long work leaves the loop to others, and short work does not wait for anything."""

from __future__ import annotations

import pytest

from pexdash.api.pace import WORK_SECONDS, Pace


@pytest.mark.parametrize(("worked", "rests"), [(0.0, False), (WORK_SECONDS, True)])
async def test_only_work_that_has_taken_long_rests(worked: float, rests: bool) -> None:
    now = 0.0
    pace = Pace(lambda: now)
    pace.begin()
    now = worked
    resting = pace.rest()
    try:
        resting.send(None)
        has_rested = True
    except StopIteration:
        has_rested = False
    resting.close()
    assert has_rested is rests
