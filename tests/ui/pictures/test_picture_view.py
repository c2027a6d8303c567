"""The widget: newest wins, not too often, in words where there is nothing, by the best way."""

from __future__ import annotations

import asyncio
import gc
import re
from collections.abc import Callable

import pytest
from textual.app import ComposeResult
from textual.screen import ModalScreen, Screen
from textual.widgets import Label

from pexdash.ui.drawing.glyphs import ASCII
from pexdash.ui.pictures import decoding, picture_view
from pexdash.ui.pictures.picture_view import SWITCHED_OFF, PictureView
from pexdash.ui.pictures.protocols import Drawing
from tests.eventually import PATIENCE_SECONDS, a_moment, eventually
from tests.manual_clock import ManualClock
from tests.ui.pictures.drawn import BLUE, GREEN, RED, WHITE, Paper, bomb, plain
from tests.ui.pictures.gallery import colours, gallery, shows, text

Made = Callable[[], PictureView]


class Window(ModalScreen[None]):
    def compose(self) -> ComposeResult:
        yield Label("over it")


class Wall(Screen[None]):
    pass


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def decodings(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Every picture that was decoded, in order."""
    seen: list[bytes] = []

    def decode(data: bytes, box: tuple[int, int]) -> object:
        seen.append(data)
        return decoding.decode(data, box)

    monkeypatch.setattr(picture_view, "decode", decode)
    return seen


async def test_the_newest_wins_at_two_a_second(clock: ManualClock, decodings: list[bytes]) -> None:
    view = PictureView(clock=clock)
    async with gallery(view):
        first, second, third = (plain((9, 9), colour) for colour in (RED, GREEN, BLUE))
        view.show(first)
        await shows(view, RED)
        view.show(second)
        view.show(third)
        await clock.advance(0.4)
        assert decodings == [first]
        assert colours(view) == {RED}
        await clock.advance(0.2)
        await shows(view, BLUE)
        assert decodings == [first, third]
        await clock.advance(5)
        assert decodings == [first, third]


async def test_a_drawing_that_ends_before_it_has_begun_leaves_nothing_unawaited(
    clock: ManualClock, recwarn: pytest.WarningsRecorder
) -> None:
    view = PictureView(clock=clock)
    async with gallery(view):
        view.show(plain((9, 9), RED))
        view.workers.cancel_all()
        await a_moment()
    gc.collect()
    assert [str(one.message) for one in recwarn] == []


async def test_words_stand_where_no_picture_does(clock: ManualClock) -> None:
    view = PictureView(clock=clock, words="No [b]pic[/]")
    async with gallery(view) as app:
        assert "No [b]pic[/]" in text(app)
        view.show(bomb(12000, 12000))
        await eventually(lambda: "The picture is" in text(app))
        assert "too large: 12000" in text(app)
        await clock.advance(1)
        view.show(plain((9, 9), RED))
        await shows(view, RED)
        view.clear("Over")
        await eventually(lambda: "Over" in text(app))
        assert "▀" not in text(app)


async def test_a_picture_that_is_cleared_while_it_waits_never_shows(
    clock: ManualClock, decodings: list[bytes]
) -> None:
    view = PictureView(clock=clock)
    async with gallery(view) as app:
        view.show(plain((9, 9), RED))
        await shows(view, RED)
        view.show(plain((9, 9), BLUE))
        view.clear("Over")
        await clock.advance(2)
        await eventually(lambda: "Over" in text(app))
        assert len(decodings) == 1


async def test_the_picture_keeps_its_aspect_and_follows_the_size(clock: ManualClock) -> None:
    view = PictureView(clock=clock)
    async with gallery(view) as app:
        view.show(plain((40, 10), RED))
        await shows(view, RED)
        assert text(app).count("▀") == 20 * 3
        view.styles.width = 8
        await eventually(lambda: view.size.width == 8)
        await clock.advance(1)
        await eventually(lambda: text(app).count("▀") == 8)


async def test_no_work_while_hidden(clock: ManualClock, decodings: list[bytes]) -> None:
    view = PictureView(clock=clock)
    async with gallery(view) as app:
        view.display = False
        await eventually(lambda: view not in app.screen._compositor.visible_widgets)
        view.show(plain((9, 9), RED))
        await clock.advance(2)
        await decoding.decoded(plain((9, 9), WHITE), (4, 4))
        assert not decodings
        view.display = True
        await shows(view, RED)
        for screen, colour in ((Window(), BLUE), (Wall(), GREEN)):
            await app.push_screen(screen)
            decodings.clear()
            view.show(plain((9, 9), colour))
            await clock.advance(2)
            await decoding.decoded(plain((9, 9), WHITE), (4, 4))
            assert not decodings
            app.pop_screen()
            await shows(view, colour)
            assert decodings


@pytest.mark.parametrize("keyword", [{"colours": False}, {"glyphs": ASCII}])
async def test_without_colour_or_unicode_it_is_a_ramp(
    keyword: dict[str, bool], clock: ManualClock
) -> None:
    view = PictureView(clock=clock, **keyword)  # type: ignore[arg-type]
    async with gallery(view) as app:
        view.show(plain((9, 9), WHITE))
        await eventually(lambda: "@" * 20 in text(app))
        assert text(app).isascii()


async def test_pictures_can_be_switched_off(decodings: list[bytes]) -> None:
    view = PictureView(drawing=Drawing.OFF)
    async with gallery(view) as app:
        view.show(plain((9, 9), RED))
        await eventually(lambda: "switched" in text(app))
        assert SWITCHED_OFF.split()[0] in text(app)
        assert not decodings


def standing(paper: Paper) -> int:
    """How many pictures kitty holds."""
    sent = set(re.findall(r"a=T,[^;]*i=(\d+)", paper.text))
    gone = set(re.findall(r"a=d,d=I,i=(\d+)", paper.text))
    assert gone <= sent
    return len(sent - gone)


async def in_time(clock: ManualClock, holds: Callable[[], bool]) -> None:
    """Let time pass until `holds()`: a thread decides when the view begins to wait for it."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not holds():
            await clock.advance(1)
            await a_moment()


async def test_kitty_gives_way_to_what_lies_above_it(clock: ManualClock) -> None:
    paper = Paper()
    view = PictureView(drawing=Drawing.KITTY, clock=clock, terminal=paper)
    async with gallery(view) as app:
        view.show(plain((9, 9), RED))
        await eventually(lambda: standing(paper) == 1)
        assert "▀" not in text(app)

        for cover, uncover in (
            (lambda: app.push_screen(Window()), app.pop_screen),
            (lambda: app.notify("TerminalFeatures", timeout=60), app.clear_notifications),
        ):
            cover()
            await eventually(lambda: standing(paper) == 0)
            await in_time(clock, lambda: colours(view) == {RED})
            uncover()
            await in_time(clock, lambda: standing(paper) == 1)

        app.push_screen(Wall())
        await eventually(lambda: standing(paper) == 0)
        app.pop_screen()
        await in_time(clock, lambda: standing(paper) == 1)

        view.display = False
        await eventually(lambda: standing(paper) == 0)
        view.display = True
        await in_time(clock, lambda: standing(paper) == 1)

        view.clear("Over")
        assert standing(paper) == 0
        view.show(plain((9, 9), BLUE))
        await in_time(clock, lambda: standing(paper) == 1)
        await view.remove()
        assert standing(paper) == 0


async def test_a_graphic_waits_for_a_terminal_that_is_behind(clock: ManualClock) -> None:
    paper = Paper()
    paper.behind = True
    view = PictureView(drawing=Drawing.KITTY, clock=clock, terminal=paper)
    async with gallery(view):
        view.show(plain((9, 9), RED))
        await eventually(lambda: paper.asked > 1)
        assert not paper.written
        paper.behind = False
        await eventually(lambda: standing(paper) == 1)


async def test_sixel_is_sent_again_after_characters(clock: ManualClock) -> None:
    paper = Paper()
    view = PictureView(drawing=Drawing.SIXEL, clock=clock, terminal=paper)
    async with gallery(view):
        view.show(plain((9, 9), RED))
        await eventually(lambda: len(paper.written) == 1)
        # 10 lines of 16 pixels, but for the last: the terminal must not scroll.
        assert '"1;1;144;144' in paper.text
        view.refresh()
        await eventually(lambda: len(paper.written) == 2)


async def test_sixel_without_the_size_of_a_cell_is_half_blocks(clock: ManualClock) -> None:
    paper = Paper(cell=None)
    view = PictureView(drawing=Drawing.SIXEL, clock=clock, terminal=paper)
    async with gallery(view):
        view.show(plain((9, 9), RED))
        await shows(view, RED)
        assert not paper.written
