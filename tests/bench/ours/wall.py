"""`pexdash` as it is, which joins the conferences of a wall faster: what is measured comes after.

`python -m tests.bench.ours.wall JOINS_A_SECOND wall …`
"""

from __future__ import annotations

import sys

from pexdash.session.estate import fleet


def main() -> None:
    pace, *command = sys.argv[1:]
    fleet.JOINS_A_SECOND = float(pace)
    sys.argv = ["pexdash", *command]
    from pexdash.__main__ import main as run

    run()


if __name__ == "__main__":
    main()
