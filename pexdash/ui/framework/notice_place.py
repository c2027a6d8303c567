"""Screens that show notices themselves, where a toast would cover what they show."""

from __future__ import annotations

from time import monotonic
from typing import Any, TypeVar

from textual.app import App
from textual.content import Content
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget

Result = TypeVar("Result")
_READ_SECONDS = 2.0
"""A notice that was shown for a shorter time is shown again by the screen below."""


class NoticePlace(Screen[Result]):
    """A screen that shows notices itself."""

    def show_notice(self, text: str, severity: SeverityLevel, seconds: float) -> None:
        """Show a notice for so many seconds."""
        raise NotImplementedError

    def clear_notices(self) -> None:
        """Show no notice any more."""


class FramedNotices(NoticePlace[Result]):
    """A screen that shows the latest notice for some seconds in the lower line of its frame.

    The frame is the widget of the class "dialog" or of the palette.
    """

    FRAME = ".dialog"
    _notice: tuple[str, SeverityLevel, float] | None = None
    _forgetting: Timer | None = None

    def show_notice(self, text: str, severity: SeverityLevel, seconds: float) -> None:
        """Show a notice in place of the one before, for so many seconds."""
        self._notice = text, severity, monotonic()
        self._write_notice(" ".join(text.split()))
        if self._forgetting is not None:
            self._forgetting.stop()
        self._forgetting = self.set_timer(seconds, lambda: self._write_notice(""))

    def hand_notice_on(self, app: App[Any]) -> None:
        """Have `app` show the notice for which there was no time to read it here."""
        if self._notice is not None:
            text, severity, shown_at = self._notice
            if monotonic() - shown_at < _READ_SECONDS:
                app.notify(text, severity=severity, markup=False)

    def _write_notice(self, text: str) -> None:
        for frame in self.query(self.FRAME).results(Widget):
            frame.border_subtitle = Content(text)
