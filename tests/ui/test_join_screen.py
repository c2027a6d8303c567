"""The join screen with a link in it."""

from __future__ import annotations

import pytest
from textual.widgets import Input, Static

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
