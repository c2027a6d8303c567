"""The roster on the screen: sections that stay, what is ordinary, filters, and a lost line."""

from __future__ import annotations

import pytest

from pexdash.model.sections import Section
from pexdash.ui.drawing import sure_places
from tests.eventually import eventually
from tests.ui.clicked_cells import clicked
from tests.ui.dashboard import Dashboard, dashboard

CROWD = [f"Guest {number:03}" for number in range(60)]
WAITING = tuple(f"Waiter {number:02}" for number in range(20))


def heading(shown: Dashboard, title: str) -> str:
    return next((row for row in shown.rows() if row.startswith(f" {title} ")), "")


async def test_those_who_wait_stay_on_top_while_the_rest_scrolls() -> None:
    async with dashboard(*CROWD, waiting=WAITING, size=(80, 24)) as shown:
        await shown.shows("WAITING 20", "▼ 2 more")
        await shown.put_cursor_on("Alice")
        assert "▼ 17 more" in heading(shown, "WAITING")
        assert "▼" in heading(shown, "GUESTS")
        await shown.put_cursor_on("Guest 040")
        await shown.shows("Guest 040")
        assert shown.rows()[0].startswith(" WAITING 20")
        assert "Waiter" in shown.rows()[1]
        assert shown.rows()[4].startswith(" GUESTS 60")
        assert "-41 " in heading(shown, "GUESTS")
        assert "▼ 19 more" in heading(shown, "GUESTS")
        await shown.press("a")
        await eventually(lambda: "▸" in shown.row("Waiter 00"))
        assert shown.requests() == []
        assert "Waiter 11" in shown.text(), "with the cursor in it the section is whole"


async def test_the_row_of_the_cursor_keeps_its_line_when_somebody_comes_to_wait() -> None:
    async with dashboard(*CROWD, size=(80, 24)) as shown:
        await shown.put_cursor_on("Guest 030")
        before = [row.startswith("▸") for row in shown.rows()].index(True)
        shown.meeting.join("Wendy", waiting=True)
        await shown.shows("WAITING 1")
        await shown.pilot.pause()
        assert "Guest 030" in shown.rows()[before]
        assert shown.rows()[before].startswith("▸")


async def test_a_click_on_a_row_that_was_anothers_just_now_does_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sure_places, "SURE_SECONDS", 3600.0)
    async with dashboard("Ann", "Bob", "Cleo") as shown:
        at = next(y for y, row in enumerate(shown.rows()) if "Bob" in row)
        shown.meeting.join("Aaron")
        await eventually(lambda: "Ann" in shown.rows()[at])
        cell = (6, shown.roster.region.y + at)
        await clicked(shown, cell)
        assert "▸" not in shown.row("Ann")
        monkeypatch.setattr(sure_places, "SURE_SECONDS", 0.0)
        shown.meeting.join("Abel")
        await eventually(lambda: "Abel" in shown.rows()[at])
        await clicked(shown, cell)
        assert "▸" in shown.row("Abel")


async def test_where_guests_are_muted_only_the_others_have_a_word() -> None:
    async with dashboard("Ann", "Bob") as shown:
        shown.meeting.update(shown.uuid_of("Ann"), is_muted="YES")
        await eventually(lambda: "muted" in shown.row("Ann"))
        await eventually(lambda: "1 muted" in heading(shown, "GUESTS"))
        shown.meeting.mute_guests(True)
        await shown.shows("GUESTS MUTED")
        shown.meeting.update(shown.uuid_of("Bob"), is_muted="NO")
        await eventually(lambda: "open" in shown.row("Bob"))
        await eventually(lambda: "1 muted · 1 open" in heading(shown, "GUESTS"))
        assert "✕" in shown.row("Ann")
        assert "muted" not in shown.row("Ann")


async def test_a_filter_in_force_is_a_line_of_its_own_and_changes_no_number() -> None:
    async with dashboard("Ann", "Bob", waiting=("Wendy",), size=(80, 24)) as shown:
        await shown.press("slash", *"bob", "enter")
        await shown.shows("/ bob   1 of 4 shown, 1 waiting hidden", "esc Clear")
        assert shown.lines()[1].startswith(" / bob")
        assert "3 in" not in shown.lines()[0]
        assert "2 in  1 WAIT" in shown.lines()[0]
        assert "GUESTS 1 of 2" in shown.text()
        await shown.press("escape")
        await eventually(lambda: "esc Clear" not in shown.text())
        assert not shown.lines()[1].startswith(" / ")


async def test_two_of_one_name_show_their_addresses_until_one_leaves() -> None:
    async with dashboard("Ann", size=(80, 24)) as shown:
        assert "@" not in shown.row("Ann")
        other = shown.meeting.join("Ann", protocol="sip", uri="sip:ann@example.org")
        await shown.shows("Ann@example.com", "ann@example.org")
        shown.meeting.leave(other.uuid)
        await eventually(lambda: "@" not in shown.row("Ann"))


@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
async def test_a_lost_line_lets_time_stand_still_and_nobody_speak(size: tuple[int, int]) -> None:
    async with dashboard("Ann", waiting=("Wendy",), size=size) as shown:
        shown.meeting.speak({shown.uuid_of("Ann"): 90})
        await eventually(lambda: "●" in shown.row("Ann"))
        shown.node.faults.answer("events", 502, b"", "text/html", 99)
        shown.node.faults.cut_streams()
        await shown.shows("▲ stale", "WAITING 1?", "as of ")
        waited = shown.row("Wendy").split()[-1]
        assert waited.endswith("?")
        await shown.clock.advance(47)
        await shown.shows("▲ stale 0:47")
        assert shown.row("Wendy").split()[-1] == waited
        assert "●" not in shown.row("Ann")
        assert "a Admit" not in shown.text()


async def test_keys_in_a_heading_are_bright_only_while_they_would_act_on_the_cursor() -> None:
    async with dashboard("Ann", waiting=("Wendy",)) as shown:
        for name, key in (("Ann", False), ("Wendy", True)):
            await shown.put_cursor_on(name)
            keys = shown.roster._keys_of(Section.WAITING)
            assert [one.acts for one in keys] == [key] * 3


async def test_the_title_names_the_parts_and_they_add_up() -> None:
    async with dashboard("Ann", "Bob", waiting=("Wendy",), size=(120, 40)) as shown:
        await shown.shows("PEOPLE 4 · 2 in, 1 waiting, 1 api")
        shown.meeting.join("Recording", protocol="rtmp", is_recording=True)
        await shown.shows("PEOPLE 5 · 2 in, 1 waiting, 1 api, 1 recorder", "1 recorder  2 in")
