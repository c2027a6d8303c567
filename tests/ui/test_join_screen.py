"""The join screen with a link in it."""

from __future__ import annotations

import pytest
from textual.widgets import Input, OptionList, Static

from pexdash.session.membership.recent_conferences import RecentConference
from pexdash.ui.framework.key_place import event_time
from pexdash.ui.framework.key_press import KeyPress
from pexdash.ui.screens.join import JoinApp, JoinForm
from tests.eventually import eventually

LINK = "https://link.example.com/webapp/m/meet.alice?pin=48151623"


def values(app: JoinApp) -> tuple[str, str]:
    """What stands in the fields for the conference and the node."""
    return app.query_one("#alias", Input).value, app.query_one("#node", Input).value


def told(app: JoinApp) -> str:
    return str(app.query_one("#fault", Static).render())


@pytest.mark.parametrize("before", ["", "https://set.example.com"])
async def test_a_link_fills_in_its_node_before_it_is_sent_anything(before: str) -> None:
    app = JoinApp(JoinForm(node=before))
    async with app.run_test() as pilot:
        app.query_one("#alias", Input).value = LINK
        await pilot.press("enter")
        await eventually(lambda: values(app) == ("meet.alice", "https://link.example.com"))
        assert "names the node link.example.com; the PIN in it is dropped" in told(app)
        await pilot.press("enter")
        await eventually(lambda: app.return_value is not None)
    assert app.return_value == JoinForm("meet.alice", "https://link.example.com")


async def test_a_node_that_was_typed_stays() -> None:
    app = JoinApp(JoinForm(node="https://set.example.com"))
    async with app.run_test() as pilot:
        app.query_one("#alias", Input).value = LINK
        app.query_one("#node", Input).value = "typed.example.com"
        await pilot.press("enter")
        await eventually(lambda: app.return_value is not None)
    assert app.return_value == JoinForm(LINK, "typed.example.com")


async def test_what_is_no_conference_is_told_in_the_form() -> None:
    app = JoinApp(JoinForm())
    async with app.run_test() as pilot:
        app.query_one("#alias", Input).value = "http://node.example.com/m/meet"
        await pilot.press("enter")
        await eventually(lambda: "a link with http:// is not followed" in told(app))
        app.query_one("#alias", Input).value = "  "
        await pilot.press("enter")
        await eventually(lambda: "Which conference?" in told(app))


async def test_an_enter_that_is_held_does_not_agree_to_the_node_of_a_link() -> None:
    app = JoinApp(JoinForm())
    async with app.run_test():
        app.query_one("#alias", Input).value = LINK
        now = event_time()
        await hold_enter(app, now, now + 0.5)
        await eventually(lambda: values(app)[0] == "meet.alice")
        await hold_enter(app, now + 0.53, now + 0.56)
        assert app.return_value is None
        await hold_enter(app, now + 9)
        await eventually(lambda: app.return_value is not None)


async def test_an_enter_held_since_the_last_try_is_no_next_one() -> None:
    app = JoinApp(JoinForm("meet.alice"), "It failed")
    async with app.run_test():
        now = event_time()
        await hold_enter(app, *(now + 0.4 + number / 30 for number in range(9)))
        assert app.return_value is None
        await hold_enter(app, now + 9)
        await eventually(lambda: app.return_value == JoinForm("meet.alice"))


async def hold_enter(app: JoinApp, *times: float) -> None:
    """Have the terminal send an enter at each of these times of the framework's clock."""
    for at in times:
        enter = KeyPress("enter", "\r")
        enter.time = at
        await app.on_event(enter)
    await eventually(lambda: not app._waiting_keys)


RECENT = [
    RecentConference("meet.alice", "https://node.example.com", "host"),
    RecentConference("meet.bob", "", "guest"),
]


async def test_a_recent_conference_is_joined_by_enter_under_the_name_in_its_field() -> None:
    app = JoinApp(JoinForm(name="Alice"), recent=RECENT)
    async with app.run_test() as pilot:
        app.query_one("#pin", Input).value = "48151623"
        await pilot.press("down", "enter")
    assert app.return_value == JoinForm("meet.alice", "https://node.example.com", "Alice")


async def test_the_recent_ones_show_where_and_as_whom() -> None:
    app = JoinApp(JoinForm(), recent=RECENT)
    async with app.run_test():
        shown = [str(one.prompt).split() for one in app.query_one("#recent", OptionList).options]
    assert shown == [["meet.alice", "node.example.com", "Host"], ["meet.bob", "Guest"]]


async def test_escape_goes_back_from_the_recent_ones_to_the_fields_and_then_out() -> None:
    app = JoinApp(JoinForm(), recent=RECENT)
    async with app.run_test() as pilot:
        await pilot.press("down")
        assert app.focused is app.query_one("#recent")
        await pilot.press("escape")
        assert app.focused is app.query_one("#alias")
        await pilot.press("escape")
    assert app.return_value is None


@pytest.mark.parametrize("size", [(80, 24), (60, 31), (120, 40)])
async def test_what_the_keys_do_is_in_sight_beside_twenty_recent_ones(
    size: tuple[int, int],
) -> None:
    app = JoinApp(JoinForm(), recent=RECENT * 10)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        hint = app.query_one("#hint", Static)
        assert "down recent ones" in str(hint.render())
        assert hint.region.bottom <= size[1] - 2


async def test_without_recent_ones_nothing_is_said_of_them() -> None:
    app = JoinApp(JoinForm())
    async with app.run_test() as pilot:
        await pilot.press("down")
        assert app.focused is app.query_one("#alias")
        assert "recent" not in str(app.query_one("#hint", Static).render())
