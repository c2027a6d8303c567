"""The log of what happened, read and narrowed on the screen."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from pexdash.model.history import Kind
from pexdash.session.feed.recorded import Recorded
from pexdash.session.feed.told import Marked, Me
from pexdash.session.membership.recording import record as begin_recording
from pexdash.ui.commands.exporting import NOT_RECORDED
from pexdash.ui.commands.screen_deeds import UNRECORDED
from pexdash.ui.dialogs.log import LogDialog
from pexdash.ui.widgets.log_view import LogView
from tests.eventually import a_moment, eventually
from tests.ui.dashboard import Dashboard, dashboard


def view(shown: Dashboard) -> LogView:
    assert isinstance(shown.app.screen, LogDialog)
    return shown.app.screen.view


async def export(shown: Dashboard) -> None:
    await shown.press("ctrl+p", *"export the rep")
    await shown.shows("Export the report so far")
    await shown.press("enter")


def happen(shown: Dashboard, count: int) -> None:
    for number in range(count):
        shown.feed.history.add(1_700_000_000.0 + number, Kind.MARK, f"thing {number:04}")


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
async def test_it_tells_what_happened_and_narrows_to_our_own_requests(
    size: tuple[int, int],
) -> None:
    async with dashboard("Ann", "Bob", size=size) as shown:
        await shown.put_cursor_on("Bob")
        await shown.press("m")
        shown.meeting.join("Eve")
        shown.meeting.update(shown.uuid_of("Ann"), buzz_time=1_700_000_000.0)
        await shown.press("T")
        await shown.shows("What happened", "You: Mute Bob", "Eve joined", "Ann raised a hand")
        await shown.press("slash", *"is:own", "enter")
        await shown.shows("filter is:own", "You: Mute Bob")
        assert isinstance(shown.app.screen, LogDialog)
        drawn = shown.app.screen.view.drawn
        assert not [line for line in drawn if any("Eve joined" in span.text for span in line)]
        await shown.press("escape")
        assert not isinstance(shown.app.screen, LogDialog)


async def test_the_journal_is_the_log_of_our_own_requests() -> None:
    async with dashboard("Ann", "Bob") as shown:
        shown.meeting.join("Eve")
        await shown.shows("Eve")
        await shown.press("j")
        await shown.shows("Journal of requests", "Nothing has been asked of the node yet")
        await shown.press("slash", "escape")
        await shown.shows("Eve joined")


async def test_what_happens_is_shown_while_it_is_read() -> None:
    async with dashboard("Ann", "Bob") as shown:
        await shown.press("T")
        await shown.shows("The line is live")
        shown.meeting.join("Eve")
        await shown.shows("Eve joined")
        shown.node.faults.answer("mute", 403, b"{}", "application/json", 1)
        await shown.press("escape")
        await shown.put_cursor_on("Bob")
        await shown.press("m", "T")
        await shown.shows("refused")


async def test_who_reads_further_up_stays_there() -> None:
    async with dashboard("Ann", size=(80, 24)) as shown:
        happen(shown, 500)
        await shown.press("T")
        await shown.shows("thing 0499")
        await shown.press("home")
        await shown.shows("The line is live", "thing 0000")
        await shown.press("pagedown", "down")
        top = view(shown).scroll_offset.y
        happen(shown, 1)
        await eventually(lambda: len(view(shown).drawn) > 501)
        assert view(shown).scroll_offset.y == top > 1
        await shown.press("end")
        assert view(shown).is_vertical_scroll_end
        happen(shown, 1)
        await eventually(lambda: view(shown).is_vertical_scroll_end)


async def test_a_filter_that_is_not_known_is_told_and_tab_ends_a_word() -> None:
    async with dashboard("Ann") as shown:
        await shown.press("T", "slash", *"is:jiond")
        await shown.shows("is:jiond is not known; did you mean is:joined?")
        await shown.shows("Nothing passes the filter is:jiond.")
        await shown.press(*["backspace"] * 5, "w")
        await shown.shows("tab is:waiting")
        await shown.press("tab", "enter")
        await shown.shows("filter is:waiting")


async def test_a_long_line_is_read_whole() -> None:
    async with dashboard("Ann", size=(60, 20)) as shown:
        words = " ".join(f"w{number:03}" for number in range(60))
        shown.feed.history.add(1_700_000_000.0, Kind.MARK, words)
        await shown.press("T")
        await shown.shows("w000", "w059")


async def test_a_mark_is_a_word_in_the_recording_and_in_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    async with dashboard("Ann") as shown:
        await shown.press("M")
        await eventually(lambda: UNRECORDED in shown.told())
        await export(shown)
        await eventually(lambda: NOT_RECORDED in shown.told())
        path = tmp_path / "meeting"
        begin_recording(shown.membership, path, keep=None, say=lambda _: None)
        shown.feed.tell(Me(shown.feed.conference.me))
        await shown.press("M")
        await shown.shows("Mark this moment of the recording")
        await eventually(shown.takes_keys)
        await shown.press("enter")
        await shown.shows("By which word is it found again?")
        await shown.press(*"vote", "enter")
        await shown.press("T")
        await shown.shows("Marked: vote")
        await shown.press("escape")
        await export(shown)
        # A program of its own writes it, which takes its time on a busy machine.
        async with asyncio.timeout(45):
            while "The report is in " not in shown.told():
                await a_moment()
    assert [one.told for one in Recorded(path)][1] == Marked("vote")
    (folder,) = (tmp_path / "state" / "pexdash" / "exports").iterdir()
    assert {one.stat().st_mode & 0o777 for one in folder.iterdir()} == {0o600}
    assert "conference.csv" in {one.name for one in folder.iterdir()}
