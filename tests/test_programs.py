"""A fork is what the installed command would be: its process, terminal, environment and end."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.eventually import eventually
from tests.programs import PROGRAM, READ_EARLY, ROOT, Forked, fork_on_pipes, starts_anew
from tests.terminal.pseudo_terminal import forked

LOADED = """
import os, sys
names, usual = set(), os._Environ.__getitem__
def read(self, name):
    names.add(name)
    return usual(self, name)
os._Environ.__getitem__ = read
from tests.preloaded import load
load()
print(*names)
print(*sys.modules)
"""
ORPHANED = """
import asyncio, os
from tests.programs import fork_on_pipes
async def main():
    environment = {"PATH": os.defpath}
    node = await fork_on_pipes("node", "--participants", "0", environment=environment)
    print(node.pid, (await node.stdout.readline()).decode().strip(), flush=True)
    os.kill(os.getpid(), 9)
asyncio.run(main())
"""
SIZE = (80, 24)


def executed(
    *command: str | Path, environment: dict[str, str]
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        command, env=environment, cwd=ROOT, capture_output=True, stdin=subprocess.DEVNULL
    )


async def nobody(*arguments: str, **more: str) -> Forked:
    """`pexdash` for somebody without settings."""
    return await fork_on_pipes(*arguments, environment={"PATH": os.defpath, **more})


async def test_it_writes_and_ends_as_the_command_does(tmp_path: Path) -> None:
    """Also of an environment, a folder and words that hold no text."""
    environment = {"PATH": os.defpath, "LANG": "C.UTF-8", "XDG_CONFIG_HOME": str(tmp_path)}
    for words in (
        ("--version",),
        ("config", "path"),
        ("nonsense",),
        ("report", "tests/order.py"),
        ("events", "\udcff", "--node", "a"),
        ("events", "a", "--node", "127.0.0.1:1"),
    ):
        command = executed(PROGRAM, *words, environment=environment)
        process = await fork_on_pipes(*words, environment=environment)
        out, err = await process.communicate()
        assert (process.returncode, out, err) == (
            command.returncode,
            command.stdout,
            command.stderr,
        )


async def test_it_leads_a_session_of_its_own_on_its_terminal() -> None:
    environment = {"PATH": os.defpath, "TERM": "xterm-256color"}
    async with forked("demo", size=SIZE, env=environment) as (process, master):
        assert os.getsid(process.pid) == os.getpgid(process.pid) == process.pid
        assert os.tcgetpgrp(master) == process.pid
        await asyncio.to_thread(os.read, master, 1)
        process.send_signal(signal.SIGSTOP)
        process.send_signal(signal.SIGKILL)
        assert await process.wait() == -signal.SIGKILL
        assert process.returncode == -signal.SIGKILL
        with pytest.raises(ProcessLookupError):
            process.kill()
        with pytest.raises(ProcessLookupError):
            os.kill(process.pid, 0)
        os.close(master)


async def test_it_is_given_nothing_but_its_streams() -> None:
    """A pipe that a program before it holds ends with that program."""
    before = await nobody("node", "--participants", "0")
    after = await nobody("node", "--participants", "0")
    assert before.stdout is not None
    assert after.stdout is not None
    assert (await before.stdout.readline()).startswith(b"http://")
    assert (await after.stdout.readline()).startswith(b"http://")
    before.kill()
    assert await before.stdout.read() == b""
    assert after.returncode is None
    after.send_signal(signal.SIGTERM)
    await after.communicate()
    assert after.returncode == 143


async def test_it_reads_what_it_is_given() -> None:
    process = await nobody("events", "a", "--node", "127.0.0.1:1", "--pin-file", "-")
    _, err = await process.communicate(b"\xff")
    assert process.returncode == 2
    assert b"PIN" in err


async def test_none_outlives_those_who_wanted_it() -> None:
    done = executed(sys.executable, "-c", ORPHANED, environment=dict(os.environ))
    assert done.returncode == -signal.SIGKILL
    pid, url = done.stdout.split()
    assert url.startswith(b"http://")

    def is_gone() -> bool:
        try:
            os.kill(int(pid), 0)
        except ProcessLookupError:
            return True
        return False

    await eventually(is_gone, "the node ended")


def test_what_it_loads_and_reads_meanwhile() -> None:
    """The screen and no extra; and no variable that `starts_anew` does not know of."""
    environment = {"PATH": os.defpath, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = executed(sys.executable, "-c", LOADED, environment=environment)
    assert done.returncode == 0, done.stderr
    names, loaded = (set(line.split()) for line in done.stdout.decode().splitlines())
    assert {"textual.app", "httpx", "uvicorn", "pexdash.cli.wall"} <= loaded
    assert not {"aiortc", "aiohttp", "nats", "prometheus_client", "segno"} & loaded
    assert {"NO_COLOR", "TEXTUAL_ANIMATIONS", "TERM_PROGRAM"} <= names
    # Android is no system that we run on.
    assert {one for one in names if not READ_EARLY.fullmatch(one)} <= {"ANDROID_DATA"}


@pytest.mark.parametrize("name", ["NO_COLOR", "PYTHONPATH", "LC_ALL", "LANG", "TEXTUAL_DRIVER"])
def test_what_is_read_early_needs_the_command_itself(name: str) -> None:
    assert starts_anew({"HOME": "/", name: ""})
    assert not starts_anew({"HOME": "/", "TERM": "dumb", "COLORTERM": "", f"MY_{name}": ""})
