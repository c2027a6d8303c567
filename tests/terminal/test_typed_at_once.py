"""Keys that are held, that came too early, or with an escape, in a real terminal."""

from __future__ import annotations

import asyncio

from tests.eventually import eventually
from tests.terminal.foreign_node import ALIAS, BOB, ForeignNode
from tests.terminal.moderating import joined, put_cursor_on
from tests.terminal.pseudo_terminal import terminal

REPEAT_SECONDS = 1 / 15
"""A keyboard sends two repeats in this time."""


async def test_a_held_key_acts_once_and_an_escape_only_leaves() -> None:
    async with joined() as (node, shown):
        await put_cursor_on(shown, "Bob Jones")
        await shown.type("m")
        # A pause of a second, of the machine, would make the next a press of its own.
        for _ in range(10):
            # Two in one write, because a busy machine would put long waits between them.
            await shown.type("mm")
            await asyncio.sleep(REPEAT_SECONDS)
        await eventually(lambda: node.posts())
        await shown.type("\x1bm", "\x1bL", "\x1bG", "j")
        await shown.shows("Journal of requests")
        await shown.type("\x1b")
        await shown.hides("Journal of requests")
        await shown.type("c", "hello", "\x1b/", "bob", "\r")
        await shown.shows("/ bob", "Bob Jones", "hello")
        await shown.hides("Ann Smith")
        assert node.posts() == [(f"participants/{BOB}/mute", None)]


async def test_what_was_typed_before_anybody_was_to_be_seen_acts_on_nobody() -> None:
    async with ForeignNode() as node, terminal("join", ALIAS, "--node", node.url) as shown:
        shown.press("mL")
        await eventually(lambda: node.seen)
        shown.press("Gr")
        await shown.shows("Bob Jones", "● live")
        # What comes with the picture itself was typed before anybody can have seen it.
        none = "Nothing has been asked of the node yet"
        await shown.press_until("j", lambda: none in shown.text)
        await shown.shows(none)
        assert node.posts() == []
