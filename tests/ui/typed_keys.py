"""Keys and text as they come from a terminal, at times that a test chooses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from textual.events import Key, Paste
from textual.pilot import Pilot

from pexdash.ui.framework.key_place import event_time
from pexdash.ui.framework.key_press import KeyPress
from pexdash.ui.framework.ordered_keys import OrderedKeys
from tests.eventually import eventually
from tests.ui.dashboard import Dashboard


class Typing(Protocol):
    """Anything on a screen that keys may be typed at."""

    @property
    def app(self) -> OrderedKeys[int]: ...
    @property
    def pilot(self) -> Pilot[int]: ...


async def typed(shown: Typing, *several: Key | Paste, at: float | None = None) -> None:
    """Have these come from the terminal, `at` seconds of the framework's clock."""
    for one in several:
        if at is not None:
            one.time = at
        await shown.app.on_event(one)
    await eventually(lambda: not shown.app._waiting_keys)
    await shown.pilot.pause()


def presses(key: str, *seconds: float, repeat: bool | None = None) -> Iterator[KeyPress]:
    """`key` pressed so many seconds from now; what comes after the first is marked `repeat`."""
    now = event_time()
    for number, after in enumerate(seconds):
        one = KeyPress(
            key, key if len(key) == 1 else None, is_repeat=None if repeat is None else bool(number)
        )
        one.time = now + after
        yield one


async def hold(shown: Dashboard, key: str, *, after: float = 1.0) -> None:
    """Have a key pressed so many seconds from now, and held for a second."""
    repeats = [after + 0.5 + number / 30 for number in range(16)]
    await typed(shown, *presses(key, after, *repeats))
