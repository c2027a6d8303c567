"""The bell and the title of the window on a real terminal, which gets its own title back."""

from __future__ import annotations

import re

from tests.eventually import eventually
from tests.terminal.foreign_node import ALIAS, WENDY, ForeignNode, person
from tests.terminal.pseudo_terminal import Terminal, terminal

KEPT, GIVEN_BACK = b"\x1b[22;2t", b"\x1b[23;2t"
XAVER = WENDY[::-1]


def rung(shown: Terminal) -> int:
    """How often the bell rang; the shape of the pointer ends in a bell too."""
    return re.sub(rb"\x1b\]22;[a-z]*\x07", b"", bytes(shown.raw)).count(b"\x07")


async def test_the_title_tells_who_waits_and_the_bell_rings_for_a_new_one() -> None:
    async with (
        ForeignNode() as node,
        terminal("join", ALIAS, "--node", node.url) as shown,
    ):
        await shown.shows("WAITING 1")
        await eventually(lambda: f"\x1b]2;(1 waiting) {ALIAS}\x1b\\".encode() in shown.raw)
        assert not rung(shown)
        node.send("participant_create", person(XAVER, "Xaver", service_type="waiting_room"))
        await eventually(lambda: f"\x1b]2;(2 waiting) {ALIAS}\x1b\\".encode() in shown.raw)
        await eventually(lambda: rung(shown))
        shown.press("q")
        assert await shown.status() == 0
        raw = bytes(shown.raw)
        assert raw.count(KEPT) == raw.count(GIVEN_BACK) == 1
        assert raw.index(KEPT) < raw.index(b"\x1b]2;")
        assert raw.rindex(b"\x1b]2;") < raw.index(GIVEN_BACK)
