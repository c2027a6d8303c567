"""Calls the host who looks elsewhere, when somebody comes to wait or something is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.app import App

from pexdash.model.conference import Conference
from pexdash.text import clean
from pexdash.ui.calling import NOTIFICATIONS, Calling
from pexdash.ui.framework.app_base import BaseApp

_LONGEST_TITLE, _LONGEST_NOTIFICATION = 80, 160


class HostCall:
    """Rings the bell, writes the title of the window, and asks for notifications.

    `app` returns the app of the terminal, and `calling` says what to do.
    """

    def __init__(self, app: Callable[[], App[Any]], calling: Calling) -> None:
        self._app_of = app
        self._calling = calling
        self._title = ""

    @property
    def _app(self) -> BaseApp[Any]:
        app = self._app_of()
        assert isinstance(app, BaseApp), "only our own apps have screens of ours"
        return app

    def call(self, words: str) -> None:
        """Ring, and notify with a sentence, as far as the host wants that."""
        if self._calling.rings:
            self._app.bell()
        if sequence := NOTIFICATIONS[self._calling.notify]:
            self._app.send_to_terminal(sequence.format(terminal_line(words, _LONGEST_NOTIFICATION)))

    def show(self, conference: Conference, alarms: int = 0) -> bool:
        """Tell in the title how many wait and have a hand up, of which conference, and of alarms.

        `alarms` is how many there are besides. Returns whether the title is another one now.
        """
        if not self._calling.titles:
            return False
        _, _, waiting = conference.counts()
        hands = conference.count_hands()
        told = [f"{waiting} waiting"] if waiting else []
        told += [f"{hands} {'hand' if hands == 1 else 'hands'}"] if hands else []
        told += [f"{alarms} {'alarm' if alarms == 1 else 'alarms'}"] if alarms else []
        counts = f"({', '.join(told)}) " if told else ""
        title = terminal_line(f"{counts}{conference.alias}", _LONGEST_TITLE)
        if title == self._title:
            return False
        self._title = title
        self._app.set_terminal_title(title)
        return True


def terminal_line(text: str, most: int) -> str:
    """`text` as one line of at most so many characters, none of which a terminal would obey."""
    return "".join(char for char in clean(text, most) if char.isprintable())
