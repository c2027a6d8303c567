"""What `pexdash doctor` finds."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class Verdict(Enum):
    """How good a finding is; a NOTE is that something does less, not that it fails."""

    OK = "ok"
    NOTE = "note"
    WRONG = "wrong"
    UNKNOWN = "not asked"


class Finding(NamedTuple):
    """One thing that was looked at: what, how it is, and what that means for the user."""

    verdict: Verdict
    what: str
    value: str
    meaning: str = ""


def ok(what: str, value: str, meaning: str = "") -> Finding:
    """A finding that is as it should be."""
    return Finding(Verdict.OK, what, value, meaning)


def note(what: str, value: str, meaning: str) -> Finding:
    """A finding with which something does less."""
    return Finding(Verdict.NOTE, what, value, meaning)


def wrong(what: str, value: str, meaning: str = "") -> Finding:
    """A finding with which pexdash does not work."""
    return Finding(Verdict.WRONG, what, value, meaning)


def unknown(what: str, why: str) -> Finding:
    """What could not be asked here, and why."""
    return Finding(Verdict.UNKNOWN, what, why)
