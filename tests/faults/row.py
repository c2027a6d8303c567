"""One row of the fault table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """A fault by its number, what is promised where it strikes, and what holds us to that.

    `tests` are the ids of the tests that fail where the promise is broken; a row for which there
    cannot be one has a `reason` instead.
    """

    number: int
    name: str
    promise: str
    tests: tuple[str, ...] = ()
    reason: str = ""


def row(number: int, name: str, promise: str, *tests: str, reason: str = "") -> Row:
    """A row, its tests written without the `tests/` that all of them begin with."""
    return Row(number, name, promise, tuple(f"tests/{test}" for test in tests), reason)
