"""The mouse as a terminal reports it, at cells and times that a test chooses."""

from __future__ import annotations

from typing import Any, Protocol

from textual import events

from pexdash.ui.framework.key_place import CLICK_SECONDS, event_time
from tests.eventually import eventually


class Clickable(Protocol):
    """An app on a screen that holds text."""

    app: Any
    pilot: Any

    def lines(self) -> list[str]: ...

    def text(self) -> str: ...


def cell_of(shown: Clickable, text: str, *, within: str = "") -> tuple[int, int]:
    """The first cell of `text` on the screen, in a line that also holds `within`."""
    for y, line in enumerate(shown.lines()):
        if text in line and within in line:
            return line.index(text), y
    raise AssertionError(f"{text} is not there:\n{shown.text()}")


async def moused(
    shown: Clickable,
    kind: type[events.MouseEvent],
    cell: tuple[int, int],
    *,
    at: float | None = None,
    button: int = 1,
) -> None:
    """Have the mouse do this at a cell, `at` seconds of the framework's clock."""
    x, y = cell
    event = kind(None, x, y, 0, 0, button, False, False, False, screen_x=x, screen_y=y)
    if at is not None:
        event.time = at
    await shown.app.on_event(event)


async def clicked(
    shown: Clickable, cell: tuple[int, int], *, at: float | None = None, times: int = 1
) -> None:
    """Have a cell clicked so often, long after all that is on the screen has come there."""
    moment = event_time() + 2 * CLICK_SECONDS if at is None else at
    for _ in range(times):
        await moused(shown, events.MouseDown, cell, at=moment)
        await moused(shown, events.MouseUp, cell, at=moment)
        await eventually(lambda: not shown.app._waiting_keys)
    await shown.pilot.pause()
