"""The whole program on a terminal, against a node that is not ours."""

from __future__ import annotations

from typing import Any

import pytest

from tests.eventually import eventually
from tests.terminal.foreign_node import ALIAS, ANN, BOB, ME, TOKEN, WENDY, person
from tests.terminal.moderating import ESCAPE, joined, put_cursor_on


async def test_joining_says_what_we_can_do_and_puts_nothing_into_a_url() -> None:
    async with joined() as (node, _):
        first = node.seen[0]
        assert (first.method, first.request, first.json) == (
            "POST",
            "request_token",
            {
                "display_name": "Alice",
                "direct_media": False,
                "supports_direct_chat": True,
                "breakout_rooms": True,
                "breakout_capable": True,
            },
        )
        assert "token" not in first.headers
        events = next(one for one in node.seen if one.request == "events")
        assert events.headers["token"] == TOKEN
        assert not [one.path for one in node.seen if "?" in one.path]


async def test_m_mutes_and_the_row_changes_only_with_the_nodes_event() -> None:
    async with joined() as (node, shown):
        await put_cursor_on(shown, "Bob Jones")
        shown.press("m")
        await eventually(lambda: node.posts())
        assert node.posts() == [(f"participants/{BOB}/mute", None)]
        await eventually(lambda: "muting…" in shown.line_with("   Bob Jones "))
        assert "muted" not in shown.line_with("   Bob Jones ")
        node.update(BOB, is_muted="YES")
        await eventually(lambda: "muted" in shown.line_with("Bob Jones"))
        assert "muting" not in shown.text
        assert node.seen[-1].headers["token"] == TOKEN
        assert "content-type" not in node.seen[-1].headers


GUIDES_REQUESTS: list[tuple[str, str, str, Any]] = [
    ("Bob Jones", "m", f"participants/{BOB}/mute", None),
    ("Bob Jones", "s", f"participants/{BOB}/spotlighton", None),
    ("Bob Jones", "p", f"participants/{BOB}/denyrxpresentation", None),
    ("Bob Jones", "r", f"participants/{BOB}/role", {"role": "chair"}),
    ("Ann Smith", "r", f"participants/{ANN}/role", {"role": "guest"}),
    ("Wendy Weber", "a", f"participants/{WENDY}/unlock", None),
    ("Bob Jones", "L", "lock", None),
    ("Bob Jones", "G", "muteguests", None),
    ("Bob Jones", "S", "start_conference", None),
]


async def test_a_key_sends_exactly_the_guides_request_once() -> None:
    async with joined() as (node, shown):
        for name, key, path, body in GUIDES_REQUESTS:
            before = len(node.posts())
            await put_cursor_on(shown, name)
            shown.press(key)
            await eventually(lambda before=before: len(node.posts()) > before, f"{key} sent")  # type: ignore[misc]
            # What was sent twice would be there by the time the journal is.
            shown.press("j")
            await shown.shows("Journal of requests")
            assert node.posts()[before:] == [(path, body)], (name, key)
            await shown.press_until(ESCAPE, lambda: "Journal of requests" not in shown.text)


async def test_toggles_turn_round_what_the_node_says() -> None:
    async with joined() as (node, shown):
        node.update(BOB, is_muted="YES", spotlight=1441720992, rx_presentation_policy="DENY")
        node.send("conference_update", {"locked": True, "guests_muted": True})
        await shown.shows("LOCKED", "GUESTS MUTED", "★1")
        await put_cursor_on(shown, "Bob Jones")
        await shown.type(*"mspLG")
        await eventually(lambda: len(node.posts()) == 5)
        assert sorted(path for path, _ in node.posts()) == [
            f"participants/{BOB}/allowrxpresentation",
            f"participants/{BOB}/spotlightoff",
            f"participants/{BOB}/unmute",
            "unlock",
            "unmuteguests",
        ]


async def test_disconnecting_asks_and_the_safe_answer_has_the_focus() -> None:
    async with joined() as (node, shown):
        await put_cursor_on(shown, "Bob Jones")
        shown.press("D")
        await shown.shows("Disconnect?", "sip:bob@example.com", BOB[:8])
        # A key in flight when the dialog opened is dropped; later it takes the safe answer.
        await shown.press_until("\r", lambda: "Disconnect?" not in shown.text)
        assert node.posts() == []
        shown.press("D")
        await shown.shows("Disconnect?")
        await shown.press_until("y", lambda: "Disconnect?" not in shown.text)
        await eventually(lambda: node.posts())
        assert node.posts() == [(f"participants/{BOB}/disconnect", None)]


@pytest.mark.fault(98)
async def test_disconnecting_everyone_wants_the_name_typed() -> None:
    async with joined() as (node, shown):
        shown.press("X")
        await shown.shows("Disconnect everyone?")
        await shown.press_until("no", lambda: "no" in shown.line_with("nono"))
        shown.press("\r")
        await shown.shows("That is not its name")
        assert node.posts() == []
        await shown.type("\x7f" * 200, ALIAS, "\r")
        await eventually(lambda: node.posts())
        assert node.posts() == [("disconnect", None)]
        node.send("disconnect", {"reason": "Conference terminated by another participant"})
        assert await shown.status() == 0


async def test_chat_goes_out_as_typed_and_both_event_names_come_in() -> None:
    async with joined() as (node, shown):
        await shown.type("c", "Hello [b]all[/b] q", "\r")
        await eventually(lambda: node.posts())
        assert node.posts() == [
            ("message", {"type": "text/plain", "payload": "Hello [b]all[/b] q"})
        ]
        await shown.shows("you Hello [b]all[/b] q")
        said = {"origin": "Bob", "uuid": BOB, "type": "text/plain"}
        node.send("message", {**said, "payload": "by the old name"})
        node.send("message_received", {**said, "payload": "by the new name"})
        await shown.shows("by the old name", "by the new name")


async def test_letters_that_follow_c_in_one_burst_are_text_and_no_commands() -> None:
    async with joined() as (node, shown):
        await put_cursor_on(shown, "Bob Jones")
        await shown.type("c", "mute GLSD")
        await shown.shows("mute GLSD")
        await shown.press_until("\r", lambda: bool(node.posts()))
        await shown.shows("you mute GLSD")
        assert node.posts() == [("message", {"type": "text/plain", "payload": "mute GLSD"})]


async def test_keys_that_follow_a_question_in_one_burst_do_not_confirm() -> None:
    async with joined() as (node, shown):
        await put_cursor_on(shown, "Bob Jones")
        await shown.type("D", "yy\t\r")
        await shown.shows("Disconnect?")
        await shown.press_until("n", lambda: "Disconnect?" not in shown.text)
        assert node.posts() == []


async def test_a_message_the_node_refuses_is_not_lost() -> None:
    async with joined() as (node, shown):
        node.refused["message"] = "No chat today"
        await shown.type("c", "Hello", "\r")
        await shown.shows("No chat today")
        await eventually(lambda: shown.line_with("Hello") and "you" not in shown.line_with("Hello"))


async def test_a_refusal_is_shown_in_the_nodes_words() -> None:
    async with joined() as (node, shown):
        node.refused[f"participants/{BOB}/mute"] = "Not on a Sunday [/]"
        await put_cursor_on(shown, "Bob Jones")
        shown.press("m")
        await shown.shows("Not on a Sunday")
        shown.press("j")
        await shown.shows("refused: Not on a Sunday [/]")
        assert len(node.posts()) == 1


async def test_marked_people_are_acted_on_and_the_marks_are_gone() -> None:
    async with joined() as (node, shown):
        await put_cursor_on(shown, "Bob Jones")
        shown.press(" ")
        await shown.shows("1 marked")
        await put_cursor_on(shown, "Ann Smith")
        shown.press(" ")
        await shown.shows("2 marked")
        shown.press("m")
        await eventually(lambda: len(node.posts()) == 2)
        assert node.posts() == [
            (f"participants/{ANN}/mute", None),
            (f"participants/{BOB}/mute", None),
        ]
        await shown.hides("marked")


async def test_disconnecting_several_names_them_all() -> None:
    async with joined() as (node, shown):
        shown.press("*D")
        await shown.shows("Disconnect 3 people?", "sip:bob@example.com", "sip:wendy@example.com")
        await shown.press_until("\x1b", lambda: "Disconnect 4" not in shown.text)
        assert node.posts() == []


async def test_a_dropped_stream_is_said_and_comes_back() -> None:
    async with joined() as (node, shown):
        node.people.append(person(ME[::-1], "Late Larry"))
        node.cut_streams()
        await shown.shows("Late Larry", "● live")
        assert sum(one.request == "request_token" for one in node.seen) == 1


async def test_the_palette_finds_actions_and_participants() -> None:
    async with joined() as (node, shown):
        shown.press("\x10")
        await shown.shows("Search for commands")
        shown.press("mute bob")
        await shown.shows("Mute: Bob Jones")
        shown.press("\r")
        await eventually(lambda: node.posts())
        assert node.posts() == [(f"participants/{BOB}/mute", None)]


async def test_q_releases_the_token_once_and_exits_0() -> None:
    async with joined() as (node, shown):
        shown.press("q")
        assert await shown.status() == 0
        assert node.posts() == [("release_token", None)]
        assert node.seen[-1].headers["token"] == TOKEN


async def test_q_asks_the_last_host_of_a_meeting() -> None:
    async with joined() as (node, shown):
        node.update(ANN, role="guest")
        await shown.shows("GUESTS 2")
        shown.press("q")
        await shown.shows("You are the last Host")
        await shown.press_until("n", lambda: "You are the last Host" not in shown.text)
        assert node.posts() == []
        shown.press("q")
        await shown.shows("You are the last Host")
        shown.press("yyy")
        await shown.press_until("y", lambda: "You are the last Host" not in shown.text)
        assert await shown.status() == 0
        assert node.posts() == [("release_token", None)]


@pytest.mark.fault(99)
async def test_a_key_is_for_the_person_even_when_rows_move() -> None:
    async with joined() as (node, shown):
        await put_cursor_on(shown, "Bob Jones")
        node.people.insert(0, person(ME[::-1], "Aaron First"))
        node.send("participant_create", node.people[0])
        await shown.shows("Aaron First")
        await eventually(lambda: "▸" in shown.line_with("Bob Jones"))
        shown.press("m")
        await eventually(lambda: node.posts())
        assert node.posts() == [(f"participants/{BOB}/mute", None)]


@pytest.mark.fault(96)
async def test_a_key_for_someone_who_has_left_reaches_nobody_else() -> None:
    async with joined() as (node, shown):
        await put_cursor_on(shown, "Bob Jones")
        node.send("participant_delete", {"uuid": BOB})
        await eventually(lambda: " left " in shown.line_with("Bob Jones"))
        shown.press("m")
        await shown.shows("Already left, nothing was sent")
        assert node.posts() == []


@pytest.mark.fault(70)
async def test_being_removed_says_why_and_exits_5() -> None:
    async with joined() as (node, shown):
        node.send("disconnect", {"reason": "API initiated participant disconnect"})
        assert await shown.status() == 5
        await shown.shows("API initiated participant disconnect")
        assert node.posts() == []
