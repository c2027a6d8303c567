"""A collector of one conference, and the node that it is on; `python -m tests.bench.holder PORT`.

It says "ready" once it is in the conference, and ends with whoever started it.
"""

from __future__ import annotations

import asyncio
import sys
from typing import NamedTuple

from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from tests.eventually import eventually
from tests.session.collecting import collecting

ALIAS, PIN = "board", "1234"


class At(NamedTuple):
    """Where a server of another process is."""

    url: str


async def hold(port: int) -> None:
    """Hold the conference until cancelled."""
    server = At(f"nats://127.0.0.1:{port}")
    async with (
        EmbeddedNode(ConferenceSettings(ALIAS, host_pin=PIN)) as node,
        collecting(server, node, ALIAS, pin=PIN) as one,
    ):
        await eventually(lambda: one.is_live(ALIAS))
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(hold(int(sys.argv[1])))
