"""The voice-activity meter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pexdash.model.meter import FALL_PER_SECOND, FULL, Meter

VOICES = st.floats(-50, 500)
PAUSES = st.floats(0, 2)


def test_it_rises_at_once_and_falls_smoothly() -> None:
    meter = Meter()
    meter.hear(80, 10.0)
    assert meter.level(10.0) == 80
    meter.hear(0, 10.0)
    assert meter.level(10.0) == 80
    assert meter.level(10.25) == pytest.approx(80 - FALL_PER_SECOND / 4)
    assert meter.level(10.5) == pytest.approx(0)
    assert meter.level(99.0) == 0


def test_a_fall_stops_at_the_new_voice() -> None:
    meter = Meter()
    meter.hear(90, 0.0)
    meter.hear(40, 0.0)
    assert meter.is_falling(0.1)
    assert meter.level(5.0) == 40
    assert not meter.is_falling(5.0)


def test_a_voice_beyond_the_scale_falls_as_soon_as_a_full_one() -> None:
    meter, full = Meter(), Meter()
    meter.hear(1e9, 0.0)
    full.hear(FULL, 0.0)
    for one in (meter, full):
        one.hear(0, 0.0)
    assert meter.level(0.1) == full.level(0.1) < FULL


def test_time_that_goes_back_does_not_lift_it() -> None:
    meter = Meter()
    meter.hear(50, 100.0)
    assert meter.level(90.0) == 50


@given(st.lists(st.tuples(VOICES, PAUSES), min_size=1))
def test_the_level_is_between_its_voice_and_a_smooth_fall(heard: list[tuple[float, float]]) -> None:
    meter, now, before = Meter(), 1000.0, 0.0
    for vad, pause in heard:
        meter.hear(vad, now)
        target = min(max(vad, 0.0), FULL)
        assert meter.level(now) == pytest.approx(max(target, before))
        now += pause
        after = meter.level(now)
        assert target <= after <= FULL
        assert after >= max(target, before) - FALL_PER_SECOND * pause - 1e-6
        assert meter.is_falling(now) == (after > target)
        before = after
