"""A flood of changes is one paint a frame."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest

from pexdash.ui.framework.frames import FrameGate
from tests.eventually import eventually


def now() -> float:
    return asyncio.get_running_loop().time()


async def test_the_first_change_is_painted_at_once() -> None:
    painted: list[float] = []
    gate = FrameGate(5.0, lambda: painted.append(now()))
    began = now()
    gate.poke()
    assert not painted
    await asyncio.sleep(0)
    assert len(painted) == 1
    assert painted[0] - began < 0.5
    gate.close()


@pytest.mark.fault(33)
async def test_a_flood_is_painted_at_most_once_an_interval() -> None:
    painted: list[float] = []
    gate = FrameGate(0.05, lambda: painted.append(now()))
    began = now()
    while now() - began < 0.3:
        for _ in range(500):
            gate.poke()
        await asyncio.sleep(0)
    gate.close()
    assert 2 <= len(painted) <= 8
    # The loop may fire a timer early by the grain of its clock.
    assert all(b - a >= 0.048 for a, b in pairwise(painted))


async def frames_pass(seconds: float) -> None:
    """Wait until another gate has painted at once and, as many seconds later, a second time."""
    painted: list[float] = []
    gate = FrameGate(seconds, lambda: painted.append(now()))
    gate.poke()
    await eventually(lambda: painted)
    gate.poke()
    await eventually(lambda: len(painted) == 2)
    gate.close()


async def test_the_last_change_is_painted_too() -> None:
    painted: list[int] = []
    changes = 0
    gate = FrameGate(0.02, lambda: painted.append(changes))
    for _ in range(5):
        changes += 1
        gate.poke()
        await asyncio.sleep(0)
    await eventually(lambda: painted[-1] == 5)
    assert painted == [1, 5]
    await frames_pass(0.02)
    assert painted == [1, 5]
    gate.poke()
    await asyncio.sleep(0)
    assert painted == [1, 5, 5]


async def test_a_paint_may_itself_cause_the_next() -> None:
    painted: list[float] = []

    def paint() -> None:
        painted.append(now())
        if len(painted) < 3:
            gate.poke()

    gate = FrameGate(0.01, paint)
    gate.poke()
    await eventually(lambda: len(painted) == 3)


async def test_after_close_nothing_is_painted() -> None:
    painted: list[int] = []
    gate = FrameGate(0.01, lambda: painted.append(1))
    gate.poke()
    gate.close()
    gate.poke()
    await frames_pass(0.01)
    assert painted == []


async def test_what_may_wait_is_painted_with_what_may_not() -> None:
    painted: list[float] = []
    gate = FrameGate(0.0, lambda: painted.append(now()))
    gate.poke(5.0)
    gate.poke(6.0)
    await asyncio.sleep(0)
    assert painted == []
    gate.poke()
    await asyncio.sleep(0)
    assert len(painted) == 1
    began = now()
    gate.poke(0.05)
    await eventually(lambda: len(painted) == 2)
    assert painted[1] - began >= 0.048
    gate.close()
