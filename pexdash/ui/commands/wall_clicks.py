"""What a click on the wall does: it moves the cursor, opens something, or does what a key does.

A click on what has only just come there does nothing.
"""

from __future__ import annotations

from collections.abc import Container
from typing import Protocol

from textual import events
from textual.screen import Screen

from pexdash.ui.commands.clicks import FIRST_BUTTON, TWICE
from pexdash.ui.commands.wall_actions import OPEN, WALL_LEAVE
from pexdash.ui.commands.wall_keys import WallKeys
from pexdash.ui.framework.ordered_keys import OrderedKeys
from pexdash.ui.wall.board import WallBoard
from pexdash.ui.widgets.wall_alarms import WallAlarms
from pexdash.ui.widgets.wall_grid import WallGrid


class Leave(Protocol):
    """Leaves the program, after a question where it matters, or at any rate where `asks` is set."""

    def __call__(self, *, asks: bool = False) -> None: ...


class Clicked(Protocol):
    """What clicks ask of the screen of the wall."""

    def action_act(self, action_id: str) -> None: ...

    def moved(self) -> None: ...


class WallClicks:
    """Carries out clicks on the parts of `screen`, whose actions have these `ids`."""

    def __init__(
        self,
        screen: Screen[None],
        clicked: Clicked,
        board: WallBoard,
        ids: Container[str],
        *,
        leave: Leave,
    ) -> None:
        self._screen = screen
        self._clicked = clicked
        self._board = board
        self._leave = leave
        self._ids = ids

    def take(self, event: events.Click) -> None:
        """Do what a click of the first button is for."""
        if event.button != FIRST_BUTTON:
            # Terminals paste by another one.
            return
        # The framework makes the click itself later.
        pressed_at = self._app.pressed_at
        match event.widget:
            case WallGrid() as grid:
                self._in_grid(grid, event)
            case WallAlarms() as alarms:
                self._in_alarms(alarms, event, pressed_at)
            case WallKeys() as keys:
                self._on_key(keys.id_at(event.x, event.y, pressed_at))
            case _:
                pass

    def _in_grid(self, grid: WallGrid, event: events.Click) -> None:
        key = grid.key_at(event.x, event.y)
        if key is None:
            return
        opens = event.chain == TWICE and key == self._board.cursor and not self._board.in_list
        self._board.in_list = False
        self._board.put_cursor(key)
        self._clicked.moved()
        if opens:
            self._clicked.action_act(OPEN.id)

    def _in_alarms(self, alarms: WallAlarms, event: events.Click, pressed_at: float) -> None:
        alarm = alarms.alarm_at(event.x, event.y, pressed_at)
        if alarm is None:
            return
        opens = event.chain == TWICE and alarm.key == self._board.alarm and self._board.in_list
        self._board.in_list = True
        self._board.put_on_alarm(alarm)
        self._clicked.moved()
        if opens:
            self._clicked.action_act(OPEN.id)

    def _on_key(self, chosen: str) -> None:
        if chosen == WALL_LEAVE.id:
            self._leave(asks=True)
        elif chosen in self._ids:
            self._clicked.action_act(chosen)
        elif chosen:
            self._app.press(chosen)

    @property
    def _app(self) -> OrderedKeys[int]:
        app = self._screen.app
        assert isinstance(app, OrderedKeys)
        return app
