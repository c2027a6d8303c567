"""Timers of the framework that can neither be lost nor stop the program."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import monotonic
from typing import TypeVar

from textual.app import App
from textual.notifications import Notification, Notify, SeverityLevel
from textual.timer import Timer, TimerCallback

from pexdash.ui.framework.surface import Part, stands

LEAST_SECONDS = 0.1
"""The shortest time for which a notice is shown: none at all would never end."""
Result = TypeVar("Result")


def unskipped(timer: Timer) -> Timer:
    """The same timer, which calls back however late it already is when it begins.

    By itself one for once is over then, and never calls: all it takes is that the processor was
    away for its few milliseconds.
    """
    if stands(Part.TIMERS):
        timer._skip = False
    return timer


@dataclass
class TimedNotice(Notification):
    """A notice that is timed from when it was made, however the wall clock is set meanwhile.

    It has always some time left: one that is over by the time it stands on the screen would set
    the framework's timer below zero, which then never returns.
    """

    # By the same name as below, so that both are of one clock.
    made_at: float = field(default_factory=lambda: monotonic())

    @property
    def time_left(self) -> float:
        return max(LEAST_SECONDS, self._left())

    @property
    def has_expired(self) -> bool:
        return self._left() <= 0

    def _left(self) -> float:
        return self.made_at + self.timeout - monotonic()


class SteadyApp(App[Result]):
    """An app whose own timers are `unskipped`, and its notices `TimedNotice`."""

    def set_timer(
        self,
        delay: float,
        callback: TimerCallback | None = None,
        *,
        name: str | None = None,
        pause: bool = False,
    ) -> Timer:
        return unskipped(super().set_timer(delay, callback, name=name, pause=pause))

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        seconds = self.NOTIFICATION_TIMEOUT if timeout is None else timeout
        self.post_message(Notify(TimedNotice(message, title, severity, seconds, markup)))
