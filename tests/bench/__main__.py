"""`python -m tests.bench [NAMES...] [--quick]`: measures, prints a table, writes JSON."""

from __future__ import annotations

import argparse
import asyncio
import datetime
import importlib
import json
import os
import platform
import resource
import signal
import sys
import time
from importlib.metadata import version

from tests.bench.figures import BUSY_LOAD, Measured, as_json, in_markdown, table
from tests.bench.processes import ROOT
from tests.bench.targets import FIGURES
from tests.signals import catch_ignored_signals

RESULTS = ROOT / ".bench" / "results.json"
README = ROOT / "README.md"
SUBJECTS = tuple(dict.fromkeys(figure.key.partition(".")[0] for figure in FIGURES))
PACKAGES = ("textual", "httpx", "httpx-sse", "msgspec", "httptools")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(SUBJECTS))
    parser.add_argument("--quick", action="store_true", help="fewer and shorter runs")
    parser.add_argument("--readme", action="store_true", help="put the last run into the README")
    given = parser.parse_args()
    if given.readme:
        _put_into_readme()
        return
    if unknown := set(given.names) - set(SUBJECTS):
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(SUBJECTS)}")
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    # Both as an interrupt, so that every block is left and its processes with it.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    catch_ignored_signals()
    run = {
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "system": platform.platform(),
        "cpus": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
        "packages": {name: version(name) for name in PACKAGES},
        "quick": given.quick,
    }
    measured: dict[str, Measured] = {}
    failed: list[str] = []
    try:
        asyncio.run(_measure(given.names or list(SUBJECTS), measured, failed, quick=given.quick))
    except KeyboardInterrupt:
        _tell(measured)
        sys.exit(130)
    _tell(measured)
    # Only of a run that came to its end.
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(as_json(FIGURES, measured, run) + "\n", "utf-8")
    if failed:
        sys.exit(f"not measured: {', '.join(failed)}")


def _tell(measured: dict[str, Measured]) -> None:
    _say("\n" + table(FIGURES, measured))
    if os.getloadavg()[1] > BUSY_LOAD:
        _say("\nOther programs were at work too: what waits for a processor is too slow.")


async def _measure(
    names: list[str], measured: dict[str, Measured], failed: list[str], *, quick: bool
) -> None:
    for name in names:
        began = time.monotonic()
        _say(f"{name} ...", end="")
        subject = importlib.import_module(f"tests.bench.{name}")
        try:
            measured.update(await subject.measure(quick=quick))
        except (AssertionError, OSError, RuntimeError, TimeoutError) as fault:
            # A subject that cannot be measured takes no other with it.
            failed.append(name)
            _say(f" {type(fault).__name__}: {fault}")
        else:
            _say(f" {time.monotonic() - began:.0f} s")


def _put_into_readme() -> None:
    text = README.read_text("utf-8")
    before, begin, rest = text.partition("<!-- speed -->\n")
    _, end, after = rest.partition("<!-- end of speed -->")
    told = in_markdown(json.loads(RESULTS.read_text("utf-8")))
    README.write_text(f"{before}{begin}{told}\n{end}{after}", "utf-8")


def _say(text: str, end: str = "\n") -> None:
    sys.stdout.write(text + end)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
