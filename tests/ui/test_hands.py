"""Hands on the screen: a queue of its own, and the keys that lower them."""

from __future__ import annotations

from tests.eventually import eventually
from tests.ui.dashboard import Dashboard, dashboard


def raise_hands(shown: Dashboard, *names: str) -> None:
    """Raise these hands, a second apart, the last one now."""
    now = shown.clock.wall()
    for ago, name in enumerate(reversed(names)):
        shown.meeting.update(shown.uuid_of(name), buzz_time=now - ago)


def order(shown: Dashboard, *words: str) -> list[int]:
    """The lines of the roster in which these words stand first."""
    rows = shown.rows()
    return [next(at for at, row in enumerate(rows) if word in row) for word in words]


async def test_hands_are_a_section_by_time_and_counted_on_top() -> None:
    async with dashboard("Ann", "Bob", "Cleo", waiting=("Wendy",)) as shown:
        assert "HAND" not in shown.lines()[0]
        raise_hands(shown, "Cleo", "Ann")
        await shown.shows("HANDS 2 · longest 0:01", "2 HANDS")
        lines = order(shown, "WAITING", "HANDS", "Cleo", "Ann", "HOSTS", "GUESTS", "Bob")
        assert lines == sorted(lines)
        assert "0:01" in shown.row("Cleo")
        await shown.clock.advance(61)
        await shown.shows("HANDS 2 · longest 1:02")
        await eventually(lambda: "1:02" in shown.row("Cleo"))
        shown.meeting.update(shown.uuid_of("Cleo"), buzz_time=0)
        await shown.shows("HANDS 1", "1 HAND ")
        assert order(shown, "GUESTS")[0] < order(shown, "Cleo")[0]


async def test_a_new_hand_is_said_over_what_hides_it() -> None:
    async with dashboard("Ann") as shown:
        await shown.press("T")
        raise_hands(shown, "Ann")
        await shown.shows("─ Ann has a hand up ─")


async def test_the_key_pressed_elsewhere_only_goes_to_the_first_hand() -> None:
    async with dashboard("Ann", "Bob", "Cleo") as shown:
        await shown.put_cursor_on("Bob")
        await shown.press("h")
        await shown.shows("Nobody has a hand up")
        raise_hands(shown, "Cleo", "Ann")
        await shown.shows("HANDS 2")
        await shown.press("h")
        await eventually(lambda: "▸" in shown.row("Cleo"))
        assert shown.requests() == []
        await shown.press("h")
        await shown.shows("HANDS 1")
        assert shown.requests() == [f"participants/{shown.uuid_of('Cleo')}/clearbuzz"]


async def test_lowering_all_hands_asks_above_five() -> None:
    names = [f"P{number}" for number in range(6)]
    async with dashboard(*names) as shown:
        raise_hands(shown, *names[:5])
        await shown.shows("HANDS 5", "H All 5")
        await shown.press("H")
        await eventually(lambda: "HANDS" not in shown.text())
        raise_hands(shown, *names)
        await shown.shows("H All 6")
        await shown.press("H")
        await shown.shows("Lower all hands?", "sip:P3@example.com", "+2")
        await eventually(shown.takes_keys)
        await shown.press("y")
        await eventually(lambda: "HANDS" not in shown.text())
        assert shown.requests() == ["clearallbuzz", "clearallbuzz"]


async def test_the_keys_of_a_section_are_not_repeated_in_the_footer() -> None:
    async with dashboard("Ann", waiting=("Wendy",)) as shown:
        raise_hands(shown, "Ann")
        await shown.put_cursor_on("Ann")
        await shown.shows("h Lower", "H All 1", "A All 1")
        assert "Lower" not in shown.lines()[-1]
        assert "Admit" not in shown.lines()[-1]
        await shown.put_cursor_on("Wendy")
        await shown.shows("D Refuse")
        assert "D Disconnect" not in shown.lines()[-1]
        await shown.put_cursor_on("Alice")
        await shown.shows("h Raise hand", "D Disconnect")


async def test_a_filter_hides_people_and_no_count() -> None:
    async with dashboard("Ann", "Bob") as shown:
        raise_hands(shown, "Ann", "Bob")
        await shown.shows("HANDS 2")
        await shown.press("slash", *"bob", "enter")
        await shown.shows("HANDS 1 of 2", "2 HANDS", "H All 2")
