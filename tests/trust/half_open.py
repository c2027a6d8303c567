"""How long an event stream takes to notice that its node is gone without a word.

`python -m tests.trust.half_open` lets a node's address vanish in a network namespace of its own,
so that packets get no answer, as with a pulled cable, and prints the seconds until the read
fails. Nothing of ours looks at a clock meanwhile: this is the system alone. It ends with status 1
where the read takes longer than 25 seconds, and says so where namespaces are not allowed.
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
import time
from contextlib import suppress

from pexdash.api.address import NodeAddress
from pexdash.api.client import NodeClient
from pexdash.api.tls import trust
from pexdash.api.token import Token
from pexdash.errors import NodeUnreachable
from pexdash.model.participant import Role
from pexdash.secret import Secret

LIMIT_SECONDS = 25.0
_PATIENCE_SECONDS = 40.0
_ADDRESS = "10.111.0.1"
_TOKEN = Token(Secret("t"), 120.0, "me", Role.HOST, "Alice", "conference", True, "36")
_STREAM = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
    b"event: presentation_stop\ndata: null\n\n"
)


def main() -> int:
    """Measure, in a namespace of its own; returns the exit status."""
    if sys.argv[1:] == ["--inside"]:
        return asyncio.run(_measure())
    namespace = ["unshare", "--user", "--map-root-user", "--net"]
    if not all(map(shutil.which, ("unshare", "ip"))):
        _say("half-open connection: not measured, for `unshare` and `ip` are not here")
        return 0
    allowed = subprocess.run([*namespace, "true"], capture_output=True, text=True, check=False)
    if allowed.returncode:
        _say(
            "half-open connection: not measured, for network namespaces are not allowed here "
            f"({allowed.stderr.strip()})"
        )
        return 0
    inside = [*namespace, sys.executable, "-m", "tests.trust.half_open", "--inside"]
    return subprocess.run(inside, check=False).returncode


async def _measure() -> int:
    _ip("link", "set", "lo", "up")
    _ip("address", "add", f"{_ADDRESS}/32", "dev", "lo")

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(_STREAM)
        await writer.drain()
        with suppress(OSError, asyncio.CancelledError):
            await reader.read()
        writer.close()

    server = await asyncio.start_server(serve, _ADDRESS, 0)
    port = server.sockets[0].getsockname()[1]
    client = NodeClient(
        NodeAddress("http", _ADDRESS, port), "alice", tls=lambda: trust(None, insecure=False)
    )
    noticed = False
    async with client.events(_TOKEN, on_bytes=lambda: None) as events:
        await anext(events)
        _ip("address", "del", f"{_ADDRESS}/32", "dev", "lo")
        began = time.monotonic()
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await anext(events, None)
        except NodeUnreachable:
            noticed = True
        except TimeoutError:
            pass
        took = time.monotonic() - began
    await client.aclose()
    server.close()
    what = "noticed after" if noticed else "not noticed in"
    _say(f"half-open connection: {what} {took:.1f} s (at most {LIMIT_SECONDS:.0f} s)")
    return 0 if noticed and took <= LIMIT_SECONDS else 1


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True)


if __name__ == "__main__":
    sys.exit(main())
