"""A wall under Textual's pilot, on an estate whose events a test writes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from textual.pilot import Pilot

from pexdash.session.moderation.action import Place
from pexdash.ui.calling import Calling
from pexdash.ui.commands.bindings import keys_with
from pexdash.ui.drawing.glyphs import UNICODE, Glyphs
from pexdash.ui.features import TerminalFeatures
from pexdash.ui.screens.wall import WallScreen
from pexdash.ui.wall_app import WallApp
from tests.eventually import eventually
from tests.manual_clock import ManualClock
from tests.ui.dashboard import lines_of
from tests.ui.wall.scripted import ScriptedEstate


@dataclass
class Shown:
    """A wall on the screen, its estate and its clock."""

    app: WallApp
    pilot: Pilot[int]
    estate: ScriptedEstate
    clock: ManualClock

    @property
    def wall(self) -> WallScreen:
        assert self.app.wall is not None
        return self.app.wall

    def lines(self) -> list[str]:
        """The whole screen as text."""
        return lines_of(self.app)

    def text(self) -> str:
        return "\n".join(self.lines())

    def told(self) -> str:
        """The notices that are on the screen, each in a line."""
        return "\n".join(self.wall._key_bar.notices.texts)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def later(self, seconds: float) -> None:
        """Let time pass, and the screen be drawn as after a second."""
        await self.clock.advance(seconds)
        self.estate.advance()
        self.wall.second_passed()
        await self.pilot.pause()

    async def shows(self, *texts: str) -> None:
        """Wait until the screen holds all `texts`."""
        try:
            await eventually(lambda: all(text in self.text() for text in texts))
        except AssertionError:
            raise AssertionError(f"never showed {texts}:\n{self.text()}") from None


@asynccontextmanager
async def wall_of(
    estate: ScriptedEstate,
    clock: ManualClock,
    *,
    size: tuple[int, int] = (120, 40),
    glyphs: Glyphs = UNICODE,
    colours: bool = True,
    keys: Mapping[str, str] | None = None,
    theme: str = "",
) -> AsyncIterator[Shown]:
    """The wall of an estate, drawn once."""
    app = WallApp(
        estate,
        keys={
            Place.WALL: keys or keys_with({}, Place.WALL),
            Place.CONFERENCE: keys_with({}),
        },
        features=TerminalFeatures(glyphs, colours, calling=Calling(rings=True)),
        frame_seconds=0.0,
        theme=theme,
    )
    async with app.run_test(size=size, notifications=True) as pilot:
        shown = Shown(app, pilot, estate, clock)
        await eventually(lambda: app.wall is not None and app.wall.shows_what_came)
        await pilot.pause()
        yield shown
