"""The wall of several recordings: with a time line, and keys that move the time of all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from msgspec.structs import replace
from textual.app import ComposeResult

from pexdash.model.alarms.alarm import Alarm
from pexdash.session.estate.estate import Slot
from pexdash.session.estate.replayed import ReplayedEstate
from pexdash.session.moderation.action import Action, Place
from pexdash.ui.commands.actions import actions_at
from pexdash.ui.commands.player import Player
from pexdash.ui.commands.replay_actions import REPLAY_ACTIONS, ReplayAction
from pexdash.ui.commands.replayed_deeds import NOT_OFFERED, ReplayedDeeds
from pexdash.ui.commands.wall_actions import NEXT_UNACKED, OPEN
from pexdash.ui.commands.wall_clicks import Leave
from pexdash.ui.features import TerminalFeatures
from pexdash.ui.framework.key_place import Deed
from pexdash.ui.screens.wall import WallScreen
from pexdash.ui.wall.recorded_curves import RecordedCurves
from pexdash.ui.widgets.time_line import TimeLine

_SHOWN_AS = {
    OPEN.id: replace(OPEN, prominence=92),
    NEXT_UNACKED.id: replace(NEXT_UNACKED, label="Alarm"),
}
"""Actions of a wall as the line of keys has them beside those of the time."""


class ReplayWallScreen(WallScreen):
    """Shows several recordings together; nothing can be sent in any of them."""

    FOOT = 2

    def __init__(
        self,
        estate: ReplayedEstate,
        *,
        features: TerminalFeatures,
        keys: Mapping[str, str],
        frame_seconds: float,
        show_conference: Callable[[Slot, Alarm | None, Action | None], None],
        leave: Leave,
    ) -> None:
        super().__init__(
            estate,
            features=features,
            keys=keys,
            frame_seconds=frame_seconds,
            show_conference=show_conference,
            leave=leave,
            actions=(*REPLAY_ACTIONS, *actions_at(Place.WALL)),
            curves=RecordedCurves(estate),
        )
        playback = estate.playback
        self._deeds = ReplayedDeeds(self, self, self.board, keys)
        self._call.rings = False
        self._drawn_at = 0.0
        self._time_line = TimeLine(playback, playback.track, features.glyphs)
        self._player = Player(
            self, playback, playback.track, say=self.say, moved=self._time_line.redraw
        )

    @property
    def offered(self) -> Sequence[Action]:
        offered = [one for one in super().offered if one not in NOT_OFFERED]
        return [_SHOWN_AS.get(one.id, one) for one in offered]

    def compose(self) -> ComposeResult:
        for widget in super().compose():
            if widget is self._key_bar:
                yield self._time_line
            yield widget

    def draw_frame(self) -> None:
        board = self.board
        goes_back = board.now < self._drawn_at
        if goes_back:
            # What stands still in the list, as somebody looks at it, has not happened yet.
            board.listing.rows.clear()
            board.keyed_at = min(board.keyed_at, board.now)
        self._drawn_at = board.now
        super().draw_frame()
        if goes_back:
            board.listing.unseen = 0
        self._time_line.redraw()

    def redraw(self) -> None:
        super().redraw()
        self._time_line.redraw()

    def second_passed(self) -> None:
        # However long the time within the recordings is, somebody looks at them.
        self._since.key_pressed(self.board.now)
        super().second_passed()
        self._time_line.redraw()

    def _turn_by_itself(self) -> bool:
        """Whoever looks at recordings turns the pages."""
        return False

    def deed_of(self, key: str) -> Deed:
        action = self._place_keys.actions[key]
        if isinstance(action, ReplayAction):
            return partial(self._play, action)
        return super().deed_of(key)

    def action_act(self, action_id: str) -> None:
        """Carry out an action for what is under the cursor, or move the time."""
        action = self._actions[action_id]
        if isinstance(action, ReplayAction):
            self._play(action)
        else:
            super().action_act(action_id)

    def _play(self, action: ReplayAction) -> None:
        action.plays(self._player)
