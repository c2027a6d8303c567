"""What a host asks for is done at most once, whatever becomes of the answers."""

from __future__ import annotations

import random

import pytest

from tests.trust.acting import ACTIONS, FAULTS, act_under_faults


@pytest.mark.fault(20)
async def test_no_action_is_carried_out_twice_under_faults() -> None:
    figures = await act_under_faults(400, random.Random(5))
    assert figures.actions == 400
    assert figures.faults.keys() == FAULTS.keys()
    assert {name for name, _, _ in figures.carried_out} == ACTIONS.keys()
    assert len(figures.carried_out) > 100
    assert figures.most == 1
