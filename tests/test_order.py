"""Workers take each test once, those that wait beside those that work and none of them last."""

from __future__ import annotations

from tests.order import mixed


def test_the_order_is_mixed_and_whole() -> None:
    items = [("ui", n) for n in range(100)] + [("api", n) for n in range(100, 1100)]
    order = mixed(items)
    assert sorted(order) == list(range(1100))
    assert [n for n in order if n < 100] == list(range(100))
    assert [n for n in order if n >= 100] == list(range(100, 1100))
    assert 40 <= sum(n < 100 for n in order[: len(order) // 2]) <= 70
    assert min(order[-150:]) >= 100


def test_a_single_folder_stays_as_it_is() -> None:
    assert mixed([("terminal", n) for n in range(9)]) == list(range(9))
