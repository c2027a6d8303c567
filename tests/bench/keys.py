"""Target 7: from a key to its first visible effect, while 5,000 events a second come in."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable

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
_Row = Callable[[Cells], int]


async def measure(*, quick: bool) -> dict[str, Measured]:
    """The cursor moved down and up; where it is, is read from the cells of the screen."""
    keys, turns = (24, 1) if quick else (48, 2)
    delays: dict[str, list[float]] = {"ours": [], "naive": []}
    async with feeding("--participants", str(PEOPLE)) as feed:
        contenders: dict[str, tuple[tuple[str, ...], _Row]] = {
            "ours": (joined(feed.url), row_of_sign),
            "naive": (app("naive.table_app", "--follow", feed.events_url), row_of_style),
        }
        for _ in range(turns):
            for name, (command, row) in contenders.items():
                async with terminal(*command) as shown:
                    await shown.shows("A marker")
                    await shown.quiet()
                    flooding = asyncio.create_task(feed.flood(RATE, keys * 0.15 + 1.5, 1.0))
                    await asyncio.sleep(1.0)
                    pressed = await _press(shown, keys)
                    await flooding
                    await asyncio.sleep(0.5)
                    delays[name] += delays_of(shown.chunks, pressed, row)
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


def delays_of(
    chunks: list[tuple[float, bytes]], pressed: list[tuple[float, int]], row: _Row
) -> list[float]:
    """How late the cursor came to where each key sends it, in ms.

    A key that is followed by another before it shows is shown by that one.
    """
    cells = Cells(*SIZE)
    seen: list[tuple[float, int]] = []
    for at, written in chunks:
        cells.feed(written)
        now = row(cells)
        if now >= 0 and (not seen or seen[-1][1] != now):
            seen.append((at, now))
    before = [place for at, place in seen if at < pressed[0][0]]
    first = before[-1] if before else 0
    delays = []
    for moment, below in pressed:
        shown = next((at for at, place in seen if at >= moment and place == first + below), None)
        delays.append(_LATE if shown is None else min(_LATE, (shown - moment) * 1000))
    return delays


def row_of_sign(cells: Cells) -> int:
    """The person under our cursor's sign, from the first Host on, -1 for none."""
    row = next((y for y in range(cells.height) if "▸" in cells.text[y][:2]), -1)
    headings = sum(cells.line(y).startswith((" HOSTS", " GUESTS")) for y in range(max(0, row)))
    return row - headings if row >= 0 else -1


def row_of_style(cells: Cells) -> int:
    """The row that is styled unlike the one below it and above it, -1 for none."""
    styles = [cells.style[y][3] for y in range(2, cells.height - 2)]
    usual = max(set(styles), key=styles.count)
    odd = [y for y, style in enumerate(styles, 2) if style != usual]
    return odd[0] if len(odd) == 1 else -1
