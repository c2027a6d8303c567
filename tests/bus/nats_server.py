"""A real NATS server: the system's where it is new enough, else the development set's."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from functools import cache
from pathlib import Path

from pexdash.bus.bus import LEAST_VERSION

START_SECONDS = 20.0
"""How long a server may take to start on a busy machine."""


@cache
def program() -> str | None:
    """The server to run, None where there is none that is new enough."""
    beside = Path(sys.executable).with_name("nats-server")
    for found in (shutil.which("nats-server"), str(beside) if beside.exists() else None):
        if found is not None and _version_of(found) >= LEAST_VERSION:
            return found
    return None


def _version_of(program: str) -> tuple[int, int]:
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"v(\d+)\.(\d+)", told.stdout)
    return (int(found[1]), int(found[2])) if found else (0, 0)


class NatsServer:
    """A server that keeps its files in `folder`, and its port through a restart.

    `extra` is more of its configuration; `whole`, where it is given, is all of it. What is not
    synced to the disk outlives the server all the same, and only a machine without power loses it.
    `within` are the words before its command that start it elsewhere, where it has the address
    `host`.
    """

    def __init__(
        self,
        folder: Path,
        extra: str = "",
        whole: str = "",
        *,
        syncs: bool = False,
        host: str = "127.0.0.1",
        within: Sequence[str] = (),
    ) -> None:
        self._folder = folder
        self._extra = extra
        self._whole = whole
        self._sync = "sync_interval: always" if syncs else ""
        self._host = host
        self._within = within
        self._process: asyncio.subprocess.Process | None = None
        self.port = 0

    @property
    def url(self) -> str:
        return f"nats://{self._host}:{self.port}"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        """Start, and wait until it is ready."""
        found = program()
        assert found is not None
        port = self.port or -1
        self._folder.mkdir(exist_ok=True)
        config = self._folder / "server.conf"
        config.write_text(
            self._whole
            or f"host: {self._host}\nport: {port}\nserver_name: test\n"
            f'jetstream {{ store_dir: "{self._folder}"\n {self._sync} }}\n'
            f"{self._extra}\n"
        )
        self._process = await asyncio.create_subprocess_exec(
            *self._within,
            found,
            "-c",
            str(config),
            "--ports_file_dir",
            str(self._folder),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        assert self._process.stderr is not None
        async with asyncio.timeout(START_SECONDS):
            while b"Server is ready" not in (line := await self._process.stderr.readline()):
                assert line, "the server has ended"
                if (told := re.search(rb"client connections on [\d.]+:(\d+)", line)) is not None:
                    self.port = int(told[1])
        self._draining = asyncio.ensure_future(self._process.stderr.read())

    async def kill(self) -> None:
        """End it as a power cut does."""
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
            await self._draining

    def kept(self) -> Path:
        """The folder of what it stores, to be copied, or put back while it does not run."""
        return self._folder / "jetstream"

    def signal(self, number: int) -> None:
        """Send it a signal, such as to stop and to go on."""
        assert self._process is not None
        os.kill(self._process.pid, number)


@asynccontextmanager
async def nats_server(
    folder: Path,
    extra: str = "",
    whole: str = "",
    *,
    syncs: bool = False,
    host: str = "127.0.0.1",
    within: Sequence[str] = (),
) -> AsyncIterator[NatsServer]:
    """A running server with JetStream; the rest is as of `NatsServer`."""
    server = NatsServer(folder, extra, whole, syncs=syncs, host=host, within=within)
    try:
        await server.start()
        yield server
    finally:
        await server.kill()
