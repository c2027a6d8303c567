"""How many examples a property is tried with: some each time, many more for `make trust`."""

from __future__ import annotations

import os

FACTOR = int(os.environ.get("PEXDASH_EXAMPLES", "1"))


def times(examples: int) -> int:
    """That many examples, times PEXDASH_EXAMPLES."""
    return examples * FACTOR
