"""One timer for many deadlines: each is called once, in order, and no task outlives the last."""

from __future__ import annotations

import asyncio

from pexdash.session.deadlines import Deadlines
from tests.manual_clock import ManualClock


async def test_each_is_called_once_at_its_moment_and_in_order() -> None:
    clock, called = ManualClock(), list[str]()
    deadlines = Deadlines(clock)
    now = clock.monotonic()
    deadlines.at(now + 5, lambda: called.append("late"))
    deadlines.at(now + 2, lambda: called.append("early"))
    gone = deadlines.at(now + 3, lambda: called.append("never"))
    gone.cancel()
    gone.cancel()
    await clock.advance(1.9)
    assert called == []
    await clock.advance(1.1)
    assert called == ["early"]
    await clock.advance(10)
    assert called == ["early", "late"]


async def test_any_number_of_deadlines_have_one_sleeper() -> None:
    clock = ManualClock()
    deadlines = Deadlines(clock)
    for after in range(300, 0, -1):
        deadlines.at(clock.monotonic() + after, lambda: None)
    await clock.advance(0.5)
    assert clock.sleepers == 1


async def test_looks_come_each_second_in_the_same_moment_whenever_they_were_asked_for() -> None:
    clock, looked = ManualClock(), list[float]()
    deadlines = Deadlines(clock)
    before = asyncio.all_tasks()
    looks = []
    for _ in range(3):
        looks.append(deadlines.each_look(lambda: looked.append(clock.monotonic())))
        await clock.advance(0.25)
    await clock.advance(2)
    assert len(looked) == 6
    assert len(set(looked)) == 2
    looks.pop().cancel()
    await clock.advance(1)
    assert len(looked) == 8
    for one in looks:
        one.cancel()
        one.cancel()
    await clock.advance(1)
    assert len(looked) == 8
    assert asyncio.all_tasks() == before


async def test_a_look_that_fails_or_ends_another_stops_no_third() -> None:
    clock, looked = ManualClock(), list[str]()
    deadlines = Deadlines(clock)
    faults = list[object]()
    asyncio.get_running_loop().set_exception_handler(lambda _, told: faults.append(told))
    deadlines.each_look(lambda: [0].remove(1))
    deadlines.each_look(lambda: second.cancel())
    second = deadlines.each_look(lambda: looked.append("second"))
    deadlines.each_look(lambda: looked.append("third"))
    await clock.advance(2)
    assert looked == ["third", "third"]
    assert len(faults) == 2


async def test_no_task_is_left_when_the_last_one_is_cancelled() -> None:
    clock = ManualClock()
    deadlines = Deadlines(clock)
    before = asyncio.all_tasks()
    both = [deadlines.at(clock.monotonic() + 9, lambda: None) for _ in range(2)]
    assert asyncio.all_tasks() != before
    for one in both:
        one.cancel()
    await clock.advance(1)
    assert asyncio.all_tasks() == before


async def test_what_fails_stops_no_other() -> None:
    clock, called = ManualClock(), list[str]()
    deadlines = Deadlines(clock)
    faults = list[object]()
    asyncio.get_running_loop().set_exception_handler(lambda _, told: faults.append(told))
    deadlines.at(clock.monotonic() + 1, lambda: [0].remove(1))
    deadlines.at(clock.monotonic() + 1, lambda: called.append("other"))
    deadlines.at(clock.monotonic() + 2, lambda: called.append("next"))
    await clock.advance(3)
    assert called == ["other", "next"]
    assert len(faults) == 1
