"""What an embedded node is told about one of its conferences."""

from __future__ import annotations

from dataclasses import dataclass

from pexdash.node.layouts import LAYOUTS
from pexdash.node.pins import is_pin

NO_PIN = "none"
"""What a Guest sends for a PIN where Guests need none."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How a lively meeting goes on.

    Voices change every `voices_every` seconds. Where it `lets_in`, a Host admits who waits after a
    while; where people are `patient`, a few wait and none of them gives up. Without `regulars` the
    people are others in each meeting, and no recorder is among them unless it `is_recorded`. So
    many are `unencrypted`. Where the Host is late, they come after `host_after` seconds: nobody is
    in until then, and the meeting goes on as others do from then on.
    """

    voices_every: float = 0.25
    lets_in: bool = False
    patient: bool = False
    regulars: bool = True
    is_recorded: bool = False
    unencrypted: int = 0
    host_after: float | None = None


USUAL = Habits()


@dataclass(frozen=True, slots=True)
class ConferenceSettings:
    """One conference of an embedded node; the same `seed` gives the same meeting.

    Without `host_pin` everybody is a Host; with it and without `guest_pin` Guests join without a
    PIN. `participants` people are in at the start; `lively` people join, talk, present, chat,
    wait and leave by themselves, `speed` times faster than life. In a conference that has not
    `started`, Guests wait until a Host joins with media or sends start_conference.

    `classification_levels` are the names of levels 0, 1 and so on, the first of which is in force
    at the start; `pinning_configs` are names too. With `live_captions` clients may ask for what is
    being said, which only a lively meeting has.
    A `lecture` (a Virtual Auditorium) has layouts for Hosts and for Guests; `layouts` are those the
    conference offers.

    With `reception` ("standard" or "mssip") the alias is a Virtual Reception and leads to the
    node's other conferences; `old_shapes` lets it ask as in version 15 of the guide. Where there
    are `idps`, by name, whoever joins has to sign in at one of these identity providers. `rooms`
    are the names of the breakout rooms that are open at the start. `habits` are those of a lively
    meeting.
    """

    alias: str
    host_pin: str | None = None
    guest_pin: str | None = None
    participants: int = 0
    seed: int = 7
    lively: bool = False
    speed: float = 1.0
    started: bool = True
    classification_levels: tuple[str, ...] = ()
    pinning_configs: tuple[str, ...] = ()
    live_captions: bool = False
    guests_can_unmute: bool = False
    guests_can_present: bool = True
    reception: str | None = None
    old_shapes: bool = False
    idps: tuple[str, ...] = ()
    lecture: bool = False
    layouts: tuple[str, ...] = LAYOUTS
    rooms: tuple[str, ...] = ()
    habits: Habits = USUAL

    @property
    def service_type(self) -> str:
        """What the conference is to those who are in it."""
        return "lecture" if self.lecture else "conference"

    def admits(self, role: str, pin: str) -> bool:
        """Whether `pin` is the one for "chair" or "guest", or that role needs none."""
        wanted = self.host_pin if role == "chair" or self.host_pin is None else self.guest_pin
        return wanted is None or is_pin(pin, wanted)

    def role_of(self, pin: str) -> str | None:
        """The role that `pin` opens, "chair" or "guest"; None for a wrong one."""
        if self.host_pin is None:
            return "chair"
        is_host = is_pin(pin, self.host_pin)
        is_guest = is_pin(pin, NO_PIN if self.guest_pin is None else self.guest_pin)
        return "chair" if is_host else "guest" if is_guest else None
