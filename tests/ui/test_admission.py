"""Letting people in: whom a key is for, where the cursor goes, and what one decides by."""

from __future__ import annotations

import pytest

from tests.eventually import eventually
from tests.ui.dashboard import dashboard

THREE = ("Wendy", "Xaver", "Yuki")


async def test_the_cursor_goes_on_with_the_key_and_not_with_the_event() -> None:
    async with dashboard("Ann", waiting=THREE) as shown:
        shown.node.faults.silence(True)
        uuids = [shown.uuid_of(name) for name in THREE]
        await shown.put_cursor_on("Xaver")
        await shown.press("a")
        assert "▸" in shown.row("Yuki")
        # The same key again waits for a moment, as it could be held.
        await shown.press("a")
        await eventually(lambda: "▸" in shown.row("Wendy"))
        await shown.press("a")
        await eventually(lambda: len(shown.requests()) == 3)
        assert shown.requests() == [
            f"participants/{uuid}/unlock" for uuid in (uuids[1], uuids[2], uuids[0])
        ]
        shown.node.faults.silence(False)


async def test_the_key_pressed_elsewhere_admits_nobody() -> None:
    async with dashboard("Ann", "Bob", waiting=("Wendy", "Xaver")) as shown:
        await shown.put_cursor_on("Bob")
        await shown.press("a")
        await eventually(lambda: "▸" in shown.row("Wendy"))
        assert shown.requests() == []
        await shown.press("a")
        await eventually(lambda: shown.requests())
        assert shown.requests() == [f"participants/{shown.uuid_of('Wendy')}/unlock"]
        assert "▸" in shown.row("Xaver")


async def test_the_marked_are_admitted_wherever_the_cursor_is() -> None:
    async with dashboard("Ann", waiting=THREE) as shown:
        for name in ("Wendy", "Yuki"):
            await shown.put_cursor_on(name)
            await shown.press("space")
        await shown.put_cursor_on("Ann")
        await shown.press("a")
        await shown.shows("WAITING 1")
        assert "▸" in shown.row("Ann")
        assert len(shown.requests()) == 2


@pytest.mark.parametrize("number", [5, 6])
async def test_everybody_is_let_in_and_above_five_that_is_asked(number: int) -> None:
    people = tuple(f"W{at}" for at in range(number))
    async with dashboard("Ann", waiting=people) as shown:
        await shown.shows(f"A All {number}")
        await shown.press("A")
        if number > 5:
            await shown.shows(f"Admit {number} people?", "w5@example.com")
            await eventually(shown.takes_keys)
            await shown.press("y")
        await eventually(lambda: "WAITING" not in shown.text())
        assert len(shown.requests()) == number
        await shown.press("A")
        await shown.shows("Nobody is waiting")


async def test_who_is_being_admitted_is_not_asked_for_twice() -> None:
    async with dashboard("Ann", waiting=("Wendy", "Xaver")) as shown:
        shown.node.faults.silence(True)
        await shown.put_cursor_on("Wendy")
        await shown.press("a")
        await eventually(lambda: len(shown.requests()) == 1)
        await shown.press("A")
        await eventually(lambda: len(shown.requests()) == 2)
        assert len(set(shown.requests())) == 2
        shown.node.faults.silence(False)


async def test_to_refuse_has_its_own_word_and_the_count_adds_up() -> None:
    async with dashboard("Ann", waiting=THREE) as shown:
        await shown.put_cursor_on("Xaver")
        await shown.shows("WAITING 3", "D Refuse")
        await shown.press("D")
        await shown.shows("Refuse?", "xaver@example.com")
        await eventually(shown.takes_keys)
        await shown.press("y")
        await shown.shows("WAITING 2 · 1 left", "2 WAIT")
        assert [one.rpartition("/")[2] for one in shown.requests()] == ["disconnect"]
        assert len([row for row in shown.rows() if "@example.com" in row or "Xaver" in row]) == 3


async def test_the_row_has_the_identity_and_the_ends_of_the_address_and_details_the_whole() -> None:
    async with dashboard("Ann", size=(80, 24)) as shown:
        address = "wendy.weber@research.partner.example"
        for name, verified in (("Wendy", False), ("Xaver", True)):
            shown.meeting.join(name, waiting=True, uri=address, is_idp_authenticated=verified)
        await eventually(lambda: shown.row("Xaver"))
        assert address[:10] in shown.row("Wendy")
        assert address[-10:] in shown.row("Wendy")
        assert "not verified" in shown.row("Wendy")
        assert "not verified" not in shown.row("Xaver")
        assert "verified" in shown.row("Xaver")
        await shown.put_cursor_on("Wendy")
        await shown.press("enter")
        await shown.shows(address, "Identity", "not verified")
