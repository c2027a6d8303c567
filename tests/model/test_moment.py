"""Times of a recording, as people write them."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from pexdash.errors import UsageFault
from pexdash.model.moment import position_of

STARTED = 1_770_000_000.5


@pytest.fixture(autouse=True)
def east(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The reader lives two and a half hours ahead; the recording begins at 05:10:00.5 there."""
    monkeypatch.setenv("TZ", "XST-2:30")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("05:10", 0.0),
        ("5:11", 59.5),
        ("05:10:30", 29.5),
        ("06:10:00", 3599.5),
        ("04:00", 22 * 3600 + 50 * 60 - 0.5),
        ("+90", 90.0),
        ("+1h2m3s", 3723.0),
        ("+2m", 120.0),
    ],
)
def test_a_time_of_day_is_the_first_one_after_the_beginning(text: str, position: float) -> None:
    assert position_of(text, STARTED) == position


@pytest.mark.parametrize(
    "text", ["", "+", "24:00", "10:60", "10", "noon", "+1x", "-5s", "10:42:99"]
)
def test_anything_else_is_refused_with_what_can_be_written(text: str) -> None:
    with pytest.raises(UsageFault, match=r"10:42, 10:42:30, or \+1h2m3s"):
        position_of(text, STARTED)
