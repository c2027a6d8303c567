"""Turns: so many a second, the lowest rank first, and none for who has given up."""

from __future__ import annotations

import asyncio

from pexdash.session.deadlines import Deadlines
from pexdash.session.estate.turns import Turns
from tests.manual_clock import ManualClock


def turns(clock: ManualClock, per_second: float = 10) -> Turns:
    return Turns(clock, Deadlines(clock), per_second)


async def test_one_alone_never_waits() -> None:
    clock = ManualClock()
    alone = turns(clock)
    for _ in range(3):
        await alone.take()
        await clock.advance(0.1)


async def test_many_come_one_after_the_other_by_rank() -> None:
    clock, came = ManualClock(), list[int]()
    queue = turns(clock)

    async def come(rank: int) -> None:
        await queue.take(rank)
        came.append(rank)

    tasks = [asyncio.create_task(come(rank)) for rank in (5, 9, 3, 7, 1)]
    await clock.advance(0.05)
    assert came == [5]
    await clock.advance(0.2)
    assert came == [5, 1, 3]
    tasks[3].cancel()
    await clock.advance(1)
    assert came == [5, 1, 3, 9]
    await clock.advance(1)
    assert [task.cancelled() for task in tasks].count(True) == 1


async def test_a_loop_that_was_busy_makes_good_for_a_second_and_not_more() -> None:
    clock, came = ManualClock(), list[float]()
    queue = turns(clock)

    async def come() -> None:
        await queue.take()
        came.append(clock.monotonic())

    tasks = [asyncio.create_task(come()) for _ in range(100)]
    await clock.advance(0)
    await clock.leap(5)
    await clock.advance(0)
    assert 10 <= len(came) <= 13
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
