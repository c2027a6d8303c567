"""The app of a recording."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from textual import work
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from pexdash.errors import PexdashError
from pexdash.model.sorting import Order
from pexdash.session.feed.playback import Playback
from pexdash.text import clean
from pexdash.ui.commands.recent import RecentDestinations
from pexdash.ui.features import DEFAULT_FEATURES, TerminalFeatures
from pexdash.ui.leaving_app import LeavingApp

if TYPE_CHECKING:
    from pexdash.ui.screens.replay import ReplayScreen

FIRST_PICTURE_SECONDS = 1.0
"""How long reading ahead waits at most for the people of the beginning to be drawn."""


class ReplayApp(LeavingApp):
    """Plays a recording, from `begin` seconds on, until the host leaves."""

    def __init__(
        self,
        playback: Playback,
        *,
        keys: Mapping[str, str],
        features: TerminalFeatures = DEFAULT_FEATURES,
        frame_seconds: float = 1 / 30,
        theme: str = "",
        begin: float = 0.0,
    ) -> None:
        super().__init__(features, theme=theme)
        self._playback = playback
        self._keys = keys
        self._features = features
        self._frame_seconds = frame_seconds
        self._begin = begin

    def compose(self) -> ComposeResult:
        alias = clean(self._playback.feeds[0].conference.alias)
        yield Static(Content(f"Opening the recording of {alias} …"), id="joining")

    async def on_ready(self) -> None:
        """Play, read ahead, and show both from now on."""
        from pexdash.ui.screens.replay import ReplayScreen

        screen = ReplayScreen(
            self._playback,
            keys=self._keys,
            features=self._features,
            frame_seconds=self._frame_seconds,
            recent=RecentDestinations(),
            order=Order(),
            player="",
        )
        if self._begin:
            self._playback.source.go_to(self._begin)
        self._play()
        screen.suit(self.size)
        for path in screen.css_path:
            # Read beforehand, because the framework would parse a screen's style sheet twice.
            self.stylesheet.read(path)
        self._playback.keyframes.grown = screen.ask_for_frame
        await self.push_screen(screen)
        self._read_ahead(screen)

    @work(name="replay", exit_on_error=True)
    async def _play(self) -> None:
        try:
            await self._playback.source.run()
        except PexdashError as fault:
            self.leave(fault.exit_status, str(fault))

    @work(name="keyframes", exit_on_error=True)
    async def _read_ahead(self, screen: ReplayScreen) -> None:
        # The first picture does not wait for the rest, and there may never be one.
        with suppress(TimeoutError):
            await asyncio.wait_for(screen.has_drawn.wait(), FIRST_PICTURE_SECONDS)
        try:
            await self._playback.keyframes.run()
        except PexdashError as fault:
            self.leave(fault.exit_status, str(fault))
