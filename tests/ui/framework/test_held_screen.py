"""A second screen, which knows nothing of conferences, is held as the first is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from textwrap import dedent
from typing import Any, cast

import pytest
from textual.app import ComposeResult
from textual.geometry import Size
from textual.pilot import Pilot
from textual.screen import ModalScreen
from textual.widgets import Static

from pexdash.ui.drawing.lines import Lines
from pexdash.ui.drawing.spans import Span
from pexdash.ui.framework import held_screen
from pexdash.ui.framework.app_base import BaseApp
from pexdash.ui.framework.held_screen import HeldScreen
from tests.eventually import eventually
from tests.ui.drawn_terminal import DrawnTerminal

BREAKPOINTS = [(0, "-narrow"), (80, "-wide")]

FEW_FRAMES_SECONDS = 0.15
"""In which anything that would be drawn is drawn."""


class Count(Lines):
    """Shows a number in its first line."""

    def __init__(self) -> None:
        super().__init__(id="count")
        self.number = 0

    def spans(self, y: int, width: int) -> list[Span]:
        return [Span(f"count {self.number}".ljust(width) if y == 0 else " " * width)]


class Counter(HeldScreen[None]):
    """Counts, and shows it once a frame; `comes` and `is_there` are for the test to say."""

    HORIZONTAL_BREAKPOINTS = BREAKPOINTS

    def __init__(self, *, frame_seconds: float = 0.0) -> None:
        super().__init__(frame_seconds=frame_seconds)
        self.counted = 0
        self.comes = False
        self.is_there = True
        self.shown = Count()

    def compose(self) -> ComposeResult:
        yield self.shown

    def count(self) -> None:
        self.counted += 1
        self.ask_for_frame()

    def is_awaiting(self) -> bool:
        return self.comes

    def has_come(self) -> bool:
        return self.is_there

    def draw_frame(self) -> None:
        self.shown.number = self.counted
        self.shown.redraw_lines([0])


@asynccontextmanager
async def shown(screen: Counter) -> AsyncIterator[Pilot[None]]:
    app = BaseApp[None]()
    async with app.run_test(size=(100, 30)) as pilot:
        screen.suit(app.size)
        await app.push_screen(screen)
        yield pilot


@pytest.fixture
def screen() -> Counter:
    return Counter()


async def test_a_flood_is_drawn_once_a_frame(drawn: DrawnTerminal) -> None:
    screen = Counter(frame_seconds=0.05)
    async with shown(screen) as pilot:
        await eventually(lambda: drawn.shows("count 0"))
        before = screen.revision
        for _ in range(500):
            screen.count()
        await eventually(lambda: drawn.shows("count 500"))
        assert screen.revision - before <= 2
        await pilot.pause(FEW_FRAMES_SECONDS)
        # Nothing changed any more.
        assert screen.revision - before <= 2


async def test_it_is_laid_out_for_its_size_from_the_first(screen: Counter) -> None:
    screen.suit(Size(40, 10))
    assert screen.has_class("-narrow")
    async with shown(Counter()) as pilot:
        assert pilot.app.screen.has_class("-wide")


async def held(pilot: Pilot[None], drawn: DrawnTerminal, text: str) -> bool:
    """Whether `text` is not drawn for as long as a few frames take."""
    await eventually(lambda: pilot.app.screen.is_mounted)
    await pilot.pause(FEW_FRAMES_SECONDS)
    return not drawn.shows(text)


async def test_the_first_frame_waits_for_what_is_on_its_way(
    screen: Counter, drawn: DrawnTerminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held_screen, "AWAITED_SECONDS", 30.0)
    screen.comes, screen.is_there = True, False
    async with shown(screen) as pilot:
        assert await held(pilot, drawn, "count")
        screen.comes, screen.is_there = False, True
        screen.count()
        await eventually(lambda: drawn.shows("count 1"))


async def test_what_does_not_come_holds_nothing_up_for_long(
    screen: Counter, drawn: DrawnTerminal
) -> None:
    screen.comes, screen.is_there = True, False
    async with shown(screen):
        screen.count()
        await eventually(lambda: drawn.shows("count 1"))
        assert screen.comes


async def test_a_widget_that_was_looked_up_before_its_first_layout_is_drawn_by_it(
    screen: Counter, drawn: DrawnTerminal
) -> None:
    async with shown(screen):
        await eventually(lambda: drawn.shows("count 0"))
        late = Static("late")
        late.styles.dock = "bottom"
        screen.mount(late)
        await cast(Any, late)._mounted_event.wait()
        compositor = screen._compositor
        # As where something is drawn before the layout, and the widget is given the focus.
        compositor.update_widgets({late})
        assert late in compositor.full_map
        assert late in compositor.reflow(screen, screen.size).shown
        assert compositor.full_map[late].region in compositor._dirty_regions


async def test_behind_a_dialog_it_is_drawn_seldom_and_at_once_when_that_goes(
    screen: Counter, drawn: DrawnTerminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with shown(screen) as pilot:
        await eventually(lambda: drawn.shows("count 0"))
        dialog = ModalScreen[None]()
        await pilot.app.push_screen(dialog)
        screen.count()
        await eventually(lambda: drawn.shows("count 1"))
        monkeypatch.setattr(screen._covered_gate, "interval", 60.0)
        screen.count()
        assert await held(pilot, drawn, "count 2")
        dialog.dismiss()
        await eventually(lambda: drawn.shows("count 2"))


def test_what_a_subclass_says_and_gets_is_told_to_its_author() -> None:
    told = dedent(HeldScreen.__doc__ or "")
    for name in ("ask_for_frame", "draw_frame", "is_awaiting", "has_come"):
        assert f"`{name}`" in told
        assert getattr(HeldScreen, name).__doc__
