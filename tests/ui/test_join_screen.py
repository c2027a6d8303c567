"""The join screen with a link in it."""

from __future__ import annotations

import pytest
from textual.widgets import Input, Static

from pexdash.ui.screens.join import JoinApp, JoinForm

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
        assert values(app) == ("meet.alice", "https://link.example.com")
        assert "names the node link.example.com; the PIN in it is dropped" in told(app)
        await pilot.press("enter")
    assert app.return_value == JoinForm("meet.alice", "https://link.example.com")


async def test_a_node_that_was_typed_stays() -> None:
    app = JoinApp(JoinForm(node="https://set.example.com"))
    async with app.run_test() as pilot:
        app.query_one("#alias", Input).value = LINK
        app.query_one("#node", Input).value = "typed.example.com"
        await pilot.press("enter")
    assert app.return_value == JoinForm(LINK, "typed.example.com")


async def test_what_is_no_conference_is_told_in_the_form() -> None:
    app = JoinApp(JoinForm())
    async with app.run_test() as pilot:
        app.query_one("#alias", Input).value = "http://node.example.com/m/meet"
        await pilot.press("enter")
        assert "a link with http:// is not followed" in told(app)
        app.query_one("#alias", Input).value = "  "
        await pilot.press("enter")
        assert "Which conference?" in told(app)
