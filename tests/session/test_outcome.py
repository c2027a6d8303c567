"""What ended our part decides whether a wall joins again: a wrong PIN is never sent again."""

from __future__ import annotations

import pytest

from pexdash.errors import (
    BadAnswer,
    ExtensionRequired,
    GivenUp,
    IdentityProvider,
    NameRequired,
    NodeUnavailable,
    NodeUnreachable,
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
from pexdash.session.estate.outcome import goes_on, next_wait, outcome_of

REFUSED, REMOVED, JOINING = LineState.REFUSED, LineState.REMOVED, LineState.JOINING


@pytest.mark.parametrize(
    ("fault", "state", "waits", "why"),
    [
        (PinRequired("Invalid PIN", guest_needs_pin=True, wrong=True), REFUSED, "", "Invalid PIN"),
        (SignInRequired("sign in", (IdentityProvider("u", "A"),)), REFUSED, "", "sign in"),
        (ExtensionRequired("which one?"), REFUSED, "", "which one?"),
        (NameRequired("a name"), REFUSED, "", "a name"),
        (UsageFault("pass gave no PIN"), REFUSED, "", "pass gave no PIN"),
        (NoSuchConference("no such", status=404), REFUSED, "later", "no such"),
        (Refused("no", reason="Participant limit reached"), REFUSED, "later", "Participant limit"),
        (Removed("out", reason="Disconnected by another participant"), REMOVED, "", "Disconnected"),
        (GivenUp("The node disconnected us"), REMOVED, "", "The node disconnected us"),
        (NodeUnreachable("no answer"), JOINING, "soon", "no answer"),
        (BadAnswer("garbage"), JOINING, "soon", "garbage"),
        (NodeUntrusted("who are you?"), JOINING, "later", "who are you?"),
    ],
    ids=lambda one: type(one).__name__ if isinstance(one, PexdashError) else None,
)
def test_each_end_has_its_state_and_its_wait(
    fault: PexdashError, state: LineState, waits: str, why: str
) -> None:
    outcome = outcome_of(fault)
    assert (outcome.state, outcome.waits) == (state, waits)
    assert outcome.why.startswith(why)


def test_a_node_may_say_how_long_to_wait() -> None:
    outcome = outcome_of(NodeUnavailable("busy", retry_after=42))
    assert (outcome.waits, outcome.at_least) == ("soon", 42)


def test_a_conference_that_ended_and_is_known_no_more_is_still_over() -> None:
    unknown = NoSuchConference("no such", status=404)
    assert goes_on(LineState.ENDED, unknown)
    assert not goes_on(LineState.REFUSED, unknown)
    assert not goes_on(LineState.ENDED, Refused("no"))
    assert not goes_on(None, unknown)


def test_the_wait_doubles_up_to_five_minutes() -> None:
    waits = [0.0]
    for _ in range(5):
        waits.append(next_wait(waits[-1]))
    assert waits[1:] == [60, 120, 240, 300, 300]
