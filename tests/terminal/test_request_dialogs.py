"""Dial out, transfer, DTMF and media calls on a terminal, against a node that is not ours."""

from __future__ import annotations

import pytest

from tests.eventually import eventually
from tests.terminal.foreign_node import ANN, BOB, CALL, CALLED, ME, person
from tests.terminal.moderating import first_field, joined, open_form, put_cursor_on

TAB, RIGHT, UP = "\t", "\x1b[C", "\x1b[A"


async def test_dialling_sends_the_four_fields_that_matter_and_the_call_rings() -> None:
    async with joined() as (node, shown):
        await open_form(shown, "o", "Dial out")
        await shown.type("carol@example.com")
        shown.press(f"{TAB}{RIGHT}{TAB}{RIGHT}{TAB}{RIGHT}{RIGHT}\r")
        await eventually(lambda: node.posts())
        assert node.posts() == [
            (
                "dial",
                {
                    "destination": "carol@example.com",
                    "protocol": "h323",
                    "role": "chair",
                    "call_type": "audio",
                },
            )
        ]
        carol = person(CALLED, "Carol", service_type="connecting", start_time=None)
        node.send("participant_create", carol)
        await eventually(lambda: "ringing" in shown.line_with("Carol"))
        await eventually(lambda: "0:0" in shown.line_with("Carol"))
        node.send("participant_update", {**carol, "service_type": "conference"})
        await shown.shows("carol@example.com has answered")


async def test_a_rejected_call_is_said_once() -> None:
    async with joined() as (node, shown):
        await open_form(shown, "o", "Dial out")
        await shown.type("carol@example.com", "\r")
        await eventually(lambda: node.posts())
        node.send("participant_create", person(CALLED, "Carol", service_type="connecting"))
        await eventually(lambda: "ringing" in shown.line_with("Carol"))
        node.send("participant_delete", {"uuid": CALLED})
        await shown.shows("carol@example.com rejected the", "call")
        assert "was not answered" not in shown.text


async def test_a_destination_is_brought_back_and_a_bad_one_is_refused_in_words() -> None:
    async with joined() as (node, shown):
        await open_form(shown, "o", "Dial out")
        shown.press("\r")
        await shown.shows("Whom to?")
        await shown.type("a b", "\r")
        await shown.shows("has no spaces")
        await shown.type("\x7f" * 5, "dave@example.com", "\r")
        await eventually(lambda: node.posts())
        await open_form(shown, "o", "Dial out")
        shown.press(UP)
        await eventually(lambda: "dave@example.com" in first_field(shown))


async def test_transferring_several_names_them_and_sends_each_once() -> None:
    async with joined() as (node, shown):
        await put_cursor_on(shown, "Bob Jones")
        shown.press(" ")
        await put_cursor_on(shown, "Ann Smith")
        shown.press(" ")
        await shown.shows("2 marked")
        await open_form(shown, "t", "Transfer 2 people")
        await shown.shows("sip:ann@example.com", "sip:bob@example.com")
        await shown.type("meet.bob@example.com", TAB + TAB, "4321", "\r")
        await eventually(lambda: len(node.posts()) == 2)
        body = {"role": "guest", "conference_alias": "meet.bob@example.com", "pin": "4321"}
        assert node.posts() == [
            (f"participants/{ANN}/transfer", body),
            (f"participants/{BOB}/transfer", body),
        ]
        assert b"4321" not in shown.raw
        shown.press("j")
        await shown.shows("Transfer to meet.bob@example.com Bob Jones")


@pytest.mark.fault(104)
async def test_digits_are_checked_and_stand_in_no_journal() -> None:
    async with joined() as (node, shown):
        await put_cursor_on(shown, "Bob Jones")
        await open_form(shown, "d", "Send DTMF digits")
        await shown.type("12x", "\r")
        await shown.shows("DTMF digits are 0 to 9")
        await shown.type("\x7f" * 3, "77*#", "\r")
        await eventually(lambda: node.posts())
        assert node.posts() == [(f"participants/{BOB}/dtmf", {"digits": "77*#"})]
        shown.press("j")
        await shown.shows("DTMF Bob Jones", "done")
        assert "77*#" not in shown.text


async def test_a_media_call_gives_both_urls_and_can_be_spoken_to_and_ended() -> None:
    async with joined() as (node, shown):
        shown.press("v")
        await shown.shows("Add a media call")
        await shown.press_until("\r", lambda: bool(node.posts()))
        assert node.posts()[0] == (f"participants/{ME}/calls", {"call_type": "RTMP"})
        await shown.shows(f"rtmp://10.0.0.1:40002/pexip/{CALL}", "rtmps://node.example.com:40003")
        await shown.press_until("d", lambda: "Send DTMF digits" in shown.text)
        await open_form(shown, "d", "Send DTMF digits")
        shown.press("12\r")
        await eventually(lambda: len(node.posts()) == 2)
        assert node.posts()[1] == (f"participants/{ME}/calls/{CALL}/dtmf", {"digits": "12"})
        await eventually(lambda: "Send DTMF" not in shown.text)
        shown.press("x")
        await eventually(lambda: len(node.posts()) == 3)
        assert node.posts()[2] == (f"participants/{ME}/calls/{CALL}/disconnect", None)
        await shown.shows("No call of ours")


async def test_a_call_the_node_ends_says_why() -> None:
    async with joined() as (node, shown):
        shown.press("v")
        await shown.shows("Add a media call")
        await shown.press_until("\r", lambda: bool(node.posts()))
        await shown.shows("rtmp://")
        node.send("call_disconnected", {"call_uuid": CALL, "reason": "Presentation stolen"})
        await shown.shows("The RTMP call has ended", "stolen")
        await shown.shows("No call of ours")


async def test_who_waits_sees_that_and_then_the_dashboard() -> None:
    async with joined() as (node, shown):
        node.update(ME, service_type="waiting_room")
        await shown.shows("Waiting to be let in", "A Host has to let you in")
        await shown.hides("Bob Jones")
        node.update(ME, service_type="conference")
        await shown.shows("Bob Jones")
        await shown.hides("Waiting to be let in")
