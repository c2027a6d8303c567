"""The order in which several workers take the tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")
WAITING = {"cli", "terminal", "trust", "ui"}
"""The folders whose tests wait more than they work, and of which some are long."""
_EARLIER = 0.8
"""The share of a run after which none of these begins: a long one at the end is waited for."""


def mixed(items: Sequence[tuple[str, Item]]) -> list[Item]:
    """Items with their folders, in an order that spreads each folder over the whole run.

    So those that wait run beside those that work. Within a folder the order stays.
    """
    sizes = Counter(folder for folder, _ in items)
    so_far = Counter[str]()
    places = []
    for folder, _ in items:
        places.append(so_far[folder] / sizes[folder] * (_EARLIER if folder in WAITING else 1.0))
        so_far[folder] += 1
    return [items[at][1] for at in sorted(range(len(items)), key=places.__getitem__)]
