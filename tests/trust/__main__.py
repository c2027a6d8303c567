"""Counts what pexdash can be trusted in, and prints one table; `make trust`.

PEXDASH_TRUST_SHARE=0.1 counts a tenth of it, for a look in between.

The soak and the month unattended run beside the others, as they wait a lot. The exit status is 1
where any promise is broken. The figures stand on standard output as a Markdown table, progress on
standard error.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec

from pexdash.api.sse import EventDecoder
from pexdash.errors import PexdashError
from tests.api.sse_cases import CASES, chunks_of, events_of, expected_of, splits
from tests.canaries import CANARIES, SINKS
from tests.trust.acting import act_under_faults
from tests.trust.affinity import Way, leave_nobody_behind
from tests.trust.attacks import attack
from tests.trust.awaits import Blow, count_struck
from tests.trust.cut_answers import cut_answers
from tests.trust.demo_alarms import HOURS
from tests.trust.drops import survive_drops
from tests.trust.floods import longest_of_all
from tests.trust.machines import own_network
from tests.trust.soak import EVENTS
from tests.trust.storms import CONFERENCES
from tests.trust.takeovers import APART, Gone
from tests.trust.unattended import DAYS
from tests.trust.wall_month import DAYS as WALL_DAYS

SHARE = float(os.environ.get("PEXDASH_TRUST_SHARE", "1"))
DROPS = int(1000 * SHARE)
SESSIONS = max(20, int(150 * SHARE))
DROPS_SECONDS = 40.0 * SHARE
ACTIONS = int(10_000 * SHARE)
CUT_ANSWERS = int(100_000 * SHARE)
TAKEN_OVER = max(10, int(300 * SHARE))
VISITS = max(10, int(50 * SHARE))
EXAMPLES_FACTOR = max(2, int(13 * SHARE))
LONGEST_SPLIT = 400
SEED = 20


@dataclass(frozen=True)
class Finding:
    """What a check has counted, and whether what is promised holds."""

    said: str
    holds: bool


def server_sent_events() -> Finding:
    """Every case as it comes, and cut in two anywhere and byte by byte."""
    return asyncio.run(_server_sent_events())


async def _server_sent_events() -> Finding:
    passed = pieces = 0
    for case in CASES:
        data = b"".join(chunks_of(case))
        ways = [chunks_of(case), *(splits(data) if len(data) <= LONGEST_SPLIT else ())]
        good = True
        for chunks in ways:
            decoder = EventDecoder()
            seen = await events_of(chunks, decoder)
            good &= seen == expected_of(case) and decoder.retry == case["final_retry"]
        passed += good
        pieces += len(ways)
    said = f"{passed} of {len(CASES)} cases, each cut anywhere: {pieces:,} ways"
    return Finding(said, passed == len(CASES))


def drops() -> Finding:
    """Streams that break in every way at random moments."""
    figures = asyncio.run(
        survive_drops(DROPS, sessions=SESSIONS, seconds=DROPS_SECONDS, rng=random.Random(SEED))
    )
    return Finding(str(figures), figures.hold and len(figures.seconds) == DROPS)


def floods() -> Finding:
    """The longest time that anything which came at once held the loop."""
    figures = asyncio.run(longest_of_all())
    return Finding(str(figures), figures.hold)


def half_open() -> Finding:
    """A node that is gone without a word."""
    if find_spec("tests.trust.half_open") is None:
        return Finding("not measured", False)
    run = _run("-m", "tests.trust.half_open")
    return Finding(run.stdout.strip().partition(": ")[2], run.returncode == 0)


def bad_inputs() -> Finding:
    """Every property of the test suite, tried with many more examples than there."""
    # Test by test, as a few take as long as many others.
    beside = ("-n", "2", "--dist", "load", "--maxschedchunk", "1")
    run = _pytest(*beside, "-m", "hypothesis", "tests", PEXDASH_EXAMPLES=str(EXAMPLES_FACTOR))
    tried = re.search(r"^(\d+) examples of (\d+) properties", run.stdout, re.MULTILINE)
    said = f"{int(tried[1]):,} tried, of {tried[2]} kinds" if tried else "not counted"
    return Finding(said, run.returncode == 0 and tried is not None)


def hostile_text() -> Finding:
    """Text that would act on a terminal, at every widget of the installed program."""
    files = [f"tests/terminal/test_hostile_{name}.py" for name in ("text", "dialogs")]
    # Most of it is waiting for terminals.
    run = _pytest("-n", "2", *files, "-m", "")
    combinations = getattr(
        importlib.import_module("tests.terminal.test_hostile_text"), "combinations", None
    )
    counted = f"{combinations():,} payloads at widgets" if combinations else _passed(run)
    return Finding(counted, run.returncode == 0)


def actions() -> Finding:
    """What a host asks for, under faults of every answer."""
    figures = asyncio.run(act_under_faults(ACTIONS, random.Random(SEED)))
    return Finding(str(figures), figures.most == 1)


def left_behind(way: Way) -> Finding:
    """Sessions at a name that leads to several nodes."""
    figures = asyncio.run(leave_nobody_behind(way, VISITS, random.Random(SEED)))
    return Finding(str(figures), figures.hold)


def struck_awaits() -> Finding:
    """A visit that is struck at each of its awaits in turn."""
    struck = [asyncio.run(count_struck(blow)) for blow in Blow]
    good = all(one.kept == one.struck for one in struck)
    return Finding(f"{sum(one.kept for one in struck)} moments, token released at each", good)


def exits() -> Finding:
    """Every way out in every situation."""
    run = _pytest(
        "tests/trust/test_exits.py", "tests/session/test_ending.py", "tests/session/test_closing.py"
    )
    return Finding(f"{_passed(run)}, token released once", run.returncode == 0)


def secrets() -> Finding:
    """PINs, tokens and passwords, wherever the program writes and others can read of it."""
    run = _pytest(
        "tests/terminal/test_secrets.py",
        "tests/test_secret.py",
        "tests/api/client/test_secrecy.py",
        "tests/cli/test_process.py::test_the_pin_leaves_the_environment_for_children_and_for_proc",
        "tests/cli/test_process.py::test_a_crash_leaves_no_core",
        *("--deselect", "tests/test_secret.py::test_json_without_secrets_stays_as_it_came"),
    )
    said = f"{len(CANARIES)} secrets looked for in {len(SINKS)} sinks, {_passed(run)}: "
    return Finding(said + ("0 found" if not run.returncode else "found"), run.returncode == 0)


def terminal_answers() -> Finding:
    """What terminals send by themselves, cut into reads."""
    figures = cut_answers(CUT_ANSWERS, random.Random(SEED))
    return Finding(str(figures), not figures.keys and not figures.texts)


def attacks() -> Finding:
    """Every kind of attack on the embedded node."""
    figures = asyncio.run(attack(SHARE))
    return Finding(str(figures), figures.hold)


def taken_over(gone: Gone, conferences: int) -> Finding:
    """A collector of a fleet that is gone, and another that goes on with its conferences."""
    within = own_network() if gone in APART else ()
    if within is None:
        told = taken_over(Gone.CUT_OFF, conferences)
        said = f"no network namespaces may be made here; {Gone.CUT_OFF.value}: {told.said}"
        return Finding(said, told.holds)
    module = "tests.trust.takeovers"
    return Beside.begin(module, gone.name, str(conferences), within=within).finding()


def bus_lost() -> Finding:
    """The server of a fleet killed, and its state deleted."""
    return Beside.begin("tests.trust.bus_losses", TAKEN_OVER).finding()


def wall_month() -> Finding:
    """Weeks of a wall, with drops, nodes that go, clocks that jump and conferences that move."""
    return Beside.begin("tests.trust.wall_month", WALL_DAYS * SHARE).finding()


def storms() -> Finding:
    """All lines of a wall lost at once."""
    return Beside.begin("tests.trust.storms", CONFERENCES * SHARE).finding()


def demo_alarms() -> Finding:
    """What a wall tells of the demo's meetings."""
    # No share of it: a worst hour needs hours.
    return Beside.begin("tests.trust.demo_alarms", HOURS).finding()


def fault_table() -> Finding:
    """How many faults there are, and how many tests hold them."""
    run = _run("-m", "tests.faults")
    return Finding(", ".join(run.stdout.strip().splitlines()[-2:]), run.returncode == 0)


@dataclass
class Beside:
    """A check that runs in a process of its own while others do."""

    process: subprocess.Popen[str]

    @classmethod
    def begin(cls, module: str, *words: str | float, within: Sequence[str] = ()) -> Beside:
        command = [*within, sys.executable, "-m", module, *map(str, words)]
        return cls(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))

    def finding(self) -> Finding:
        """What it has counted, once it has ended."""
        out, _ = self.process.communicate()
        if not out.strip():
            return Finding("broke off", False)
        return Finding(str(json.loads(out)["said"]), self.process.returncode == 0)


def _run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )


def _pytest(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    run = _run("-m", "pytest", "-n", "0", "--timeout", "600", *arguments, **environment)
    if run.returncode:
        sys.stderr.write(run.stdout)
    return run


def _passed(run: subprocess.CompletedProcess[str]) -> str:
    passed = re.search(r"(\d+) passed", run.stdout)
    return f"{passed[1]} cases" if passed else "none"


CHECKS: dict[str, Callable[[], Finding]] = {
    "Server-sent events as the standards say": server_sent_events,
    "Longest time one arrival held the loop (20 ms)": floods,
    "Streams that broke, back with the whole meeting": drops,
    "A node gone without a word": half_open,
    "Actions carried out at most once": actions,
    **{f"Tokens left behind: {way.value}": partial(left_behind, way) for way in Way},
    "Leaving, struck at every await": struck_awaits,
    "Leaving, in every situation": exits,
    "Bad inputs": bad_inputs,
    "Hostile text in a terminal": hostile_text,
    "Secrets where they do not belong": secrets,
    "What a terminal sends by itself": terminal_answers,
    "The embedded node, attacked": attacks,
    "A collector killed, of one conference (lease + 1 s)": partial(taken_over, Gone.KILLED, 1),
    "A collector killed, of a thousand (lease + 10 s, 8 CPU-s)": partial(
        taken_over, Gone.KILLED, max(10, int(1000 * SHARE))
    ),
    **{f"A collector {gone.value}": partial(taken_over, gone, TAKEN_OVER) for gone in Gone},
    "A fleet's bus, lost": bus_lost,
    "A month of a wall": wall_month,
    "All lines of a wall lost at once": storms,
    "Alarms of the demo's wall (6 in any hour)": demo_alarms,
    "Faults with a test": fault_table,
}


def main() -> int:
    """Run all checks and print their findings; returns the exit status."""
    began = time.monotonic()
    soak = Beside.begin("tests.trust.soak", EVENTS * SHARE)
    unattended = Beside.begin("tests.trust.unattended", DAYS * SHARE)
    findings = {}
    for title, check in CHECKS.items():
        sys.stderr.write(f"{title} ...")
        sys.stderr.flush()
        since = time.monotonic()
        try:
            findings[title] = check()
        except (AssertionError, TimeoutError, PexdashError) as fault:
            findings[title] = Finding(f"broke off: {fault}", False)
        sys.stderr.write(f" {time.monotonic() - since:.0f} s\n")
    findings["Weeks of a meeting"] = soak.finding()
    findings["A month unattended"] = unattended.finding()
    lines = [f"| {time.strftime('%d %b %Y')} | Counted | |", "|---|---|---|"]
    for title, finding in findings.items():
        lines.append(f"| {title} | {finding.said} | {'holds' if finding.holds else 'BROKEN'} |")
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stderr.write(f"in {(time.monotonic() - began) / 60:.1f} minutes\n")
    return 0 if all(finding.holds for finding in findings.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
