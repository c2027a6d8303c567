"""What a frame costs, counted in lines and paints: time would differ by machine."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Collection, Iterable
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest
from textual.screen import Screen
from textual.scrollbar import ScrollBar

from pexdash.model.changes import Changes
from pexdash.model.events import ParticipantCreated, ParticipantUpdated, SyncBegun, SyncEnded
from pexdash.model.sorting import Order
from pexdash.session.feed.told import Heard
from pexdash.session.feed.watch import Watch
from pexdash.ui.commands.bindings import keys_with
from pexdash.ui.commands.recent import RecentDestinations
from pexdash.ui.drawing.lines import Lines
from pexdash.ui.drawing.spans import Span
from pexdash.ui.features import DEFAULT_FEATURES
from pexdash.ui.framework import held_screen
from pexdash.ui.framework.changed_cells import ChangedCellsApp
from pexdash.ui.screens import conference
from pexdash.ui.widgets.roster import RosterView
from pexdash.ui.widgets.stage import StagePane
from tests.eventually import eventually
from tests.ui.dashboard import Dashboard, dashboard
from tests.ui.drawn_terminal import DrawnTerminal

LONG_SECONDS = 60.0
"""For so long a screen waits for a list here, however busy the machine is that sends it."""
PEOPLE = [f"Guest {number:03d}" for number in range(200)]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch, drawn: DrawnTerminal) -> Counter[str]:
    """How often each line was drawn for the terminal, and the screen painted."""
    counted: Counter[str] = Counter()
    take_changes = Watch.take_changes

    def taken(self: Watch) -> Changes:
        counted["paint"] += 1
        return take_changes(self)

    def count(owner: type[Lines], what: str) -> None:
        redraw_lines, spans = owner.redraw_lines, owner.spans
        drawing: list[Lines] = []

        def redrawn(self: Lines, lines: Collection[int]) -> None:
            drawing.append(self)
            redraw_lines(self, lines)
            drawing.pop()

        def made(self: Lines, y: int, width: int) -> Iterable[Span]:
            # Looking at the screen asks for lines too.
            counted[what] += bool(drawing)
            return spans(self, y, width)

        monkeypatch.setattr(owner, "redraw_lines", redrawn)
        monkeypatch.setattr(owner, "spans", made)

    count(RosterView, "roster line")
    count(StagePane, "meter line")
    monkeypatch.setattr(Watch, "take_changes", taken)
    return counted


async def settle(shown: Dashboard, calls: Counter[str]) -> None:
    """Let what is under way be drawn, and count from here."""
    while True:
        calls.clear()
        await shown.pilot.pause()
        if not calls:
            break
    # What the framework has drawn may not have been sent, and is drawn once more.
    shown.roster.redraw()
    calls.clear()


async def test_one_change_draws_one_line(calls: Counter[str]) -> None:
    async with dashboard(*PEOPLE) as shown:
        await settle(shown, calls)
        one = shown.uuid_of("Guest 003")
        shown.meeting.update(one, is_video_muted=True)
        await shown.shows("camera off")
        await shown.pilot.pause()
        assert calls["roster line"] == 1
        assert calls["paint"] == 1


async def test_a_mute_draws_its_row_and_the_number_above(calls: Counter[str]) -> None:
    async with dashboard(*PEOPLE) as shown:
        await settle(shown, calls)
        shown.meeting.update(shown.uuid_of("Guest 003"), is_muted="YES")
        await shown.shows("1 muted")
        await shown.pilot.pause()
        assert calls["roster line"] == 2


async def test_changes_of_people_out_of_sight_draw_nothing(calls: Counter[str]) -> None:
    async with dashboard(*PEOPLE) as shown:
        await settle(shown, calls)
        for number in range(100, 200):
            shown.meeting.update(shown.uuid_of(f"Guest {number}"), is_video_muted=True)
        people = shown.feed.conference.participants
        last = shown.uuid_of("Guest 199")
        await eventually(lambda: people[last].is_video_muted)
        await shown.pilot.pause()
        assert calls["roster line"] == 0
        shown.meeting.update(shown.uuid_of("Guest 003"), is_video_muted=True)
        await shown.shows("camera off")
        await shown.pilot.pause()
        assert calls["roster line"] == 1


async def test_a_hundred_changes_of_one_person_are_few_paints(calls: Counter[str]) -> None:
    async with dashboard(*PEOPLE) as shown:
        await settle(shown, calls)
        one = shown.uuid_of("Guest 003")
        for number in range(100):
            shown.meeting.update(one, is_video_muted=bool(number % 2))
        shown.meeting.update(shown.uuid_of("Guest 004"), overlay_text="the end")
        await shown.shows("the end")
        # They come in a few chunks of the stream, and each chunk is one paint at most.
        assert calls["paint"] <= 10
        assert calls["roster line"] <= 12


async def test_what_a_frame_draws_is_sent_before_the_framework_paints(
    calls: Counter[str], drawn: DrawnTerminal
) -> None:
    async with dashboard("Ann", "Bob") as shown:
        await settle(shown, calls)
        screen, people = shown.app.screen, shown.feed.conference.participants
        assert isinstance(screen, conference.ConferenceScreen)
        told = msgspec.structs.replace(people[shown.uuid_of("Bob")], is_muted=True)
        shown.feed.tell(Heard([ParticipantUpdated(told)]))
        assert not drawn.shows("muted")
        screen._paint()
        assert drawn.shows("muted")


@asynccontextmanager
async def fresh_screen(
    drawn: DrawnTerminal, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Dashboard, conference.ConferenceScreen, list[bool]]]:
    """A screen to be pushed, and whether each of its frames shows the two Guests."""
    frames: list[bool] = []
    display = ChangedCellsApp._display

    def displayed(self: ChangedCellsApp[int], screen: Screen[None], frame: Any) -> None:
        display(self, screen, frame)
        if screen is fresh:
            frames.append(drawn.shows("GUESTS 2"))

    async with dashboard("Ann", "Bob") as shown:
        fresh = conference.ConferenceScreen(
            shown.feed,
            shown.membership,
            features=DEFAULT_FEATURES,
            keys=keys_with({}),
            frame_seconds=0.0,
            recent=RecentDestinations(),
            order=Order(),
            player="",
        )
        await eventually(lambda: drawn.shows("GUESTS 2"))
        await shown.app.push_screen(Screen())
        await eventually(lambda: not drawn.shows("GUESTS 2"))
        monkeypatch.setattr(ChangedCellsApp, "_display", displayed)
        shown.screen._watch.changed = None
        yield shown, fresh, frames


async def test_the_first_frame_holds_who_is_known_by_then(
    drawn: DrawnTerminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with fresh_screen(drawn, monkeypatch) as (shown, fresh, frames):
        people = map(ParticipantCreated, shown.feed.conference.participants.values())
        shown.feed.tell(Heard([SyncBegun(), *people, SyncEnded()]))
        await shown.app.push_screen(fresh)
        await eventually(lambda: frames)
        assert frames[0]


async def test_the_first_frame_waits_for_a_list_that_comes(
    drawn: DrawnTerminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held_screen, "AWAITED_SECONDS", LONG_SECONDS)
    async with fresh_screen(drawn, monkeypatch) as (shown, fresh, frames):
        membership = shown.membership
        people = list(map(ParticipantCreated, membership.feed.conference.participants.values()))
        membership.feed.conference.synced_at = None
        membership.feed.is_listing = True
        membership.feed.tell(Heard([SyncBegun()]))
        await shown.app.push_screen(fresh)
        await eventually(lambda: fresh.query_one("#roster").region)
        await shown.pilot.pause()
        assert not frames
        membership.feed.tell(Heard([*people, SyncEnded()]))
        await eventually(lambda: frames)
        assert frames[0]


async def test_the_list_is_in_the_first_frame_even_if_the_framework_is_sooner(
    drawn: DrawnTerminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held_screen, "AWAITED_SECONDS", LONG_SECONDS)
    async with fresh_screen(drawn, monkeypatch) as (shown, fresh, frames):
        membership = shown.membership
        people = list(map(ParticipantCreated, membership.feed.conference.participants.values()))
        membership.feed.conference.synced_at = None
        membership.feed.is_listing = True
        await shown.app.push_screen(fresh)
        await eventually(lambda: fresh.query_one("#roster").region)
        membership.feed.tell(Heard([SyncBegun(), *people, SyncEnded()]))
        fresh.refresh()
        fresh._compositor_refresh()
        await eventually(lambda: frames)
        assert frames[0]


async def test_nothing_is_painted_while_a_list_is_coming(
    calls: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held_screen, "AWAITED_SECONDS", LONG_SECONDS)
    async with dashboard(*PEOPLE) as shown:
        await settle(shown, calls)
        shown.feed.is_listing = True
        people = shown.feed.conference.participants
        for name in ("Guest 003", "Guest 004"):
            shown.meeting.update(shown.uuid_of(name), is_muted="YES")
        await eventually(lambda: people[shown.uuid_of("Guest 004")].is_muted)
        await shown.pilot.pause()
        assert calls["paint"] == 0
        shown.feed.is_listing = False
        shown.meeting.update(shown.uuid_of("Guest 005"), is_muted="YES")
        await eventually(lambda: calls["paint"] == 1)
        await eventually(lambda: all("muted" in shown.row(f"Guest 00{n}") for n in (3, 4, 5)))


async def shows_a_filter_line_while_a_list_comes(shown: Dashboard) -> None:
    """Have something to lay out come into the first list."""
    shown.feed.conference.synced_at = None
    shown.screen.shows_what_came = False
    shown.feed.is_listing = True
    shown.feed.touch()
    await shown.press("slash")
    assert shown.screen.query_one("#filter-input").display


async def test_nothing_is_laid_out_while_the_first_list_is_coming(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(held_screen, "AWAITED_SECONDS", LONG_SECONDS)
    async with dashboard("Ann") as shown:
        await shows_a_filter_line_while_a_list_comes(shown)
        await shown.pilot.pause()
        assert not shown.screen.query_one("#filter-input").region
        shown.feed.is_listing = False
        shown.feed.touch()
        await eventually(lambda: shown.screen.query_one("#filter-input").region)


async def test_a_first_list_that_does_not_end_holds_nothing_up_for_long() -> None:
    async with dashboard("Ann") as shown:
        await shows_a_filter_line_while_a_list_comes(shown)
        await eventually(lambda: shown.screen.query_one("#filter-input").region)
        assert shown.feed.is_listing


async def test_the_bar_of_a_list_that_shrinks_is_drawn_without_the_list(
    calls: Counter[str], drawn: DrawnTerminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with dashboard(*PEOPLE) as shown:
        await settle(shown, calls)
        width, height = shown.app.size
        before = drawn.picture(width, height)
        monkeypatch.setattr(ScrollBar, "refresh", lambda bar, *regions, **given: None)
        for name in PEOPLE[60:]:
            shown.meeting.leave(shown.uuid_of(name))
        people = shown.feed.conference.participants
        await eventually(lambda: len(people) == 61)
        await shown.pilot.pause()
        column = shown.roster.region.right - 1
        bar = [line[column] for line in drawn.picture(width, height)]
        assert bar != [line[column] for line in before]
        shown.app.action_draw_everything()
        await shown.pilot.pause()
        assert [line[column] for line in drawn.picture(width, height)] == bar
