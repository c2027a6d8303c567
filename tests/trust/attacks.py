"""What a stranger can do to `pexdash node`: each kind of attack, and what it costs others.

`python -m tests.trust.attacks` prints how many kinds there were, by how much the memory of the node
grew at most, and how long somebody else waited for an answer meanwhile. It ends with status 1 where
a figure is too large, or where an attack had another end than it should.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pexdash.node.limits import Limits
from tests.trust.target import Line, Target, target

MOST_GROWTH_MB = 200.0
LONGEST_WAIT_MS = 2000.0
FEW_DESCRIPTORS = 64
_LIMITS = Limits()
_LOOK_SECONDS = 0.02
_RENEWED_SECONDS = 30.0
"""How old a token gets; it would last for two minutes, and a busy machine takes longer for all."""
_CONFERENCES = """
[[conference]]
alias = "open"
participants = 1000

[[conference]]
alias = "guarded"
host_pin = "123456"
guest_pin = "654321"
"""
_CHAT = json.dumps({"payload": "x" * (_LIMITS.message_bytes - 100)}).encode()


@dataclass
class Figures:
    """How many kinds of attack there were, what they cost, and which had a wrong end."""

    kinds: int = 0
    growth_mb: float = 0.0
    longest_ms: float = 0.0
    failed: list[str] = field(default_factory=list)

    @property
    def hold(self) -> bool:
        """Whether the node stood all of it."""
        costs = self.growth_mb <= MOST_GROWTH_MB and self.longest_ms <= LONGEST_WAIT_MS
        return costs and not self.failed

    def __str__(self) -> str:
        said = (
            f"{self.kinds} kinds: {self.growth_mb:+.0f} MB at most, "
            f"others answered within {self.longest_ms:.0f} ms"
        )
        return f"{said}; not as it should: {', '.join(self.failed)}" if self.failed else said


async def many_bodies(node: Target) -> bool:
    """4,000 requests with as large a message as is taken."""
    token, count = "", node.times(1000)
    async with node.lines(4) as lines:
        for number in range(count):
            if number % 100 == 0:
                token = await node.join()
            request = node.request("message", _CHAT, token=token)
            if {await line.ask(request) for line in lines} != {200}:
                return False
    return True


async def large_bodies(node: Target) -> bool:
    """80 bodies of 5 MB, announced."""
    statuses = set()
    for _ in range(node.times(80)):
        async with node.line() as line:
            statuses.add(await line.ask(node.request("request_token", bytes(5_000_000))))
    return statuses == {413}


async def endless_body(node: Target) -> bool:
    """One body of 600 MB in chunks."""
    head, chunk = _chunked(node), b"100000\r\n%b\r\n" % bytes(1 << 20)
    async with node.line() as line:
        await line.say(head)
        for _ in range(600):
            if not await line.say(chunk):
                return True
    return False


async def bodies_at_once(node: Target) -> bool:
    """200 bodies that are all but there, together more than is held."""
    async with node.lines(node.times(200)) as lines:
        for line in lines:
            await line.say(_chunked(node) + b"f0000\r\n" + bytes(0xF0000) + b"\r\n")
        if len(lines) < 200:
            # All of them are held, and nobody else suffers from that.
            return await _serves(node)
        # A third of them is held, whichever those are.
        return await _are_closed(lines, 120)


async def deaf_streams(node: Target) -> bool:
    """Ten event streams that nobody reads, and a chat that floods them."""
    async with node.lines(10) as lines, node.line() as speaker:
        for line in lines:
            await line.say(node.request("events", method="GET", token=await node.join()))
        token = await node.join()
        for _ in range(node.times(600)):
            if await speaker.ask(node.request("message", _CHAT, token=token)) != 200:
                return False
        if node.times(600) < 600:
            return await _serves(node)
        return all([await line.is_closed() for line in lines])


async def deaf_answers(node: Target) -> bool:
    """300 lists of participants that nobody reads, each asked for again and again."""
    token = await node.join()
    async with node.lines(node.times(300)) as lines:
        for line in lines:
            await line.say(node.request("participants", method="GET", token=token) * 20)
        return await _serves(node)


async def sent_ahead(node: Target) -> bool:
    """200 streams on which far more is sent than is ever asked."""
    token = await node.join()
    async with node.lines(node.times(200)) as lines:
        for line in lines:
            await line.say(node.request("events", method="GET", token=token))
            await line.say(node.request("request_token") * 2000)
        return await _serves(node)


async def large_heads(node: Target) -> bool:
    """500 requests with 64 kB of headers."""
    async with node.lines(node.times(500)) as lines:
        return {await line.ask(node.request("lock", x="y" * 65_000)) for line in lines} == {431}


async def deep_json(node: Target) -> bool:
    """JSON that is nested as deep as a body allows, and numbers as long."""
    token, statuses = await node.join(), set()
    for body in (b"[" * 1_000_000, b'{"payload":' * 90_000, b'{"payload":%b}' % (b"9" * 1_000_000)):
        async with node.line() as line:
            statuses.add(await line.ask(node.request("message", body, token=token)))
    return statuses == {400}


async def coming_and_going(node: Target) -> bool:
    """3,000 who join with a long name and leave at once."""
    body = json.dumps({"display_name": "x" * 1000}).encode()
    async with node.line() as line:
        for _ in range(node.times(3000)):
            assert await line.ask(node.request("request_token", body)) == 200
            token = json.loads(line.body)["result"]["token"]
            if await line.ask(node.request("release_token", token=token)) != 200:
                return False
    return True


async def guessing(node: Target) -> bool:
    """PINs for two seconds on ten connections; of each second's only so many are looked at."""
    began, looked_at = time.monotonic(), 0
    async with node.lines(10) as lines:
        while time.monotonic() - began < 2:
            for number, line in enumerate(lines):
                request = node.request("request_token", alias="guarded", pin=f"99{number}")
                looked_at += await line.ask(request) == 403
    return looked_at <= _LIMITS.pin_tries * (time.monotonic() - began + 1)


async def foreign_pages(node: Target) -> bool:
    """A page of another site, and one whose own name leads to the node."""
    page = node.request("request_token", origin="https://evil.example")
    rebound = node.request("request_token").replace(b"localhost", b"evil.example")
    statuses = set()
    for request in (page, rebound):
        async with node.line() as line:
            statuses.add(await line.ask(request))
    return statuses == {403}


ATTACKS: tuple[Callable[[Target], Awaitable[bool]], ...] = (
    many_bodies,
    large_bodies,
    endless_body,
    bodies_at_once,
    deaf_streams,
    deaf_answers,
    sent_ahead,
    large_heads,
    deep_json,
    coming_and_going,
    guessing,
    foreign_pages,
)


async def _are_closed(lines: Sequence[Line], count: int) -> bool:
    """Whether the node ends so many of the connections."""
    closings = [asyncio.create_task(line.is_closed()) for line in lines]
    try:
        for closing in asyncio.as_completed(closings):
            count -= await closing
            if not count:
                return True
        return False
    finally:
        for one in closings:
            one.cancel()
        await asyncio.gather(*closings, return_exceptions=True)


def _chunked(node: Target) -> bytes:
    request = node.request("request_token")
    return request.replace(b"content-length: 0", b"transfer-encoding: chunked")


def _config(folder: str) -> str:
    file = Path(folder, "node.toml")
    file.write_text(_CONFERENCES, "utf-8")
    return str(file)


async def _serves(node: Target) -> bool:
    async with node.line() as line:
        return await line.ask(node.request("request_token")) == 200


async def _longest_wait_ms(node: Target, done: asyncio.Event) -> float:
    """How long somebody who asks all the time waits at most for an answer, until `done`.

    What the node itself waited for a processor is no doing of the attack.
    """
    longest, renewed = 0.0, float("-inf")
    async with node.line() as line:
        while not done.is_set():
            if time.monotonic() - renewed > _RENEWED_SECONDS:
                token, renewed = await node.join(), time.monotonic()
            began, held_up = time.monotonic(), node.held_up_seconds()
            status = await line.ask(node.request("conference_status", method="GET", token=token))
            assert status == 200, status
            waited = time.monotonic() - began - (node.held_up_seconds() - held_up)
            longest = max(longest, waited)
            await asyncio.sleep(_LOOK_SECONDS)
    return longest * 1000


async def _half_requests(node: Target) -> bool:
    """500 requests that stop within the head; each is closed once its time is over."""
    async with node.lines(node.times(500)) as lines:
        for line in lines:
            await line.say(node.request("request_token")[:40])
        return all([await line.is_closed() for line in lines])


async def _out_of_descriptors(share: float) -> bool:
    """More connections than there are descriptors: one line is said, and it goes on later."""
    async with target(share=share, descriptors=FEW_DESCRIPTORS) as (node, said):
        async with node.lines(FEW_DESCRIPTORS * 3):
            await asyncio.sleep(2 * _LIMITS.accept_pause_seconds)
        async with node.line() as line:
            answered = await line.ask(node.request("request_token", alias="meet.alice")) == 200
    return answered and said[0].count(b"\n") == 1


async def attack(share: float = 1.0) -> Figures:
    """Try all kinds, half requests beside the others; `share` of the usual numbers."""
    figures = Figures()
    ends: dict[str, bool] = {}
    with tempfile.TemporaryDirectory() as folder:
        async with target("--config", _config(folder), share=share) as (node, said):
            before, done = node.memory_mb("VmRSS"), asyncio.Event()
            waiting = asyncio.create_task(_longest_wait_ms(node, done))
            half = asyncio.create_task(_half_requests(node))
            for one in ATTACKS:
                ends[one.__name__] = await one(node)
            ends["half_requests"] = await half
            done.set()
            figures.longest_ms = await waiting
            figures.growth_mb = node.memory_mb("VmHWM") - before
    ends["nothing_said"] = said == [b""]
    ends["out_of_descriptors"] = await _out_of_descriptors(share)
    figures.kinds = len(ends) - 1
    figures.failed = [name for name, good in ends.items() if not good]
    return figures


if __name__ == "__main__":
    told = asyncio.run(attack(*map(float, sys.argv[1:])))
    sys.stdout.write(f"{told}\n")
    sys.exit(not told.hold)
