"""The mouse: it moves the cursor, scrolls, opens and asks, and does nothing to anybody."""

from __future__ import annotations

from textual import events
from textual.events import Key

from pexdash.ui.dialogs.confirm import Confirm
from pexdash.ui.dialogs.details import Details
from pexdash.ui.dialogs.help import HelpDialog
from pexdash.ui.dialogs.layouts import LayoutDialog
from pexdash.ui.dialogs.log import LogDialog
from pexdash.ui.framework.input.stage import InputStage
from pexdash.ui.framework.key_place import CLICK_SECONDS, event_time
from tests.eventually import eventually
from tests.ui.clicked_cells import cell_of, clicked, moused
from tests.ui.dashboard import dashboard

NARROW = (80, 24)
BAR = "q Leave"
MANY = [f"P{number:04}" for number in range(60)]


async def test_a_click_goes_to_a_person_and_two_open_the_details() -> None:
    async with dashboard("Ann", "Bob") as shown:
        at = cell_of(shown, "Bob", within="example.com")
        await clicked(shown, at)
        assert "▸" in shown.row("Bob")
        assert shown.app.screen is shown.screen
        await clicked(shown, at, times=2)
        await eventually(lambda: isinstance(shown.app.screen, Details))
        assert "Bob" in shown.text()


async def test_the_bytes_of_a_terminal_click_and_scroll() -> None:
    async with dashboard(*MANY, size=NARROW) as shown:
        stage, later = InputStage(shown.app.acts), event_time() + 1
        x, y = cell_of(shown, "P0003")
        for sent in (f"\x1b[<0;{x + 1};{y + 1}M", f"\x1b[<0;{x + 1};{y + 1}m"):
            for one in stage.feed(sent.encode(), later):
                assert isinstance(one, events.MouseEvent)
                one.time = later
                await shown.app.on_event(one)
        await eventually(lambda: "▸" in shown.row("P0003"))
        for one in stage.feed(f"\x1b[<65;{x + 1};{y + 1}M".encode() * 2, later):
            assert isinstance(one, events.MouseEvent)
            one.time = later
            await shown.app.on_event(one)
        await eventually(lambda: not shown.row("P0003") and bool(shown.row("P0020")))


async def test_the_second_click_of_two_opens_nothing_where_the_first_was_on_another() -> None:
    async with dashboard("Bob", "Cleo") as shown:
        at, later = cell_of(shown, "Bob", within="example.com"), event_time() + 1
        await clicked(shown, at, at=later)
        shown.meeting.join("Aaron")
        await eventually(lambda: "Aaron" in shown.lines()[at[1]])
        await clicked(shown, at, at=later + 0.45)
        assert shown.app.screen is shown.screen


async def test_a_click_on_a_key_opens_what_it_opens_and_asks_before_it_acts() -> None:
    async with dashboard("Ann", "Bob", size=NARROW) as shown:
        await clicked(shown, cell_of(shown, "Help", within=BAR))
        await eventually(lambda: isinstance(shown.app.screen, HelpDialog))
        await shown.press("escape")
        await shown.put_cursor_on("Bob")
        await eventually(lambda: "Mute" in shown.lines()[-1])
        await clicked(shown, cell_of(shown, "Leave", within=BAR))
        await shown.shows("Leave?", "esc Stay")
        await eventually(shown.takes_keys)
        await shown.press("escape")
        await eventually(lambda: shown.app.screen is shown.screen)
        await clicked(shown, cell_of(shown, "Mute", within=BAR))
        await shown.shows("Mute?", "Bob  sip:Bob@example.com")
        assert shown.requests() == []
        await clicked(shown, cell_of(shown, "y Mute"))
        await eventually(lambda: len(shown.requests()) == 1)
        assert shown.requests()[0].endswith("/mute")
        (entry,) = shown.membership.moderation.journal.entries
        assert entry.origin.source == "click"


async def test_a_click_on_a_key_of_a_heading_asks_too() -> None:
    async with dashboard("Ann", waiting=("Wendy", "Willy")) as shown:
        await shown.put_cursor_on("Wendy")
        await shown.shows("A All 2")
        await clicked(shown, cell_of(shown, "Admit", within="WAITING 2"))
        await shown.shows("Admit?", "Wendy")
        assert shown.requests() == []
        await eventually(shown.takes_keys)
        await shown.press("y")
        await eventually(lambda: "▸" in shown.row("Willy"), "on to the next who waits")
        # Between the keys there is none.
        await clicked(shown, cell_of(shown, "╌", within="WAITING"))
        assert shown.app.screen is shown.screen


async def test_the_second_of_two_clicks_on_a_key_answers_no_question() -> None:
    async with dashboard("Ann", "Bob", size=NARROW) as shown:
        await shown.put_cursor_on("Bob")
        await clicked(shown, cell_of(shown, "Disconnect", within=BAR))
        await shown.shows("y Disconnect")
        question = shown.app.screen
        assert isinstance(question, Confirm)
        soon = question._hears_from - question.guard + CLICK_SECONDS * 0.9
        await clicked(shown, cell_of(shown, "y Disconnect"), at=soon)
        assert shown.app.screen is question
        assert shown.requests() == []


async def test_a_click_meant_for_a_dialog_that_has_gone_does_nothing() -> None:
    async with dashboard("Ann", "Bob") as shown:
        at = cell_of(shown, "Bob", within="example.com")
        await shown.press("question_mark", "escape")
        await eventually(lambda: shown.app.screen is shown.screen)
        await clicked(shown, at, at=shown.screen._back_since + CLICK_SECONDS * 0.9)
        assert "▸" not in shown.row("Bob")
        await clicked(shown, at)
        assert "▸" in shown.row("Bob")


async def test_a_click_before_the_people_are_shown_does_nothing() -> None:
    async with dashboard("Ann", "Bob") as shown:
        at = cell_of(shown, "Bob", within="example.com")
        await clicked(shown, at, at=shown.screen._seen_since - 0.001)
        assert "▸" not in shown.row("Bob")


async def test_a_click_overtakes_no_key_before_it() -> None:
    async with dashboard("Ann", "Bob", "Cleo") as shown:
        await shown.put_cursor_on("Cleo")
        uuid, at = shown.uuid_of("Cleo"), cell_of(shown, "Bob", within="example.com")
        later = event_time() + 2
        for one in (Key("down", None), Key("m", "m")):
            one.time = later
            await shown.app.on_event(one)
        await clicked(shown, at, at=later)
        assert "▸" in shown.row("Bob")
        await eventually(lambda: shown.requests() == [f"participants/{uuid}/mute"])


async def test_panes_open_what_they_are_of_and_names_go_to_people() -> None:
    async with dashboard("Ann", "Bob", "Cleo") as shown:
        bob, cleo = map(shown.uuid_of, ("Bob", "Cleo"))
        shown.meeting.speak({bob: 50, cleo: 40})
        await eventually(lambda: "Cleo" in shown.stage())
        side = shown.screen.query_one("#side").region.x

        def beside(text: str, within: str = "") -> tuple[int, int]:
            lines = [line[side:] for line in shown.lines()]
            y = next(at for at, line in enumerate(lines) if text in line and within in line)
            return side + lines[y].index(text), y

        await clicked(shown, beside("Cleo"))
        assert "▸" in shown.row("Cleo")
        await clicked(shown, beside("Ann"))
        assert "▸" in shown.row("Ann")
        await clicked(shown, beside("WHAT HAPPENED"))
        await eventually(lambda: isinstance(shown.app.screen, LogDialog))
        await shown.press("escape")
        await eventually(lambda: shown.app.screen is shown.screen)
        await clicked(shown, beside("LAYOUT"))
        await eventually(lambda: isinstance(shown.app.screen, LayoutDialog))
        await eventually(shown.takes_keys)
        await shown.press("escape")
        await eventually(lambda: shown.app.screen is shown.screen)
        await clicked(shown, beside("CHAT"))
        await eventually(lambda: shown.app.focused is shown.screen._chat.line)


async def test_the_only_line_of_the_stage_and_the_chat_at_80_columns() -> None:
    async with dashboard("Ann", "Bob", size=NARROW) as shown:
        ann, bob = map(shown.uuid_of, ("Ann", "Bob"))
        shown.meeting.speak({bob: 50})
        shown.meeting.speak({ann: 50})
        await shown.shows("then Bob")
        await clicked(shown, cell_of(shown, "Bob", within="STAGE"))
        assert "▸" in shown.row("Bob")
        await clicked(shown, cell_of(shown, "Ann", within="STAGE"))
        assert "▸" in shown.row("Ann")
        await clicked(shown, (10, 22))
        await eventually(lambda: shown.app.focused is shown.screen._chat.line)
        await clicked(shown, cell_of(shown, "Send"))
        assert shown.app.focused is shown.screen._chat.line
        await clicked(shown, cell_of(shown, "Back"))
        await eventually(lambda: shown.app.focused is shown.roster)


async def test_the_wheel_scrolls_and_the_cursor_stays_in_sight() -> None:
    async with dashboard(*MANY, size=NARROW) as shown:
        await shown.put_cursor_on("P0000")
        at = cell_of(shown, "P0003")
        later = event_time() + 2
        for _ in range(6):
            await moused(shown, events.MouseScrollDown, at, at=later)
        await eventually(lambda: not shown.row("P0003"))
        await eventually(lambda: any("▸" in row for row in shown.rows()), "where keys act")
        top = next(row for row in shown.rows() if "▸" in row)
        for _ in range(6):
            await moused(shown, events.MouseScrollUp, at, at=later)
        await eventually(lambda: bool(shown.row("P0003")))
        assert any("▸" in row for row in shown.rows())
        assert top.split()[1].startswith("P00")


async def test_the_bar_at_the_right_tells_the_place_in_a_long_list() -> None:
    async with dashboard(*MANY, size=NARROW) as shown:
        right = shown.roster.region.right - 1
        bar = shown.roster.vertical_scrollbar

        def thumb() -> list[int]:
            width = shown.roster.scrollbar_size_vertical
            assert width == 1
            return [round(bar.position)]

        assert shown.roster.show_vertical_scrollbar
        at_first = thumb()
        await shown.press("end")
        await eventually(lambda: thumb() != at_first)
        await clicked(shown, (right, shown.roster.region.y))
        await eventually(lambda: any("▸" in row for row in shown.rows()))
    async with dashboard("Ann", "Bob", size=NARROW) as shown:
        assert not shown.roster.show_vertical_scrollbar
