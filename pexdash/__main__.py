"""`python -m pexdash` and the `pexdash` command."""

from __future__ import annotations

import sys

from pexdash.cli import process


def main() -> None:
    """Run the command line and leave with its status."""
    process.collect_rarely()
    try:
        # Imported after the switch, because these imports make most of the objects.
        from pexdash.cli.main import run

        status = run()
    except KeyboardInterrupt:
        # Pressed while the program loads.
        status = 130
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        process.give_up_streams()
    sys.exit(status)


if __name__ == "__main__":
    main()
