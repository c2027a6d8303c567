"""A node with no descriptor left: it says so once, waits, and goes on with whom it has let in."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

PROGRAM = """
import asyncio, json, os, resource, socket
from pexdash.node.limits import Limits
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from tests.eventually import a_moment, eventually
from tests.node.client import ALIAS, joined

async def main():
    said = []
    limits = Limits(accept_pause_seconds=0.001)
    async with EmbeddedNode(
        ConferenceSettings(ALIAS), limits=limits, warn=said.append
    ) as node, joined(node) as alice:
        host, _, port = node.url.rpartition("/")[2].rpartition(":")
        # The node and those who ask are one process: theirs have to be there before.
        clients = [socket.socket() for _ in range(30)]
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        used = max(map(int, os.listdir("/proc/self/fd")))
        resource.setrlimit(resource.RLIMIT_NOFILE, (used + 10, most))
        for client in clients:
            client.setblocking(False)
            await asyncio.get_running_loop().sock_connect(client, (host, int(port)))
        await eventually(lambda: said)
        assert await alice.get("participants"), "who is in is served"
        while_full = node.connections
        for _ in range(20):
            await a_moment()
        for client in clients:
            client.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (used + 100, most))
        async with joined(node, "Bob") as bob:
            assert await bob.get("participants"), "who comes later is let in"
        print(json.dumps({"said": said, "while_full": while_full}))

asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="counts descriptors in /proc")
def test_without_descriptors_nobody_is_let_in_for_a_while() -> None:
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM],
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
    )
    assert (run.returncode, run.stderr) == (0, ""), run.stderr[-3000:]
    told = json.loads(run.stdout)
    assert len(told["said"]) == 1
    assert told["said"][0].startswith("no further connection can be taken for now: Too many open")
    assert 1 <= told["while_full"] < 30
