"""Programs that tests start hear every signal, whoever started the tests."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

START_A_PROGRAM = """
import signal, subprocess, sys
signal.signal({number}, signal.SIG_IGN)
from tests.signals import catch_ignored_signals
catch_ignored_signals()
signal.raise_signal({number})
ask = "import signal; print(signal.getsignal({number}) is not signal.SIG_IGN)"
subprocess.run([sys.executable, "-c", ask], check=True)
"""


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM])
def test_a_signal_the_tests_ignore_is_heard_by_what_they_start(number: signal.Signals) -> None:
    code = START_A_PROGRAM.format(number=int(number))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"


def test_no_signal_is_ignored_here() -> None:
    numbers = [signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM]
    assert signal.SIG_IGN not in [signal.getsignal(number) for number in numbers]
