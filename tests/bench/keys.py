"""Target 7: from a key to its first visible effect, while 5,000 events a second come in."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import TypeVar

from tests.bench.cells import Cells
from tests.bench.feeding import feeding
from tests.bench.figures import Measured, shares
from tests.bench.programs import app, joined
from tests.bench.terminals import SIZE, Terminal, terminal

PEOPLE = 5000
RATE = 5000.0
_DOWN, _UP = b"\x1b[B", b"\x1b[A"
_STEPS = 12
_LATE = 3000.0
_NAME = slice(4, 30)
"""The cells of a row that name its person."""
_Place = TypeVar("_Place", int, str)
_Chunks = list[tuple[float, bytes]]
_Delays = Callable[[_Chunks, list[tuple[float, int]]], list[float]]


async def measure(*, quick: bool) -> dict[str, Measured]:
    """The cursor moved down and up; where it is, is read from the cells of the screen.

    Ours stays on a person wherever that person moves: only a key changes the name beside its sign.
    """
    keys, turns = (24, 1) if quick else (48, 2)
    delays: dict[str, list[float]] = {"ours": [], "naive": []}
    async with feeding("--participants", str(PEOPLE)) as feed:
        contenders: dict[str, tuple[tuple[str, ...], _Delays]] = {
            "ours": (joined(feed.url), delays_of_names),
            "naive": (app("naive.table_app", "--follow", feed.events_url), delays_of_rows),
        }
        for _ in range(turns):
            for name, (command, delays_of) in contenders.items():
                async with terminal(*command) as shown:
                    await shown.shows("A marker")
                    await shown.quiet()
                    flooding = asyncio.create_task(feed.flood(RATE, keys * 0.15 + 1.5, 1.0))
                    await asyncio.sleep(1.0)
                    pressed = await _press(shown, keys)
                    await flooding
                    await asyncio.sleep(0.5)
                    delays[name] += delays_of(shown.chunks, pressed)
    return {"keys.flood50": shares(delays, 0.5), "keys.flood": shares(delays, 0.99)}


async def _press(shown: Terminal, keys: int) -> list[tuple[float, int]]:
    """Press down and up; when, and by how many people the cursor is then below its first."""
    rng = random.Random(1)
    pressed = []
    for at in range(keys):
        down = at % (2 * _STEPS) < _STEPS
        moment = shown.press(_DOWN if down else _UP)
        at_row = at % (2 * _STEPS)
        pressed.append((moment, at_row + 1 if down else 2 * _STEPS - 1 - at_row))
        await asyncio.sleep(0.15 * rng.uniform(0.7, 1.3))
    return pressed


def delays_of_names(chunks: _Chunks, pressed: list[tuple[float, int]]) -> list[float]:
    """How late after each key another person was under our cursor's sign, in ms."""
    seen = _seen(chunks, name_of_sign)
    delays = []
    for moment, _ in pressed:
        shown = next((at for at, _ in seen if at >= moment), None)
        delays.append(_LATE if shown is None else min(_LATE, (shown - moment) * 1000))
    return delays


def delays_of_rows(chunks: _Chunks, pressed: list[tuple[float, int]]) -> list[float]:
    """How late the cursor came to the row where each key sends it, in ms.

    A key that is followed by another before it shows is shown by that one.
    """
    seen = _seen(chunks, row_of_style)
    before = [place for at, place in seen if at < pressed[0][0]]
    first = before[-1] if before else 0
    delays = []
    for moment, below in pressed:
        shown = next((at for at, place in seen if at >= moment and place == first + below), None)
        delays.append(_LATE if shown is None else min(_LATE, (shown - moment) * 1000))
    return delays


def _seen(
    chunks: _Chunks, place_in: Callable[[Cells], _Place | None]
) -> list[tuple[float, _Place]]:
    """Where the cursor was, from when on; None is where it cannot be told."""
    cells = Cells(*SIZE)
    seen: list[tuple[float, _Place]] = []
    for at, written in chunks:
        cells.feed(written)
        now = place_in(cells)
        if now is not None and (not seen or seen[-1][1] != now):
            seen.append((at, now))
    return seen


def name_of_sign(cells: Cells) -> str | None:
    """The name of the person beside our cursor's sign, None for no such row."""
    row = next((y for y in range(cells.height) if "▸" in cells.text[y][:2]), None)
    return None if row is None else cells.line(row)[_NAME].strip()


def row_of_style(cells: Cells) -> int | None:
    """The row that is styled unlike the one below it and above it, None for none."""
    styles = [cells.style[y][3] for y in range(2, cells.height - 2)]
    usual = max(set(styles), key=styles.count)
    odd = [y for y, style in enumerate(styles, 2) if style != usual]
    return odd[0] if len(odd) == 1 else None
