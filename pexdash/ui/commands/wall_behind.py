"""What the screen of a conference knows of the wall from which it was opened."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from pexdash.session.feed.notices import Notice
from pexdash.session.moderation.action import Action


class WallBehind(Struct, frozen=True):
    """The wall behind a conference's screen.

    `subject` is the uuid of whom the alarm is about, for the cursor, "" for nobody. `told` returns
    the alarm's words as they are now, "" where there is none any more. `go_back` shows the wall
    again, `leave` leaves the program, and `leave_conference` this conference alone. `opens` is an
    action whose form opens once the people are shown, and `address` what its alarm is about.
    `acknowledge` takes note of the wall's alarms of the conference and returns what to tell of
    that; `needs_note` says whether there is any to take note of.
    """

    subject: str
    told: Callable[[], str]
    go_back: Callable[[], None]
    leave: Callable[[], None]
    leave_conference: Callable[[], None]
    acknowledge: Callable[[], Notice]
    needs_note: Callable[[], bool]
    opens: Action | None = None
    address: str = ""
