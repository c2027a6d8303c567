"""Calls the host who looks elsewhere, when somebody comes to wait."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any

from textual.app import App

from pexdash.clock import Clock
from pexdash.model.conference import Conference
from pexdash.session.feed.notices import Notice
from pexdash.text import clean
from pexdash.ui.calling import NOTIFICATIONS, Calling
from pexdash.ui.framework.app_base import BaseApp

CALL_SECONDS = 10.0
"""The bell rings, and a notification comes, at most once in this time."""
_LONGEST_TITLE, _LONGEST_NOTIFICATION = 80, 160


class HostCall:
    """Rings the bell, writes the title of the window, and asks for notifications.

    `app` returns the app of the terminal, `calling` says what to do, and `clock` when it was.
    """

    def __init__(self, app: Callable[[], App[Any]], calling: Calling, clock: Clock) -> None:
        self._app_of = app
        self._calling = calling
        self._clock = clock
        self._called_at = -inf
        self._title = ""

    @property
    def _app(self) -> BaseApp[Any]:
        app = self._app_of()
        assert isinstance(app, BaseApp), "only our own apps have screens of ours"
        return app

    def hear(self, notice: Notice) -> None:
        """Call the host where a notice says that somebody has come to wait."""
        now = self._clock.monotonic()
        if not notice.calls or now - self._called_at < CALL_SECONDS:
            return
        self._called_at = now
        if self._calling.rings:
            self._app.bell()
        if sequence := NOTIFICATIONS[self._calling.notify]:
            self._app.send_to_terminal(
                sequence.format(terminal_line(notice.text, _LONGEST_NOTIFICATION))
            )

    def show(self, conference: Conference) -> None:
        """Tell in the title how many wait and have a hand up, and of which conference."""
        if not self._calling.titles:
            return
        _, _, waiting = conference.counts()
        hands = len(conference.hands())
        told = [f"{waiting} waiting"] if waiting else []
        told += [f"{hands} {'hand' if hands == 1 else 'hands'}"] if hands else []
        counts = f"({', '.join(told)}) " if told else ""
        title = terminal_line(f"{counts}{conference.alias}", _LONGEST_TITLE)
        if title != self._title:
            self._title = title
            self._app.set_terminal_title(title)


def terminal_line(text: str, most: int) -> str:
    """`text` as one line of at most so many characters, none of which a terminal would obey."""
    return "".join(char for char in clean(text, most) if char.isprintable())
