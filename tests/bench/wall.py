"""Target 18: a wall of a thousand conferences of 20 people, and one of 24 lively meetings.

The conferences are a feeder's, in a process of its own, with an event a second in each: voices,
microphones, and people who come and leave.
"""

from __future__ import annotations

import asyncio
import random
import re
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import trustme

from tests.bench.cells import Cells
from tests.bench.feeding import Feed, feeding
from tests.bench.figures import Measured, shares
from tests.bench.plain_cells import bells, first_shown, plain_bytes
from tests.bench.processes import PROGRAM, cpu_seconds, program, python, resident_mb, result_of
from tests.bench.terminals import Terminal, terminal

CONFERENCES, FEWER = 1000, 200
_FIRST = 20
"""How many are joined before: what is loaded and set up with the first is none of the others'."""
_PEOPLE = ("--participants", "20")
_SIZE = (200, 60)
_PACE = 100.0
"""How many are joined in a second where joining is not measured."""
_SETTLING_SECONDS = 5.0
_DELAY_SECONDS = 10.0
"""The delay of the alarm on a node that is down."""
_ALL_SECONDS = 45.0
"""After so long every line is stale, and would have had an alarm of its own announced."""
_TILES = ("demo", "--wall", "24", "--seed", "7")
_ARROWS = (b"\x1b[C", b"\x1b[B", b"\x1b[D", b"\x1b[A")
_SIGN = "▸".encode()
_LATE_MS = 3000.0


async def measure(*, quick: bool) -> dict[str, Measured]:
    """What joining costs at the pace of the product, then what the screen does."""
    count = FEWER if quick else CONFERENCES
    with _certificates() as (trusted, tls):
        async with (
            feeding(*_PEOPLE) as plain,
            feeding(*_PEOPLE, *tls, scheme="https") as secure,
        ):
            # At twenty a second neither has much to do.
            ours, ours_tls = await asyncio.gather(
                _joined(plain, count), _joined(secure, count, str(trusted))
            )
            limit = await _limit(plain, count)
            limit_tls = await _limit(secure, count, "--authority", str(trusted))
    note = f"of {FEWER}, for {CONFERENCES}" if quick else ""
    return {
        "wall.join": Measured(ours["connect"], limit["connect"], None, note),
        "wall.memory": Measured(ours["kilobytes"], limit["kilobytes"], None, note),
        "wall.tls_memory": Measured(ours_tls["kilobytes"], limit_tls["kilobytes"], None, note),
        **await _on_screen(10.0 if quick else 30.0, 24 if quick else 100),
        **await _tiles(15.0 if quick else 40.0),
    }


# Joining


async def _joined(feed: Feed, count: int, authority: str = "") -> dict[str, float]:
    """Add so many to a wall that writes lines: processor seconds of 1,000, and kB of each."""
    trusted = ("--ca-file", authority) if authority else ()
    with tempfile.TemporaryDirectory(prefix="pexdash-bench-") as folder:
        aliases = Path(folder, "aliases.txt")
        _list(aliases, _FIRST)
        pipes: dict[str, Any] = {
            "stdin": asyncio.subprocess.DEVNULL,
            "stdout": asyncio.subprocess.DEVNULL,
        }
        command = (PROGRAM, "wall", "--from", str(aliases), "--node", feed.url, *trusted)
        async with program(*command, **pipes) as wall:
            await _opened(feed, _FIRST)
            await asyncio.sleep(_SETTLING_SECONDS)
            used, weighed = cpu_seconds(wall.pid), resident_mb(wall.pid)
            _list(aliases, _FIRST + count)
            await _opened(feed, _FIRST + count)
            await asyncio.sleep(1.0)
            return {
                "connect": (cpu_seconds(wall.pid) - used) / count * CONFERENCES,
                "kilobytes": (resident_mb(wall.pid) - weighed) * 1000 / count,
            }


async def _limit(feed: Feed, count: int, *more: str) -> dict[str, float]:
    told: dict[str, float] = await result_of(*python("limits.wall", feed.url, str(count), *more))
    return told | {"connect": told["connect"] / count * CONFERENCES}


async def _opened(feed: Feed, count: int) -> None:
    """Wait until so many streams have been opened."""
    async with asyncio.timeout(count / 10 + 30):
        while len(await feed.opened()) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.2)


def _list(aliases: Path, count: int) -> None:
    """Write the list of so many conferences."""
    aliases.write_text("".join(f"c{at:04}@example.com\n" for at in range(count)))


@contextmanager
def _certificates() -> Iterator[tuple[Path, tuple[str, ...]]]:
    """Whom to trust, and the feeder's options for a node with such a certificate."""
    with tempfile.TemporaryDirectory(prefix="pexdash-bench-") as folder:
        authority = trustme.CA()
        certificate = authority.issue_cert("127.0.0.1")
        trusted, chain, key = (Path(folder, name) for name in ("ca.pem", "chain.pem", "key.pem"))
        authority.cert_pem.write_to_path(trusted)
        chain.write_bytes(b"".join(one.bytes() for one in certificate.cert_chain_pems))
        certificate.private_key_pem.write_to_path(key)
        yield trusted, ("--tls", str(chain), str(key))


# The screen


async def _on_screen(seconds: float, keys: int) -> dict[str, Measured]:
    """The costs of the screen while it shows everything, its keys, and a node that goes down."""
    async with _shown(lambda feed, file: _wall(feed, file)) as (feed, wall):
        before, since = wall.chunks[:], len(wall.chunks)
        sent, cpu = await wall.usage(seconds)
        plain = plain_bytes(before, wall.chunks[since:], _SIZE) / seconds
        delays = {"ours": await _press(wall, keys)}
        down = await _node_down(feed, wall)
    async with _shown(lambda feed, _: _limit_on_screen(feed)) as (_, limit):
        _, limit_cpu = await limit.usage(seconds)
        delays["limit"] = await _press(limit, keys)
    return {
        "wall.cpu": Measured(cpu, limit_cpu),
        "wall.bytes": Measured(sent, plain),
        "wall.key50": shares(delays, 0.5),
        "wall.key": shares(delays, 0.99),
        **down,
    }


def _wall(feed: Feed, aliases: str) -> tuple[str, ...]:
    wall = ("wall", "--from", aliases, "--node", feed.url, "--name", "Alice")
    return python("ours.wall", str(_PACE), *wall)


def _limit_on_screen(feed: Feed) -> tuple[str, ...]:
    return python("limits.wall", feed.url, str(CONFERENCES), "--draw")


@asynccontextmanager
async def _shown(
    command: Callable[[Feed, str], tuple[str, ...]],
) -> AsyncIterator[tuple[Feed, Terminal]]:
    """A wall of a thousand, all of them joined, with an event a second each."""
    with tempfile.TemporaryDirectory(prefix="pexdash-bench-") as folder:
        aliases = Path(folder, "aliases.txt")
        _list(aliases, CONFERENCES)
        async with (
            feeding(*_PEOPLE, "--each-second", "--in-meeting") as feed,
            terminal(*command(feed, str(aliases)), size=_SIZE) as shown,
        ):
            await _opened(feed, CONFERENCES)
            await asyncio.sleep(_SETTLING_SECONDS)
            yield feed, shown


async def _press(shown: Terminal, keys: int) -> list[float]:
    """How long after each key the cursor's sign was drawn anew, in ms."""
    rng, delays = random.Random(1), []
    for at in range(keys):
        since = len(shown.chunks)
        pressed = shown.press(_ARROWS[at % len(_ARROWS)])
        await asyncio.sleep(0.25 * rng.uniform(0.7, 1.3))
        seen = shown.seen(_SIGN, since)
        delays.append(_LATE_MS if seen is None else (seen - pressed) * 1000)
    return delays


async def _node_down(feed: Feed, wall: Terminal) -> dict[str, Measured]:
    """The node goes: how long after its delay that is told, and how often it is."""
    since = len(wall.chunks)
    feed.process.kill()
    went = asyncio.get_running_loop().time()
    await asyncio.sleep(_ALL_SECONDS)
    shown = first_shown(wall.chunks, re.compile(r"\d+ of \d+ lines stale"), _SIZE)
    rang = bells(wall.chunks[since:])
    if shown is None or not rang:
        raise RuntimeError(f"a node that is gone: told {shown}, rang {rang} times")
    cells = Cells(*_SIZE)
    for _, written in wall.chunks:
        cells.feed(written)
    unacked = re.search(r"(\d+) UNACK", cells.line(0))
    return {
        "wall.down": Measured(shown - went - _DELAY_SECONDS),
        "wall.bells": Measured(float(rang)),
        "wall.alarms": Measured(None if unacked is None else float(unacked[1])),
    }


async def _tiles(seconds: float) -> dict[str, Measured]:
    """Two dozen lively meetings in tiles."""
    async with terminal(PROGRAM, *_TILES, size=_SIZE) as shown:
        await shown.shows("24 live")
        await asyncio.sleep(_SETTLING_SECONDS)
        before, since = shown.chunks[:], len(shown.chunks)
        sent, cpu = await shown.usage(seconds)
        plain = plain_bytes(before, shown.chunks[since:], _SIZE) / seconds
    return {"wall.tiles": Measured(sent, plain), "wall.tiles_cpu": Measured(cpu)}
