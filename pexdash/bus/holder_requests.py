"""What the holder of a conference is asked for beside the requests of the node.

Each is asked by an action of the scope CONFERENCE (`subjects.action`), with these names and these
bodies in `Asked.body`; none is the name of a request of the node.
"""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from pexdash.errors import BusFault
from pexdash.model.alarms.keys import AlarmKey

WATCH = "watch"
"""Publish what happens there for 30 s; the result is an `Opening`, packed. It has no body."""
ACKNOWLEDGE = "acknowledge"
SHELVE = "shelve"
UNSHELVE = "unshelve"
TRY_AGAIN = "try_again"
"""Join anew where it was refused or removed, by the PIN that the collector has. No body."""
LEAVE = "leave"
"""Leave the conference for this run of the collector. No body."""

HOLDER_REQUESTS = (WATCH, ACKNOWLEDGE, SHELVE, UNSHELVE, TRY_AGAIN, LEAVE)

_Body = TypeVar("_Body", bound=Struct)


class Acknowledge(Struct, frozen=True):
    """Take note of these alarms."""

    alarms: list[AlarmKey]


class Shelve(Struct, frozen=True):
    """Put an alarm aside for so many seconds, or until it clears (None), and say why.

    The key of `model.alarms.kept.whole` is for the whole conference.
    """

    alarm: AlarmKey
    why: str = ""
    seconds: float | None = None


class Unshelve(Struct, frozen=True):
    """Take an alarm, or the whole conference, off the shelf."""

    alarm: AlarmKey


def body_of(asked: Struct) -> dict[str, Any]:
    """The body as `Asked` has it."""
    body: dict[str, Any] = msgspec.to_builtins(asked)
    return body


def body_as(kind: type[_Body], body: object) -> _Body:
    """The body of a request; raises BusFault where it is none of this kind."""
    try:
        return msgspec.convert(body, kind)
    except (msgspec.ValidationError, RecursionError) as fault:
        raise BusFault(f"what was asked on the bus is no {kind.__name__}: {fault}") from fault
