"""What a program starts as that a test starts: with no signal ignored."""

from __future__ import annotations

import signal

_OFTEN_IGNORED = (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM)


def catch_ignored_signals() -> None:
    """Catch and drop the signals that this process ignores, as under `nohup make test &`.

    A program inherits an ignored signal, and never hears it; one that is caught it gets anew.
    """
    for number in _OFTEN_IGNORED:
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, _drop)


def _drop(number: int, frame: object) -> None:
    """Do what an ignored signal does."""
