"""The app of several recordings: the wall of them, and any of them opened over it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec.structs import replace
from textual import work

from pexdash.errors import PexdashError
from pexdash.session.estate.estate import Slot
from pexdash.session.estate.replayed import ReplayedEstate
from pexdash.session.estate.replayed_place import ReplayedPlace
from pexdash.session.moderation.action import Place
from pexdash.ui.calling import Calling
from pexdash.ui.commands.bindings import keys_over
from pexdash.ui.commands.wall_behind import WallBehind
from pexdash.ui.features import DEFAULT_FEATURES, TerminalFeatures
from pexdash.ui.wall_app import WallApp

if TYPE_CHECKING:
    from pexdash.ui.screens.conference import ConferenceScreen
    from pexdash.ui.screens.wall import WallScreen


class ReplayWallApp(WallApp):
    """Plays several recordings, from `begin` seconds on, until the host leaves."""

    def __init__(
        self,
        estate: ReplayedEstate,
        *,
        keys: Mapping[Place, Mapping[str, str]],
        features: TerminalFeatures = DEFAULT_FEATURES,
        frame_seconds: float = 1 / 30,
        theme: str = "",
        begin: float = 0.0,
    ) -> None:
        over = {
            place: keys_over(keys[place], keys[Place.REPLAY])
            for place in (Place.WALL, Place.CONFERENCE)
        }
        super().__init__(
            estate, keys=over, features=features, frame_seconds=frame_seconds, theme=theme
        )
        self._replayed = estate
        self._begin = begin

    def _wall_screen(self) -> WallScreen:
        from pexdash.ui.screens.replay_wall import ReplayWallScreen

        screen = ReplayWallScreen(
            self._replayed,
            features=self._features,
            keys=self._keys[Place.WALL],
            frame_seconds=self._wall_frame_seconds,
            show_conference=self.show_conference,
            leave=self.ask_to_leave,
        )
        self._replayed.playback.keyframes.grown = screen.ask_for_frame
        return screen

    def _conference_screen(self, slot: Slot, behind: WallBehind) -> ConferenceScreen:
        from pexdash.ui.screens.replay import ReplayScreen

        assert isinstance(slot, ReplayedPlace)
        return ReplayScreen(
            self._replayed.playback,
            slot.number,
            features=replace(self._features, calling=Calling()),
            keys=self._keys[Place.CONFERENCE],
            frame_seconds=self._frame_seconds,
            recent=self._recent,
            order=self._order,
            player="",
            behind=behind,
        )

    @work(name="estate", exit_on_error=True)
    async def _follow(self) -> None:
        if self._begin:
            self._replayed.playback.source.go_to(self._begin)
        try:
            await self.estate.run()
        except PexdashError as fault:
            self.leave(fault.exit_status, str(fault))
