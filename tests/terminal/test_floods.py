"""Keys act, and `q` leaves, whatever floods the screen."""

from __future__ import annotations

import time
from itertools import repeat

import pytest

from tests.bench import stream
from tests.eventually import eventually
from tests.flooding import FLOODS, flooding
from tests.terminal.pseudo_terminal import terminal

ANSWER_SECONDS = 2.0
"""Within how long a key is answered on a machine that is busy with other tests."""


@pytest.mark.parametrize(
    "flood", ["ids without data", "names without data", "a meeting in another field order"]
)
async def test_keys_are_answered_amid_a_flood(flood: str) -> None:
    with flooding(repeat(FLOODS[flood]())) as url:
        async with terminal("join", stream.ALIAS, "--node", url) as shown:
            await shown.shows("GUESTS ", "live")
            for key, is_open in (("?", True), ("\x1b", False)):
                began = time.monotonic()
                shown.press(key)
                await eventually(lambda: ("Keys" in shown.text) is is_open)  # noqa: B023
                assert time.monotonic() - began < ANSWER_SECONDS, key
            shown.press("q")
            assert await shown.status() == 0
