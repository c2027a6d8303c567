"""The screen of a recording: that of a conference, with a time line and keys that move the time."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from textual.app import ComposeResult

from pexdash.session.feed.playback import Playback
from pexdash.session.moderation.action import Place
from pexdash.ui.commands.actions import LEAVE, actions_at
from pexdash.ui.commands.player import Player
from pexdash.ui.commands.replay_actions import BACK, FORWARD, REPLAY_ACTIONS
from pexdash.ui.features import TerminalFeatures
from pexdash.ui.framework.own_keys import bind_too
from pexdash.ui.screens.conference import ConferenceScreen
from pexdash.ui.widgets.time_line import TimeLine

_ARROWS = {"left": BACK, "right": FORWARD}
"""The keys that move the time beside those of the table."""


class ReplayScreen(ConferenceScreen):
    """Shows a recording; nothing can be sent, and the time goes where the host wants it.

    Of a playback of several conferences it shows the one of that `number`.
    """

    def __init__(
        self,
        playback: Playback,
        number: int = 0,
        *,
        keys: Mapping[str, str],
        features: TerminalFeatures,
        **settings: Any,
    ) -> None:
        actions = (*REPLAY_ACTIONS, *actions_at(Place.CONFERENCE))
        super().__init__(
            playback.feeds[number], None, keys=keys, features=features, actions=actions, **settings
        )
        track = playback.keyframes.tracks[number]
        self._time_line = TimeLine(playback, track, features.glyphs)
        self.host.deeds.plays = Player(
            self, playback, track, say=self.host.say, moved=self._time_line.redraw
        )
        for key, action in _ARROWS.items():
            bind_too(self, key, f"act('{action.id}')")
        self.has_drawn = asyncio.Event()

    def compose(self) -> ComposeResult:
        for widget in super().compose():
            if widget is self._key_bar:
                yield self._time_line
            yield widget

    def hears(self, typed_at: float, key: str = "") -> bool:
        """Whether the recording was on the screen; before anybody is in it, its time moves too."""
        action = self._place_keys.actions.get(key)
        moves = action is not None and action.place is Place.REPLAY
        return moves or action is LEAVE or super().hears(typed_at, key)

    def draw_frame(self) -> None:
        super().draw_frame()
        self._time_line.redraw()
        if self.shows_what_came:
            self.has_drawn.set()

    def _each_second(self) -> None:
        super()._each_second()
        self._time_line.redraw()
