"""What a click on the conference screen does.

It moves the cursor, opens something, or asks: nothing is done to a person, to the meeting or to
our place in it by one click. A click on what has only just come there does nothing.
"""

from __future__ import annotations

from textual import events
from textual.screen import Screen

from pexdash.model.roster import Roster
from pexdash.session.moderation.action import Action
from pexdash.session.moderation.actions import LAYOUT
from pexdash.session.moderation.journal import CLICK
from pexdash.ui.commands.actions import CHAT, DETAILS, LEAVE, LOG
from pexdash.ui.commands.host_actions import HostActions
from pexdash.ui.commands.keybar import KeyBar
from pexdash.ui.framework.ordered_keys import OrderedKeys
from pexdash.ui.widgets.chat import ChatLog, ChatPane
from pexdash.ui.widgets.happened import HappenedPane
from pexdash.ui.widgets.layout import LayoutPane
from pexdash.ui.widgets.roster import RosterView
from pexdash.ui.widgets.stage import StagePane

FIRST_BUTTON = 1
TWICE = 2
"""How many clicks on a person open the details."""


class Clicks:
    """Carries out clicks on the panes of `screen` by what `host` can do."""

    def __init__(self, screen: Screen[None], host: HostActions, roster: Roster) -> None:
        self._screen = screen
        self._host = host
        self._roster = roster

    def take(self, event: events.Click) -> None:
        """Do what a click of the first button is for."""
        if event.button != FIRST_BUTTON:
            # Terminals paste by another one.
            return
        # The framework makes the click itself later.
        pressed_at = self._app.pressed_at
        match event.widget:
            case RosterView() as view:
                self._in_roster(view, event, pressed_at)
            case KeyBar() as bar:
                self._in_key_bar(bar, event, pressed_at)
            case StagePane() as stage:
                self._go_to(stage.person_at(event.x, event.y, pressed_at))
            case LayoutPane() if event.y == 0:
                self._act(LAYOUT)
            case LayoutPane() as layout:
                self._go_to(layout.person_at(event.x, event.y, pressed_at))
            case HappenedPane():
                self._act(LOG)
            case ChatLog() | ChatPane():
                self._act(CHAT)
            case _:
                pass

    def _in_roster(self, view: RosterView, event: events.Click, pressed_at: float) -> None:
        uuid = view.person_at(event.y, pressed_at)
        if not uuid:
            action = view.key_at(event.x, event.y, pressed_at)
            if action is not None:
                self._act(action)
        elif event.chain == TWICE and uuid == self._roster.cursor:
            self._act(DETAILS)
        else:
            view.put_cursor(uuid)

    def _in_key_bar(self, bar: KeyBar, event: events.Click, pressed_at: float) -> None:
        chosen = bar.id_at(event.x, event.y, pressed_at)
        if chosen and bar.is_typing:
            self._app.press(chosen)
        elif chosen:
            self._act(next(one for one in self._host.actions if one.id == chosen))

    @property
    def _app(self) -> OrderedKeys[int]:
        app = self._screen.app
        assert isinstance(app, OrderedKeys)
        return app

    def _act(self, action: Action) -> None:
        if action is LEAVE:
            self._host.deeds.leave(asks=True)
            return
        self._host.act(action, source=CLICK, asks=True)

    def _go_to(self, uuid: str) -> None:
        if uuid in self._host.feed.conference.participants:
            self._host.find(uuid)
