"""What a terminal sends by itself, however slowly, does nothing in a meeting and ends nothing."""

from __future__ import annotations

import asyncio

from tests.eventually import eventually
from tests.terminal.foreign_node import BOB
from tests.terminal.moderating import joined, put_cursor_on

STALLED_SECONDS = 0.25
"""Longer than a lone ESC waits."""
SENT = {
    "a late answer to a colour query": ("\x1b", "]11;rgb:1414/1919/1f1f\x1b\\"),
    "an answer that stalls": ("\x1b]11;rgb:1414/19", "19/1f1f\x1b\\"),
    "an icon label": ("\x1b]LmLGSra", "\x1b\\"),
    "a mouse report in two reads": ("\x1b[<0;10;7", "m"),
    "F4 in two reads": ("\x1b", "OS"),
    "F16 of Konsole": ("\x1bO2S",),
    "a key of PuTTY's keypad": ("\x1bOX",),
    "letters in one read": ("Marcus",),
    "a letter of another encoding": ("\udce9",),
    "a paste cut inside a character": ("\x1b[200~mLG\udcc3", "\x1b[201~"),
    "a click far right": ("\x1b[M \udc8a!\x1b[M#\udc8a!",),
    "a key beyond Unicode": ("\x1b[1114112u",),
    "a string that never ends": ("\x1b_" + "mLGS" * 1000, "mLGS" * 500),
}


async def test_what_a_terminal_sends_is_no_order_and_keys_go_on_working() -> None:
    async with joined() as (node, shown):
        await put_cursor_on(shown, "Bob Jones")
        for reads in SENT.values():
            for read in reads:
                await shown.type(read)
                await asyncio.sleep(STALLED_SECONDS)
        assert node.posts() == []
        shown.press("\x1b[A")
        await eventually(lambda: "▸" not in shown.line_with(" Bob Jones "), "cursor up")
        shown.press("\x1b[B")
        await eventually(lambda: "▸" in shown.line_with(" Bob Jones "), "cursor down")
        shown.press("m")
        await eventually(lambda: node.posts(), "mute sent")
        assert node.posts() == [(f"participants/{BOB}/mute", None)]
        shown.press("q")
        assert await shown.status() == 0
