"""What the rules of a conference know that its state does not tell, for who follows it next.

Times are seconds of the handed clock; `later` moves all of them, as to another program's clock.
"""

from __future__ import annotations

from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from pexdash.model.alarms.chatter import Chatter

MOST_CARRIED = 100
"""Of each kind what is newest."""

_Value = TypeVar("_Value")


class AlarmClock(Struct, frozen=True, array_like=True):
    """Whether the condition of an alarm holds and since when that is so, raised or not.

    `caused_at` is when the cause began of one that is raised, and `frozen_at` since when nothing is
    seen of it, None where it is.
    """

    rule: str
    subject: str
    holds: bool
    turned: float
    caused_at: float = 0.0
    frozen_at: float | None = None
    chatter: Chatter = Chatter()

    def later(self, by: float) -> AlarmClock:
        return replace(
            self,
            turned=self.turned + by,
            caused_at=self.caused_at + by,
            frozen_at=_later(self.frozen_at, by),
            chatter=self.chatter.later(by),
        )


class Loss(Struct, frozen=True, array_like=True):
    """Some of the people left, within some seconds, the last of them at a time."""

    at: float
    left: int
    people: int
    seconds: float

    def later(self, by: float) -> Loss:
        return replace(self, at=self.at + by)


class Failure(Struct, frozen=True, array_like=True):
    """A call did not come through at a time, after it rang for some seconds."""

    at: float
    rang: float
    name: str
    address: str
    is_own: bool

    def later(self, by: float) -> Failure:
        return replace(self, at=self.at + by)


class Remembered(Struct, frozen=True, array_like=True):
    """What has happened in a conference, as far as its list of people does not make it void.

    The fields are those of `Memory`.
    """

    had_host: bool = False
    host_left_at: float | None = None
    last_host: str = ""
    was_recorded: bool = False
    recording_gone_at: float | None = None
    emptied_at: float | None = None
    loss: Loss | None = None
    gave_up: tuple[float, ...] = ()
    flaps: dict[str, tuple[float, int, str]] = {}
    failed_calls: dict[str, Failure] = {}
    new_roles: dict[str, tuple[float, str]] = {}
    outsiders: dict[str, tuple[float, str]] = {}
    own_calls: tuple[str, ...] = ()
    own_roles: tuple[str, ...] = ()

    def later(self, by: float) -> Remembered:
        return replace(
            self,
            host_left_at=_later(self.host_left_at, by),
            recording_gone_at=_later(self.recording_gone_at, by),
            emptied_at=_later(self.emptied_at, by),
            loss=None if self.loss is None else self.loss.later(by),
            gave_up=tuple(at + by for at in self.gave_up),
            flaps={who: (at + by, *rest) for who, (at, *rest) in self.flaps.items()},
            failed_calls={who: one.later(by) for who, one in self.failed_calls.items()},
            new_roles={who: (at + by, name) for who, (at, name) in self.new_roles.items()},
            outsiders={who: (at + by, where) for who, (at, where) in self.outsiders.items()},
        )


class Carried(Struct, frozen=True, array_like=True):
    """All of it. `lost_since` is since when the line was lost, None where it was not.

    `guest_since` and `was_host` are those of `Watched`; `began`, `peak` and `peak_at` are of the
    meeting's people.
    """

    remembered: Remembered = Remembered()
    clocks: tuple[AlarmClock, ...] = ()
    lost_since: float | None = None
    guest_since: float | None = None
    was_host: bool = False
    began: float | None = None
    peak: int = 0
    peak_at: float | None = None

    def later(self, by: float) -> Carried:
        return replace(
            self,
            remembered=self.remembered.later(by),
            clocks=tuple(one.later(by) for one in self.clocks),
            lost_since=_later(self.lost_since, by),
            guest_since=_later(self.guest_since, by),
            began=_later(self.began, by),
            peak_at=_later(self.peak_at, by),
        )


def newest(kept: dict[str, _Value]) -> dict[str, _Value]:
    """The last of what is kept in the order in which it came."""
    return dict([*kept.items()][-MOST_CARRIED:])


def _later(at: float | None, by: float) -> float | None:
    return None if at is None else at + by
