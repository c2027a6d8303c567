"""Widgets take a burst as a paste and a key press as a key."""

from __future__ import annotations

from textual import events
from textual.app import App, ComposeResult
from textual.widgets import Input

from pexdash.ui.framework.burst import Burst
from pexdash.ui.framework.key_press import KeyPress


class Asking(App[None]):
    """One field to type into, and the keys that came through it."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def compose(self) -> ComposeResult:
        yield Input()

    def on_key(self, event: events.Key) -> None:
        self.seen.append(event.key)


async def test_a_field_takes_both_and_other_keys_go_on_to_the_app() -> None:
    app = Asking()
    async with app.run_test() as pilot:
        app.post_message(Burst("Marcus"))
        app.post_message(KeyPress("x", "x", is_repeat=False))
        app.post_message(KeyPress("f9", None))
        await pilot.pause()
        assert app.query_one(Input).value == "Marcusx"
        assert app.seen == ["f9"]
