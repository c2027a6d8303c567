"""The conference screen: what it shows and what its keys do."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from pexdash.node.ringing import dial
from pexdash.session.feed.link import LinkState
from pexdash.ui.widgets.layout import LayoutPane
from tests.eventually import eventually
from tests.ui.dashboard import dashboard

HOSTILE = json.loads((Path(__file__).parent.parent / "data" / "hostile-text.json").read_text())


async def test_waiting_people_come_first_then_hosts_then_guests() -> None:
    async with dashboard("Bob", "Ann", waiting=("Wendy",)) as shown:
        rows = [line[4:20].strip() for line in shown.rows()]
        order = [rows.index(name) for name in ("Wendy", "Alice", "Ann", "Bob")]
        assert order == sorted(order)
        assert "2 in  1 WAIT " in shown.lines()[0]
        assert "1 api" in shown.lines()[0]


async def test_a_row_changes_when_the_node_says_so_and_is_pending_until_then() -> None:
    async with dashboard("Ann", "Bob") as shown:
        await shown.put_cursor_on("Bob")
        released = shown.node.faults.hold("mute")
        await shown.press("m")
        await eventually(lambda: "muting…" in shown.row("Bob"))
        released.set()
        await eventually(lambda: "muted" in shown.row("Bob"))
        await eventually(lambda: "…" not in shown.row("Bob"))
        await shown.press("m")
        await eventually(lambda: "muted" not in shown.row("Bob"))


async def test_a_chat_that_is_switched_off_says_so_at_once() -> None:
    async with dashboard("Ann") as shown:
        await shown.shows("CHAT")
        shown.meeting.publish("conference_update", {"chat_enabled": False})
        await shown.shows("off in this conference")


async def test_the_cursor_stays_on_its_person_when_people_come_above() -> None:
    async with dashboard("Mia", "Zoe") as shown:
        await shown.put_cursor_on("Zoe")
        for name in ("Ada", "Bea", "Cleo"):
            shown.meeting.join(name)
        await shown.shows("Ada", "Bea", "Cleo")
        assert shown.row("Zoe").startswith("▸")
        assert sum(line.startswith("▸") for line in shown.lines()) == 1


async def test_who_leaves_under_the_cursor_stays_until_it_is_moved() -> None:
    async with dashboard("Ann", "Bob", "Cleo") as shown:
        bob = await shown.put_cursor_on("Bob")
        shown.meeting.leave(bob)
        await eventually(lambda: " left " in shown.row("Bob"))
        assert shown.row("Bob").startswith("▸")
        await shown.press("m", "s", "r")
        assert shown.requests() == []
        await shown.press("up")
        assert shown.row("Bob") == ""
        assert shown.row("Ann").startswith("▸")


async def test_a_scrolled_roster_keeps_its_person_in_place_when_someone_joins() -> None:
    people = [f"Person {number:03}" for number in range(100)]
    async with dashboard(*people, size=(80, 24)) as shown:
        await shown.put_cursor_on("Person 080")
        before = [line.startswith("▸") for line in shown.rows()].index(True)
        shown.meeting.join("Aaron")
        await eventually(lambda: "101 in" in shown.lines()[0])
        await shown.pilot.pause()
        assert [line.startswith("▸") for line in shown.rows()].index(True) == before
        assert "Person 080" in shown.rows()[before]


async def test_marks_stay_with_their_people_and_are_counted() -> None:
    async with dashboard("Ann", "Bob", "Cleo") as shown:
        await shown.put_cursor_on("Ann")
        await shown.press("space")
        await shown.put_cursor_on("Cleo")
        await shown.press("space")
        assert "2 marked" in shown.lines()[-1]
        assert "✓" in shown.row("Ann")[:3]
        await shown.press("m")
        await eventually(lambda: len(shown.requests()) == 2)
        await eventually(lambda: "muted" in shown.row("Cleo"))
        assert "muted" in shown.row("Ann")
        assert "muted" not in shown.row("Bob")
        assert "marked" not in shown.lines()[-1]


async def test_marks_outlive_a_question_that_is_answered_no() -> None:
    async with dashboard("Ann", "Bob") as shown:
        await shown.press("asterisk", "D")
        await shown.shows("Disconnect 2 people?")
        await eventually(lambda: shown.takes_keys())
        await shown.press("n")
        assert "2 marked" in shown.lines()[-1]
        assert shown.requests() == []


async def test_the_palette_does_what_its_title_says_even_when_things_have_changed() -> None:
    async with dashboard("Ann", "Bob") as shown:
        bob = await shown.put_cursor_on("Bob")
        await shown.press("ctrl+p", *"mute: bob")
        await shown.shows("Mute: Bob")
        shown.meeting.update(bob, is_muted="YES")
        await eventually(lambda: shown.feed.conference.participants[bob].is_muted)
        await shown.press("enter")
        await shown.shows("muted")
        assert shown.requests() == []


async def test_the_palette_leaves_the_marks_alone() -> None:
    async with dashboard("Ann", "Bob") as shown:
        await shown.put_cursor_on("Ann")
        await shown.press("space", "ctrl+p", *"mute: bob")
        await shown.shows("Mute: Bob")
        await shown.press("enter")
        await eventually(lambda: shown.requests())
        assert shown.requests() == [f"participants/{shown.uuid_of('Bob')}/mute"]
        assert "1 marked" in shown.lines()[-1]


async def test_marking_all_and_clearing() -> None:
    async with dashboard("Ann", "Bob") as shown:
        await shown.press("asterisk")
        assert "2 marked" in shown.lines()[-1]
        await shown.press("escape")
        assert "marked" not in shown.lines()[-1]


async def test_a_filter_narrows_while_typed_and_escape_brings_everybody_back() -> None:
    async with dashboard("Ann", "Bob", "Bea") as shown:
        await shown.put_cursor_on("Ann")
        await shown.press("slash", "b")
        assert shown.row("Ann") == ""
        await shown.press("o")
        assert shown.row("Bea") == ""
        assert shown.row("Bob").startswith("▸")
        await shown.press("escape")
        assert shown.row("Ann").startswith("▸")
        assert shown.row("Bea")


async def test_a_kept_filter_puts_the_cursor_on_the_first_match_and_keys_are_for_it() -> None:
    async with dashboard("Ann", "Bob", "Bea") as shown:
        await shown.press("slash", *"bo", "enter")
        assert shown.row("Bob").startswith("▸")
        await shown.press("m")
        await eventually(lambda: shown.requests())
        bob = next(one for one in shown.feed.conference.participants.values() if one.name == "Bob")
        assert shown.requests() == [f"participants/{bob.uuid}/mute"]


async def test_letters_of_a_filter_are_no_commands() -> None:
    async with dashboard("Ann") as shown:
        await shown.press("slash", *"msaprLGSXq*f")
        assert shown.requests() == []
        await shown.shows("Nobody passes the filter")


async def test_chat_counts_what_is_new_until_it_is_looked_at() -> None:
    async with dashboard("Bob") as shown:
        bob = await shown.put_cursor_on("Bob")
        shown.meeting.say(bob, "Hello")
        shown.meeting.say(bob, "Anyone?")
        await shown.shows("2 new", "Hello", "Anyone?")
        shown.meeting.say(bob, '{"plugin": 1}', kind="application/json")
        await shown.press("c")
        assert "new" not in next(line for line in shown.lines() if "CHAT" in line)
        await shown.press(*"Yes", "enter")
        await shown.shows("you Yes")
        assert "plugin" not in shown.text()


async def test_voices_show_on_the_stage_and_in_the_roster() -> None:
    async with dashboard("Ann", "Bob") as shown:
        bob = await shown.put_cursor_on("Bob")
        shown.meeting.speak({bob: 80})
        await shown.shows("1 speaking")
        for where in (shown.stage, lambda: shown.row("Bob")):
            await eventually(lambda where=where: "● Bob" in where() and "███" in where())  # type: ignore[misc]
        shown.meeting.speak({bob: 0})
        await eventually(lambda: "● Bob" not in shown.text())
        await shown.clock.advance(2.0)
        await eventually(lambda: "█" not in shown.text())
        assert "│   Bob " in shown.stage()


async def test_the_layout_is_drawn_with_the_names_in_their_places() -> None:
    async with dashboard("Ann", "Bob", "Cleo") as shown:
        seats = [shown.uuid_of(name) for name in ("Cleo", "Ann", "Bob")]
        shown.meeting.publish("layout", {"view": "1:21", "participants": seats})
        await shown.shows("LAYOUT  1:21  main + 21")
        area = shown.screen.query_one(LayoutPane).region
        picture = [line[area.x + 1 : area.right - 1] for line in shown.lines()[area.y + 1 :]]
        picture = [line for line in picture if "│" in line]
        assert "Cleo" in picture[0]
        assert picture[1].index("Ann") < picture[1].index("Bob")


async def test_status_flags_follow_the_node() -> None:
    async with dashboard("Ann") as shown:
        await shown.press("L")
        await shown.shows("LOCKED")
        await shown.press("G")
        await shown.shows("GUESTS MUTED", "L Unlock", "G Unmute Guests")
        await shown.press("L", "G")
        await eventually(lambda: "LOCKED" not in shown.text())
        await eventually(lambda: "GUESTS MUTED" not in shown.text())


async def test_someone_who_waits_can_be_admitted() -> None:
    async with dashboard("Ann") as shown:
        shown.meeting.join("Wendy", waiting=True)
        await shown.shows("WAITING 1")
        await shown.put_cursor_on("Wendy")
        assert "a Admit" in shown.row("WAITING")
        assert "a Admit" not in shown.lines()[-1]
        await shown.press("a")
        await eventually(lambda: "WAITING" not in shown.text())
        await shown.press("a")
        await shown.shows("Nobody is waiting")
        assert len(shown.requests()) == 1


async def test_a_failed_dial_out_is_said() -> None:
    async with dashboard("Ann") as shown:
        dial(shown.meeting, "carol@example.com", name="Carol", outcome="rejected")
        await shown.shows("ringing")
        await shown.clock.advance(5)
        await shown.shows("The call to Carol was not", "answered")


@pytest.mark.fault(24, 68)
async def test_a_guest_is_told_what_only_a_host_can_do() -> None:
    async with dashboard("Ann", "Bob") as shown:
        await shown.put_cursor_on("Bob")
        shown.meeting.change_role(shown.feed.conference.me, "guest")
        await shown.shows("GUEST", "You are a Guest now")
        assert "Mute" not in shown.lines()[-1]
        await shown.press("m")
        await shown.shows("Only a Host can do this")
        assert shown.requests() == []


@pytest.mark.fault(2)
async def test_lost_data_is_dimmed_and_its_age_is_shown() -> None:
    async with dashboard("Ann", "Bob") as shown:
        shown.node.faults.answer("events", 502, b"<html>bad gateway</html>", "text/html", 99)
        shown.node.faults.cut_streams()
        await shown.shows("▲ stale")
        await shown.clock.advance(70)
        await shown.shows("Connection lost")
        await eventually(lambda: re.search("▲ stale 1:1[01]", shown.lines()[0]))
        assert "Bob" in shown.text()
        await shown.press("m")
        await shown.shows("Not connected to the node")
        assert shown.feed.link.state is LinkState.LOST


async def test_details_help_and_journal_open_and_close() -> None:
    async with dashboard("Ann", "Bob") as shown:
        bob = await shown.put_cursor_on("Bob")
        await shown.press("enter")
        await shown.shows("sip:Bob@example.com", bob, "Muted by a Host")
        await shown.press("escape")
        await shown.press("question_mark")
        await shown.shows("Disconnect everyone (asks to", "type the conference's name)")
        await shown.press("escape", "j")
        await shown.shows("Nothing has been asked of the node yet")
        await shown.press("escape", "m", "j")
        await shown.shows("Mute Bob", "[mute]", "done")


async def test_copying_offers_the_texts_of_a_person_and_the_meeting_to_invite_to() -> None:
    async with dashboard("Ann", "Bob") as shown:
        bob = await shown.put_cursor_on("Bob")
        await shown.press("y")
        await shown.shows("Name  Bob", "sip:Bob@example.com", bob)
        await shown.press("u")
        assert shown.app.clipboard == bob
        await shown.press("y", "m")
        assert shown.app.clipboard == "meet.alice"


@pytest.mark.parametrize("size", [(40, 10), (60, 20), (80, 24), (120, 40), (200, 60)])
async def test_every_size_shows_people_status_and_keys(size: tuple[int, int]) -> None:
    async with dashboard(size=size, lively=24) as shown:
        await shown.shows("meet.alice", "HOST", "q Leave", "HOSTS")
        assert all(len(line) <= size[0] for line in shown.lines())


@pytest.mark.fault(55)
async def test_hostile_names_and_messages_are_shown_as_text_everywhere() -> None:
    names = [one["text"] * one.get("repeat", 1) for one in HOSTILE["payloads"]]
    async with dashboard(size=(200, 90)) as shown:
        for name in names:
            one = shown.meeting.join(name, overlay_text=name[:1000], uri=name[:1000], waiting=True)
            shown.meeting.present(one.uuid)
            shown.meeting.say(one.uuid, name[:10_000])
        seats = list(shown.meeting.participants)
        shown.meeting.publish("layout", {"view": "[/]", "participants": seats})
        shown.meeting.speak(dict.fromkeys(seats, 50))
        await eventually(lambda: len(shown.feed.conference.participants) == len(names) + 1)
        await shown.press("down", "enter")
        await shown.press("escape", "y")
        await shown.press("escape", "space", "slash", "left_square_bracket", "escape")
        await shown.press("asterisk", "D")
        await shown.shows("Disconnect")
        await shown.pilot.press("escape")
        raw = shown.text()
        assert not [char for char in raw if char < " " and char != "\n"]
        assert not set(raw) & set("\x7f\x9b\x9d\u202e\u2066\u200b")


async def test_the_conference_ending_leaves_with_what_was_said() -> None:
    async with dashboard("Ann") as shown:
        shown.meeting.end("Conference terminated by another participant")
        await eventually(lambda: shown.app.return_value == 0)
        assert "Conference terminated" in shown.app.farewell


async def test_a_node_that_is_not_verified_is_said_all_the_time() -> None:
    async with dashboard("Ann", insecure=True, size=(80, 24)) as shown:
        assert "NODE NOT VERIFIED" in shown.lines()[0]
        shown.meeting.set_locked(True)
        await shown.shows("LOCKED", "NODE NOT VERIFIED")


@pytest.mark.fault(85)
async def test_a_crash_of_a_widget_is_kept_for_the_report() -> None:
    def broken() -> None:
        raise RuntimeError("forced")

    async def crash() -> None:
        async with dashboard("Ann") as shown:
            shown.app.call_later(broken)
            await eventually(lambda: shown.app.crash is not None)
            assert shown.app.return_code == 70

    with pytest.raises(RuntimeError, match="forced"):
        await crash()
