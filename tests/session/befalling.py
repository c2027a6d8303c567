"""What may befall our session, as something to happen in a lively meeting."""

from __future__ import annotations

import random

from pexdash.session.feed.node_source import SILENCE_SECONDS
from tests.session.drops import back, drop
from tests.session.host import Host, settled

STEP = 0.25
"""Seconds of the meeting between two looks."""
DEEDS = ("lock", "say", "drop", "drop in list", "rejoin", "miss", "role")


async def rejoin(host: Host) -> None:
    """The node forgets our token, and we join anew."""
    before = host.me
    host.node.faults.answer("refresh_token", 403, {"status": "success", "result": "Invalid token"})
    host.conference.publish("refresh_token", None)
    await host.pass_time_until(lambda: host.me != before and host.feed.link.is_live)
    await back(host)


async def miss_something(host: Host, rng: random.Random) -> None:
    """The stream keeps a change back, which only the fetched list and status tell."""
    host.node.faults.silence(True)
    host.conference.set_locked(rng.random() < 0.5)
    host.conference.join(f"P{rng.random():.6f}")
    until = host.clock.monotonic() + SILENCE_SECONDS + 5
    await host.pass_time_until(lambda: host.clock.monotonic() >= until)
    host.node.faults.silence(False)
    await back(host)


async def happen(host: Host, deed: str, rng: random.Random) -> None:
    """Something befalls us, and then a few seconds of a lively meeting."""
    if deed == "lock":
        await host.act("lock")
    elif deed == "say":
        assert await host.membership.moderation.send_message(f"line {rng.random():.3f}")
    elif deed == "drop":
        await drop(host)
        await back(host)
    elif deed == "drop in list":
        host.node.faults.break_in_list(people=rng.randrange(4))
        await drop(host)
        await back(host)
    elif deed == "rejoin":
        await rejoin(host)
    elif deed == "miss":
        await miss_something(host, rng)
    elif deed == "role":
        host.conference.change_role(host.me, rng.choice(("chair", "guest")))
        await settled()
        host.conference.change_role(host.me, "chair")
        await settled()
    for _ in range(rng.randrange(1, 20)):
        await host.clock.advance(STEP)
        await settled()
