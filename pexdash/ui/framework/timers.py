"""Timers of the framework, made so that none is lost and none stops the program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from time import monotonic
from types import MappingProxyType
from typing import TypeVar

from textual.notifications import Notification, Notify, SeverityLevel
from textual.timer import Timer, TimerCallback

from pexdash.ui.framework.notice_place import NoticePlace
from pexdash.ui.framework.surface import Part, stands
from pexdash.ui.framework.themed_app import ThemedApp

LEAST_SECONDS = 0.1
"""How long a notice is shown at least: one with no time left would never go away."""
Result = TypeVar("Result")


def unskipped(timer: Timer) -> Timer:
    """Make `timer` call back even where it begins after its time; returns the same timer.

    Otherwise a timer for one call that begins late never calls: a processor that is busy for the
    timer's few milliseconds is enough.
    """
    if stands(Part.TIMERS):
        timer._skip = False
    return timer


@dataclass
class TimedNotice(Notification):
    """A notice whose time runs from when it was made, even if somebody sets the wall clock.

    It always has some time left: without any, the framework would set a timer below zero, which
    never returns.
    """

    # The lambda looks `monotonic` up at each call, as `_left` does, so both use one clock.
    made_at: float = field(default_factory=lambda: monotonic())

    @property
    def time_left(self) -> float:
        return max(LEAST_SECONDS, self._left())

    @property
    def has_expired(self) -> bool:
        return self._left() <= 0

    def _left(self) -> float:
        return self.made_at + self.timeout - monotonic()


class SteadyApp(ThemedApp[Result]):
    """An app whose own timers are `unskipped`, and its notices `TimedNotice`.

    A notice that says the same as one that is shown is not shown again. A screen that is a
    `NoticePlace` shows its notices itself.
    """

    _said_until: Mapping[str, float] = MappingProxyType({})

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
        place = self.screen_stack[-1] if self.screen_stack else None
        if isinstance(place, NoticePlace):
            place.show_notice(message, severity, seconds)
        elif self._is_new(message, seconds):
            self.post_message(Notify(TimedNotice(message, title, severity, seconds, markup)))

    def clear_notifications(self) -> None:
        self._said_until = {}
        for place in self.screen_stack:
            if isinstance(place, NoticePlace):
                place.clear_notices()
        super().clear_notifications()

    def _is_new(self, message: str, seconds: float) -> bool:
        """Whether no toast says `message` yet; from now on one does, for so long."""
        now = monotonic()
        said = {text: until for text, until in self._said_until.items() if until > now}
        self._said_until = {message: now + seconds, **said}
        return message not in said
