"""Keys act, and `q` leaves, whatever floods the screen."""

from __future__ import annotations

from itertools import repeat

import pytest

from tests.bench import stream
from tests.eventually import eventually
from tests.flooding import FLOODS, flooding
from tests.terminal.pseudo_terminal import terminal


@pytest.mark.parametrize(
    "flood", ["ids without data", "names without data", "a meeting in another field order"]
)
async def test_keys_are_answered_amid_a_flood(flood: str) -> None:
    with flooding(repeat(FLOODS[flood]())) as url:
        async with terminal("join", stream.ALIAS, "--node", url) as shown:
            await shown.shows("PEOPLE ", "● live")
            for key, is_open in (("?", True), ("\x1b", False)):
                shown.press(key)
                await eventually(lambda: ("Keys" in shown.text) is is_open, key)  # noqa: B023
            shown.press("q")
            assert await shown.status() == 0
