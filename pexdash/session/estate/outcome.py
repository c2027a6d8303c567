"""How our part in a conference of a wall ended, and whether and when it is joined again."""

from __future__ import annotations

from msgspec import Struct

from pexdash.errors import (
    Barred,
    ExtensionRequired,
    GivenUp,
    NameRequired,
    NodeFault,
    NodeUnavailable,
    NodeUntrusted,
    NoSuchConference,
    PexdashError,
    PinRequired,
    Refused,
    Removed,
    SignInRequired,
    UsageFault,
)
from pexdash.model.line import LineState

SHORTEST_WAIT = 60.0
"""After how many seconds a conference that ended, or has no room for us, is joined again."""
LONGEST_WAIT = 300.0
"""What that wait doubles to, in seconds."""
_FINAL = (Barred, PinRequired, SignInRequired, NameRequired, ExtensionRequired)
"""What no waiting changes: a wrong PIN that is sent again and again locks others out."""


class Outcome(Struct, frozen=True):
    """The state of the line from now on, and why.

    `waits` says how it goes on: "" waits for a key, "soon" tries again with the waits of a line
    that was lost, "later" after a minute or more. `at_least` is the node's own wait in seconds.
    """

    state: LineState
    why: str = ""
    waits: str = ""
    at_least: float = 0.0


def outcome_of(fault: PexdashError) -> Outcome:
    """What the error that ended our part means; without one, the conference has ended."""
    words = str(fault)
    match fault:
        case Removed():
            return Outcome(LineState.REMOVED, fault.reason or words)
        case GivenUp():
            return Outcome(LineState.REMOVED, words)
        case NodeUntrusted():
            return Outcome(LineState.JOINING, words, "later")
        case NodeUnavailable():
            return Outcome(LineState.JOINING, words, "soon", fault.retry_after)
        case NodeFault():
            return Outcome(LineState.JOINING, words, "soon")
        case Refused():
            waits = "" if isinstance(fault, _FINAL) else "later"
            return Outcome(LineState.REFUSED, fault.reason or words, waits)
        case UsageFault():
            return Outcome(LineState.REFUSED, words)
        case _:
            return Outcome(LineState.REFUSED, words, "later")


def goes_on(before: LineState | None, fault: PexdashError | None) -> bool:
    """Whether a conference that had ended is still over: its alias is known no more."""
    return before is LineState.ENDED and isinstance(fault, NoSuchConference)


def next_wait(before: float) -> float:
    """The wait after a wait of so many seconds, or the first one after 0."""
    return min(LONGEST_WAIT, max(SHORTEST_WAIT, before * 2))
