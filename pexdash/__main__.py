"""`python -m pexdash` and the `pexdash` command."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command line and leave with its status."""
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
