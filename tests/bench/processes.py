"""Child processes: started as leaders of a group, measured from outside, gone with the block."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
PROGRAM = str(Path(sys.executable).with_name("pexdash"))
PYTHON = sys.executable
_DIES_WITH_PARENT = 1
_libc = ctypes.CDLL(None)


def environment(home: str, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The same surroundings for every program: no settings, true colour."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {
        **kept,
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONPATH": str(ROOT),
        "XDG_STATE_HOME": f"{home}/state",
        "XDG_CONFIG_HOME": f"{home}/config",
        **(more or {}),
    }


def die_with_parent() -> None:
    """Have the system end this process with its parent, however that ends."""
    _libc.prctl(_DIES_WITH_PARENT, signal.SIGKILL)


def cpu_seconds(pid: int) -> float:
    """The processor time a process has used, all threads; nanoseconds count."""
    return time.clock_gettime((~pid << 3) | 2)


def resident_mb(pid: int) -> float:
    """The memory of a process that is in use, in MB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@asynccontextmanager
async def home() -> AsyncIterator[str]:
    """An empty folder for a program's settings and state."""
    with tempfile.TemporaryDirectory(prefix="pexdash-bench-") as folder:
        yield folder


@asynccontextmanager
async def program(
    *command: str, more: Mapping[str, str] | None = None, **pipes: Any
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a command in a group of its own, which is killed at the end of the block."""
    async with home() as folder:
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=ROOT,
            env=environment(folder, more),
            start_new_session=True,
            preexec_fn=die_with_parent,
            limit=64 * 1024 * 1024,
            **pipes,
        )
        try:
            yield process
        finally:
            await end(process)


async def end(process: asyncio.subprocess.Process) -> None:
    """Kill a process with its group and wait for it."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    await process.wait()


async def result_of(*command: str, seconds: float = 300.0) -> Any:
    """Run a command that prints one line of JSON, and return it."""
    async with program(*command, stdout=asyncio.subprocess.PIPE) as process:
        async with asyncio.timeout(seconds):
            told, _ = await process.communicate()
        if process.returncode:
            raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
        return json.loads(told.splitlines()[-1])


def python(module: str, *arguments: str) -> tuple[str, ...]:
    """The command that runs a module of the benchmarks."""
    return (PYTHON, "-m", f"tests.bench.{module}", *arguments)
