"""Notices on the screen, each for its seconds."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import monotonic
from typing import TypeVar

from textual.app import App
from textual.notifications import Notification, Notify, SeverityLevel

LEAST_SECONDS = 0.1
Result = TypeVar("Result")


@dataclass
class TimedNotice(Notification):
    """A notice that is timed from when it was made, however the wall clock is set meanwhile.

    It has always some time left: one that is over by the time it stands on the screen would set
    the framework's timer below zero, which then never returns.
    """

    made_at: float = field(default_factory=lambda: monotonic())

    @property
    def time_left(self) -> float:
        return max(LEAST_SECONDS, self._left())

    @property
    def has_expired(self) -> bool:
        return self._left() <= 0

    def _left(self) -> float:
        return self.made_at + self.timeout - monotonic()


class NoticesApp(App[Result]):
    """Shows its notices as `TimedNotice`."""

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
