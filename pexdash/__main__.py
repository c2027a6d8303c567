"""`python -m pexdash` and the `pexdash` command."""

from __future__ import annotations

import gc
import os
import sys

YOUNG_OBJECTS = 50_000
"""How many new objects the collector of cycles waits for.

Nearly all that a start makes is kept: Python's own 700 have it looked through again and again, for
a tenth of the time to the roster.
"""


def main() -> None:
    """Run the command line and leave with its status."""
    gc.set_threshold(YOUNG_OBJECTS)
    from pexdash.cli.main import run

    status = run()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        # The terminal is gone; the interpreter would try once more and end with its own status.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
    sys.exit(status)


if __name__ == "__main__":
    main()
