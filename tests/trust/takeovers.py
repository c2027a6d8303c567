"""Takes a collector away from a fleet in several ways, and counts what the node and the log show.

`python -m tests.trust.takeovers WAY CONFERENCES` prints the figures of one as JSON; for a link that
is cut it is to run in a network of its own (`machines.own_network`).
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import resource
import signal
import sys
import tempfile
import time
from contextlib import AsyncExitStack, aclosing
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from pexdash.api.address import parse_node
from pexdash.api.client import NodeClient
from pexdash.api.tls import trust
from pexdash.bus.bus import Bus, open_bus
from pexdash.bus.messages import Logged, TokenKept, unpacked
from pexdash.bus.sealing import Seal
from pexdash.bus.settings import BusSettings
from pexdash.bus.subjects import SHARDS, STATE, log, token
from pexdash.model.alarms.keys import ConferenceKey
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from pexdash.session.estate.collecting.token_book import token_of
from tests.fleeting import CollectorProcess, Roster, collector_process, looked_at
from tests.trust.machines import Machines, machines_apart, one_machine
from tests.trust.news import read_log_of, saying

LEASE_SECONDS = 3.0
"""After how much silence the other collector takes over."""
PATIENCE_SECONDS = 90.0
"""How long all conferences may take to be live again on a busy machine."""
ZOMBIE_SECONDS = 4.0
"""How long a collector that wakes up is watched for what it might still write."""
MOST_TWICE_SECONDS = 2.0
"""How long there may be two of ours where the node does not take the token."""
ONE_SECONDS, MANY_SECONDS = 1.0, 10.0
"""How much longer than the lease one conference, and a thousand, may be without news."""
MOST_CPU_SECONDS = 8.0
"""What taking a thousand over may cost."""


class Gone(Enum):
    """What happens to the collector that holds everything; the values are the words for it."""

    KILLED = "killed"
    STOPPED = "stopped, and woken up later"
    CUT_OFF = "cut off from the bus, and back later"
    UNPLUGGED = "with its link to the bus down, and up later"
    ALONE = "with all its links down, and up later"
    TOKENS_OVER = "killed, and its tokens taken no more"


COMES_BACK = (Gone.STOPPED, Gone.CUT_OFF, Gone.UNPLUGGED, Gone.ALONE)
APART = (Gone.UNPLUGGED, Gone.ALONE)
"""Those for which each collector is in a network namespace."""


class TakeOver(NamedTuple):
    """What was seen: seconds from then until the first and the last conference was live again.

    `hole` is the longest that a reader of the log is told of, and `holes` how many conferences have
    one. `twice` and `none` are for how long the node showed two of ours, or none, in one
    conference, in so many `looks` at all of them. Of what was `said` meanwhile so much is `missing`
    in the log, `untold` of it in no hole, and so much `doubled` there. `stale` counts messages of
    the log that are older than one before them, and `most` how many of ours were in one conference
    at a time. `joins` are the tokens asked for beside the first ones, `released` those that
    somebody gave back, and `cpu` the CPU seconds of the collector that went on, until the last was
    live. Of one that came back, `acted` is for how long it still refreshed tokens, None where the
    node cannot tell, and `dropped` when it let go of all, in seconds after it was back.
    """

    gone: Gone
    conferences: int
    first: float
    last: float
    hole: float
    holes: int
    twice: float
    none: float
    looks: int
    said: int
    missing: int
    untold: int
    doubled: int
    stale: int
    joins: int
    released: int
    cpu: float
    most: int
    acted: float | None = None
    dropped: float | None = None

    @property
    def holds(self) -> bool:
        """Whether nothing happened that must not, however slow the machine is."""
        is_anew = self.gone is Gone.TOKENS_OVER
        return (
            self.twice <= (MOST_TWICE_SECONDS if is_anew else 0.0)
            and self.stale == self.released == self.untold == self.doubled == 0
            and self.holes == self.conferences
            and self.joins == (self.conferences if is_anew else 0)
            and (self.acted is None or self.acted < LEASE_SECONDS)
            and (self.dropped is not None) == (self.gone in COMES_BACK)
        )

    @property
    def is_in_time(self) -> bool:
        """Whether it was as fast as it is to be on a machine that has nothing else to do."""
        if self.gone is Gone.TOKENS_OVER:
            return True
        most = LEASE_SECONDS + (ONE_SECONDS if self.conferences == 1 else MANY_SECONDS)
        return self.last <= most and self.cpu <= MOST_CPU_SECONDS

    def __str__(self) -> str:
        said = (
            f"{_count(self.conferences)}: live again after {self.first:.1f} to {self.last:.1f} s"
            f" (lease {LEASE_SECONDS:.0f} s) for {self.cpu:.1f} CPU-s, a hole of at most"
            f" {self.hole:.1f} s told in {self.holes}; two of ours for {self.twice:.1f} s, none for"
            f" {self.none:.1f} s, in {self.looks} looks; {self.missing} of {self.said:,} chat lines"
            f" missing, {self.untold} in no hole, {self.doubled} doubled, {self.stale} late;"
            f" {self.joins} joined anew, {self.released} released"
        )
        if self.acted is not None:
            said += f"; the last token refreshed after {self.acted:.1f} s"
        if self.dropped is not None:
            said += f"; all let go {self.dropped:.1f} s after it was back"
        return said


def _count(conferences: int) -> str:
    return "1 conference" if conferences == 1 else f"{conferences:,} conferences"


async def take_over(
    gone: Gone, conferences: int, folder: Path, *, zombie_seconds: float = ZOMBIE_SECONDS
) -> TakeOver:
    """Let one collector hold so many conferences, strike it, and watch the other go on."""
    aliases = [f"room{at}" for at in range(conferences)]
    async with AsyncExitStack() as around:
        site = machines_apart(folder) if gone in APART else one_machine(folder)
        machines: Machines = await around.enter_async_context(site)
        node = EmbeddedNode(
            *(ConferenceSettings(alias, participants=1) for alias in aliases),
            host=machines.node_host,
            warn=lambda _: None,
        )
        await around.enter_async_context(node)
        bus = await around.enter_async_context(open_bus(BusSettings(machines.url), "reader"))
        listed = folder / "aliases"
        listed.write_text("\n".join(aliases))
        one, two = (
            collector_process(
                *(url, node.url, "--from", str(listed)),
                folder=folder,
                lease=LEASE_SECONDS,
                within=machines.within(number),
            )
            for number, url in ((1, machines.struck_url), (2, machines.url))
        )
        struck = await around.enter_async_context(one)
        await _until_live(struck, conferences)
        talk = await around.enter_async_context(AsyncExitStack())
        news = await talk.enter_async_context(saying(node, aliases, refresh=gone in APART))
        roster = await around.enter_async_context(looked_at(node, aliases))
        # Later it would be given shards before the other is struck.
        heir = await around.enter_async_context(two)
        await heir.says("collector")
        began, spent = time.monotonic(), _cpu_seconds(heir)
        await _strike(gone, struck, machines, bus, node, aliases)
        live_at = await _live_again(bus, aliases)
        cpu = _cpu_seconds(heir) - spent
        dropped = acted = None
        if gone in APART:
            acted = _acted(roster, machines.addresses[0], began)
        if gone in COMES_BACK:
            back = time.monotonic()
            struck.signal(signal.SIGCONT)
            await machines.mend()
            await struck.reaches(lambda: _has_let_go(struck.lines))
            dropped = time.monotonic() - back
            await asyncio.sleep(zombie_seconds)
        await talk.aclose()
        read = await read_log_of(bus, news)
        missing, untold = read.lost(news)
        roster.look(node, aliases)
        return TakeOver(
            gone,
            conferences,
            min(live_at) - began,
            max(live_at) - began,
            read.longest,
            len(read.takeovers),
            roster.twice,
            roster.none,
            roster.looks,
            len(news.said),
            missing,
            untold,
            read.doubled,
            read.stale,
            roster.asked_for("request_token"),
            roster.asked_for("release_token"),
            cpu,
            roster.most,
            acted,
            dropped,
        )


def _has_let_go(lines: list[str]) -> bool:
    """Whether a collector that had them all has said of every shard that it is not its own."""
    found = re.findall(r"(?:lost|gave away) (\d+) shards?", "\n".join(lines))
    return sum(map(int, found)) >= SHARDS


def _acted(roster: Roster, address: str, began: float) -> float:
    """For how many seconds a collector refreshed tokens after it was struck."""
    return max(0.0, roster.asked_at.get((address, "refresh_token"), began) - began)


def _cpu_seconds(one: CollectorProcess) -> float:
    """What a process has used so far (proc(5): fields 14 and 15 of its `stat`)."""
    told = Path(f"/proc/{one.process.pid}/stat").read_text("ascii").rpartition(") ")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


async def _until_live(one: CollectorProcess, count: int) -> None:
    await one.reaches(lambda: sum("  live" in line for line in one.lines) >= count)


async def _strike(
    gone: Gone,
    one: CollectorProcess,
    machines: Machines,
    bus: Bus,
    node: EmbeddedNode,
    aliases: list[str],
) -> None:
    match gone:
        case Gone.KILLED:
            one.signal(signal.SIGKILL)
        case Gone.STOPPED:
            one.signal(signal.SIGSTOP)
        case Gone.CUT_OFF | Gone.UNPLUGGED:
            await machines.cut()
        case Gone.ALONE:
            await machines.cut(node_too=True)
        case Gone.TOKENS_OVER:
            one.signal(signal.SIGSTOP)
            for alias in aliases:
                await _use_up(bus, node, alias)
            one.signal(signal.SIGKILL)


async def _use_up(bus: Bus, node: EmbeddedNode, alias: str) -> None:
    """Have the token that is stored be replaced by one that nobody has."""
    subject = token(ConferenceKey("", alias))
    kept = await bus.get(STATE, subject)
    assert kept is not None
    stored = unpacked(TokenKept, Seal(None).open(subject, kept.payload))
    client = NodeClient(parse_node(node.url), alias, tls=lambda: trust(None, insecure=False))
    await client.refresh_token(token_of(stored))
    await client.aclose()


async def _live_again(bus: Bus, aliases: list[str]) -> list[float]:
    """When the log told of each conference that another has it."""
    found: dict[str, float] = {}
    async with asyncio.timeout(PATIENCE_SECONDS), aclosing(bus.read_log(log())) as kept:
        async for one in kept:
            if one is None:
                continue
            for told in unpacked(Logged, one.payload).records:
                if b'"takeover"' in told.record:
                    found.setdefault(told.code, time.monotonic())
            if len(found) == len(aliases):
                break
    return list(found.values())


async def _main(gone: Gone, conferences: int) -> TakeOver:
    task = asyncio.current_task()
    assert task is not None
    # Whoever ends us by a signal is not to leave a collector behind.
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    with tempfile.TemporaryDirectory() as folder:
        return await take_over(gone, conferences, Path(folder))


def main() -> None:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    seen = asyncio.run(_main(Gone[sys.argv[1]], int(sys.argv[2])))
    print(json.dumps({"said": str(seen)}))  # noqa: T201
    sys.exit(0 if seen.holds and seen.is_in_time else 1)


if __name__ == "__main__":
    main()
