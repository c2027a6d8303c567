"""The panes at every size: each where there is room for it, and no cell without one."""

from __future__ import annotations

from itertools import combinations

import msgspec
import pytest
from textual.geometry import Region
from textual.widget import Widget

from pexdash.model.events import ParticipantUpdated
from pexdash.session.feed.told import Heard
from pexdash.ui.drawing.frame import FRAMED_HEIGHT, FRAMED_WIDTH
from pexdash.ui.drawing.pane import Pane
from pexdash.ui.widgets.stage import StagePane
from tests.eventually import eventually
from tests.ui.dashboard import Dashboard, dashboard

PANES = ("status", "people", "stage", "layout", "details", "happened", "chat", "keys")
WIDTHS, HEIGHTS = (60, 99, 100, 169, 170, 250), (16, 20, 29, 30, 38, 80)


def region_of(pane: Widget) -> Region:
    """The cells of a pane; one that draws nothing itself has those of what it holds."""
    held = [one.region for one in pane.children if one.region.area]
    return pane.region if pane.region.area or not held else Region.from_union(held)


def shown_panes(shown: Dashboard) -> dict[str, Region]:
    regions = {name: region_of(shown.screen.query_one(f"#{name}")) for name in PANES}
    return {name: region for name, region in regions.items() if region.area}


async def resized(shown: Dashboard, width: int, height: int) -> dict[str, Region]:
    await shown.pilot.resize_terminal(width, height)
    framed = width >= FRAMED_WIDTH and height >= FRAMED_HEIGHT
    stage = shown.screen.query_one(StagePane)
    await eventually(lambda: shown.app.size == (width, height) and stage.framed is framed)
    await shown.pilot.pause()
    return shown_panes(shown)


async def test_every_cell_belongs_to_one_pane_and_more_room_takes_no_pane_away() -> None:
    async with dashboard("Ann", "Bob") as shown:
        for height in HEIGHTS:
            before: set[str] = set()
            for width in WIDTHS:
                panes = await resized(shown, width, height)
                # A blank column stands beside the roster where panes have no frames.
                beside = 0 if height >= FRAMED_HEIGHT or width < FRAMED_WIDTH else height - 2
                area = sum(one.area for one in panes.values())
                assert area + beside == width * height, (width, height, {*panes})
                for one, other in combinations(panes.values(), 2):
                    assert not one.overlaps(other), (width, height, one, other)
                assert before <= {*panes}, (width, height)
                before = {*panes}


@pytest.mark.parametrize("height", [24, 30, 50])
async def test_the_roster_has_most_of_a_narrow_screen(height: int) -> None:
    async with dashboard("Ann", size=(80, height)) as shown:
        roster = shown_panes(shown)["people"].height
        assert roster >= 16
        assert roster >= height * 0.6


async def test_a_vast_screen_has_every_pane_in_a_frame() -> None:
    async with dashboard("Ann", "Bob", size=(200, 60)) as shown:
        titles = ("STAGE", "LAYOUT", "DETAILS", "WHAT HAPPENED", "CHAT")
        await shown.shows(*(f"┌ {title} " for title in titles))
        assert {*shown_panes(shown)} == {*PANES}
        await shown.put_cursor_on("Bob")
        await shown.shows("DETAILS  Bob", "sip:Bob@example.com")


async def test_a_pane_without_room_draws_nothing_amiss() -> None:
    """For a moment after many resizes the framework draws panes of a size that is no more."""
    async with dashboard("Ann", "Bob") as shown:
        panes = list(shown.screen.query(Pane))
        assert {type(one).__name__ for one in panes} >= {"StagePane", "LayoutPane", "HappenedPane"}
        for size in ((100, 30), (200, 60)):
            await resized(shown, *size)
            for pane in panes:
                for height in range(4):
                    for width in range(4):
                        drawn = pane.lines(width, height)
                        assert len(drawn) <= height, (pane, width, height)


async def test_the_key_bar_knows_who_types() -> None:
    async with dashboard("Ann", size=(80, 24)) as shown:
        await shown.press("c")
        await eventually(lambda: shown.lines()[-1].split() == ["enter", "Send", "esc", "Back"])
        await shown.press("escape")
        await eventually(lambda: "q Leave" in shown.lines()[-1])
        await shown.press("slash")
        await eventually(lambda: shown.lines()[-1].split()[:2] == ["enter", "Keep"])


async def test_a_lost_line_is_said_on_the_stage_and_nobody_is_shown_to_speak() -> None:
    async with dashboard("Ann", size=(120, 40)) as shown:
        shown.meeting.speak({shown.uuid_of("Ann"): 80})
        await shown.shows("1 speaking", "● Ann")
        shown.node.faults.cut_streams()
        await eventually(lambda: not shown.feed.link.is_live)
        await shown.shows("STAGE  unknown since")
        stage = shown.screen.query_one("#stage").region
        rows = [line[stage.x : stage.right] for line in shown.lines()[stage.y : stage.bottom]]
        assert not any("●" in row or "█" in row for row in rows)


async def test_the_details_follow_the_cursor_and_a_hand_raised_at_a_whole_second() -> None:
    async with dashboard("Ann", "Bob", size=(200, 60)) as shown:
        bob = await shown.put_cursor_on("Bob")
        known = shown.feed.conference.participants[bob]
        told = msgspec.structs.replace(known, buzz_time=int(shown.clock.wall()))
        shown.feed.tell(Heard([ParticipantUpdated(told)]))
        await shown.shows("DETAILS  Bob", "Hand raised     0:00, since")
