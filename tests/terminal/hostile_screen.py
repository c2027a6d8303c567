"""A dashboard on a node whose texts are hostile, and what tests of it press and read."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import pytest

from pexdash.text import NAME_LIMIT
from tests.eventually import eventually
from tests.terminal.foreign_node import ALIAS, ForeignNode
from tests.terminal.hostile import faults, packs
from tests.terminal.pseudo_terminal import Terminal, terminal

SIZE = (200, 40)
BROAD = (320, 34)
PACKS = packs(100)
TITLE_PACKS = packs(NAME_LIMIT - len("p00 "))
LONG_PACKS = packs(240)
each_half = pytest.mark.parametrize("half", [0, 1])
"""For a test that would be too long with every payload."""
PAGE_DOWN, HOME, END = "\x1b[6~", "\x1b[H", "\x1b[F"


@asynccontextmanager
async def showing(
    node: ForeignNode,
    size: tuple[int, int] = SIZE,
    environment: Mapping[str, str] | None = None,
) -> AsyncIterator[Terminal]:
    """The dashboard on `node`; what it wrote is looked at afterwards."""
    joining = ("join", ALIAS, "--node", node.url)
    async with terminal(*joining, size=size, environment=environment) as shown:
        # Keys do nothing before the first roster can be seen.
        await shown.shows("● live", "WAITING ")
        yield shown
        assert shown.process.returncode is None, shown.text
        await escaped(shown)
        # Once would be too few right after an escape, which makes it alt+q where both come at once.
        await shown.press_until("q", lambda: shown.process.returncode is not None)
        assert await shown.status() == 0
        assert faults(bytes(shown.raw)) == []


async def escaped(shown: Terminal) -> None:
    """Close whatever is open."""
    await shown.press_until("\x1b", lambda: "esc " not in shown.text.replace("esc Clear", ""))


async def settled() -> None:
    """A dialog is deaf for its first quarter of a second."""
    hears = time.monotonic() + 0.3
    await eventually(lambda: time.monotonic() > hears)


async def read_through(shown: Terminal, marks: list[str]) -> None:
    """Page through what is open until each mark has been on the screen."""
    unseen = set(marks)

    def has_more() -> bool:
        return any(one in shown.text for one in unseen)

    while unseen:
        await eventually(has_more, f"{unseen} in\n{shown.text}")
        await shown.drawn()
        unseen -= {one for one in unseen if one in shown.text}
        if unseen:
            await shown.press_until(PAGE_DOWN, has_more)
