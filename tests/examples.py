"""How many examples a property is tried with: some each time, many more for `make trust`."""

from __future__ import annotations

import os

FACTOR = int(os.environ.get("PEXDASH_EXAMPLES", "1"))
_SLOW = 3
"""An example of a slow property takes as long as a dozen of others; a few of them take a minute."""


def times(examples: int) -> int:
    """That many examples, times PEXDASH_EXAMPLES."""
    return examples * FACTOR


def slow_times(examples: int) -> int:
    """That many examples of a slow property, times a third of PEXDASH_EXAMPLES."""
    return examples * max(1, FACTOR // _SLOW)
