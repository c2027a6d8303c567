"""The program in a meeting on a foreign node: the cursor on a person, a form that is open."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.eventually import eventually
from tests.terminal.foreign_node import ALIAS, ForeignNode
from tests.terminal.pseudo_terminal import Terminal, terminal

DOWN = "\x1b[B"
ESCAPE = "\x1b"


@asynccontextmanager
async def joined() -> AsyncIterator[tuple[ForeignNode, Terminal]]:
    """`pexdash join` on a foreign node, its people on the screen, the cursor on Wendy."""
    async with (
        ForeignNode() as node,
        terminal("join", ALIAS, "--node", node.url, "--name", "Alice") as shown,
    ):
        await shown.shows("WAITING 1", "Ann Smith", "Bob Jones", "● live")
        await eventually(lambda: "▸" in shown.line_with("Wendy Weber"))
        yield node, shown


async def put_cursor_on(shown: Terminal, name: str) -> None:
    """Find a participant by the filter and put the cursor there."""

    def has_cursor() -> bool:
        return any(line.startswith("▸") and f" {name} " in line for line in shown.lines)

    shown.press("/")
    await shown.shows("!word")
    await shown.type(name, "\r")
    await shown.shows(f"/ {name}")
    await eventually(has_cursor, f"cursor on {name}")
    shown.press(ESCAPE)
    await shown.hides(f"/ {name}")
    await shown.shows("WAITING 1", "HOSTS", "GUESTS")
    await eventually(has_cursor, f"cursor on {name}")


async def open_form(shown: Terminal, key: str, title: str) -> None:
    """Press `key` and wait until its form takes letters."""
    shown.press(key)
    await shown.shows(title, "esc back")
    await shown.press_until("1", lambda: "1" in first_field(shown))
    shown.press("\x7f" * 50)
    await eventually(lambda: "1" not in first_field(shown))


def first_field(shown: Terminal) -> str:
    """What stands in the first field of the form that is open."""
    labels = ("Destination", "Conference  ", "Digits", "For  ")
    lines = (line.partition(one)[2] for line in shown.lines for one in labels if one in line)
    return next(lines, "").partition("│")[0]
