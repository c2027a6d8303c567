"""Calls the operator of a wall: the bell, a notification, and the counts in the window's title."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from textual.app import App

from pexdash.model.alarms.alarm import Change
from pexdash.model.alarms.edge import Counts, Edge
from pexdash.ui.calling import NOTIFICATIONS, Calling
from pexdash.ui.commands.host_call import terminal_line
from pexdash.ui.framework.app_base import BaseApp

_LONGEST_TITLE, _LONGEST_NOTIFICATION = 80, 160


class WallCall:
    """Rings when the alarms say so, while `rings`; `label_of` names what an edge is about."""

    def __init__(
        self,
        app: Callable[[], App[Any]],
        calling: Calling,
        title: str,
        label_of: Callable[[Edge], str],
    ) -> None:
        self._app_of = app
        self._calling = calling
        self._title = title
        self._label_of = label_of
        self._shown = ""
        self.rings = calling.rings

    @property
    def _app(self) -> BaseApp[Any]:
        app = self._app_of()
        assert isinstance(app, BaseApp), "only our own apps have screens of ours"
        return app

    def hear(self, edges: Iterable[Edge]) -> None:
        """Ring once where one of these changes of alarms is to be heard."""
        edge = next((one for one in edges if one.change is Change.BELL), None)
        if edge is None or not self.rings:
            return
        self._app.bell()
        if sequence := NOTIFICATIONS[self._calling.notify]:
            text = f"{self._label_of(edge)}: {edge.text}"
            line = terminal_line(text, _LONGEST_NOTIFICATION)
            self._app.send_to_terminal(sequence.format(line))

    def show(self, counts: Counts, critical: int) -> None:
        """Tell in the title of the window how much needs somebody."""
        if not self._calling.titles:
            return
        told = [f"{critical} critical"] if critical else []
        told += [f"{counts.unacked} unacknowledged"] if counts.unacked else []
        lead = f"({', '.join(told)}) " if told else ""
        title = terminal_line(f"{lead}{self._title}", _LONGEST_TITLE)
        if title != self._shown:
            self._shown = title
            self._app.set_terminal_title(title)
