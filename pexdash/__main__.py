"""`python -m pexdash` and the `pexdash` command."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and leave with its status."""
    from pexdash.cli.main import run

    sys.exit(run())


if __name__ == "__main__":
    main()
