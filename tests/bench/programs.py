"""The command lines of what is measured on a terminal."""

from __future__ import annotations

import sys

from tests.bench import stream
from tests.bench.processes import PROGRAM, python


def joined(url: str) -> tuple[str, ...]:
    """The dashboard on the feeder's meeting, as a user starts it."""
    return (PROGRAM, "join", stream.ALIAS, "--node", url, "--name", "Alice")


def played(
    url: str, participants: int, beats: str = "", *, lively: bool = False
) -> tuple[str, ...]:
    """The dashboard on the feeder's meeting, with the scenario played into its session."""
    given = ["--play", str(participants), *(["--beats", beats] if beats else [])]
    given += ["--lively"] if lively else []
    return python("ours.dashboard", *given, *joined(url)[1:])


def app(module: str, *options: str, beats: str = "") -> tuple[str, ...]:
    """One of the limits or naive builds."""
    return python(module, *options, *(["--beats", beats] if beats else []))


def empty_app(*options: str) -> tuple[str, ...]:
    """The empty Textual app, without a package above it."""
    return (sys.executable, "tests/bench/naive/empty_app.py", *options)
