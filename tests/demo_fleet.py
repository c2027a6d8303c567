"""A fleet to look at: a bus, a node with meetings, two collectors, a wall and a host's dashboard.

`make demo-fleet` opens it in tmux, each program in a pane of its own: end a collector there, or
kill it, and watch the wall. Without tmux the collectors run here, and what to type elsewhere is
told.
"""

from __future__ import annotations

import asyncio
import base64
import os
import shlex
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from pexdash.bus.sealing import KEY_BYTES
from tests.bus.nats_server import nats_server

MEETINGS = 12
_NODE = """\
[[conference]]
alias = "{alias}"
participants = {people}
seed = {seed}
lively = true
"""
_AGAIN = 'echo "ended with $?: enter begins it again"; read again'
"""What a pane with a collector does when it has ended."""


async def main() -> int:
    """Run the fleet until its panes are closed or a signal comes; returns the exit status."""
    loop, running = asyncio.get_running_loop(), asyncio.ensure_future(_fleet())
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, running.cancel)
    try:
        return await running
    except asyncio.CancelledError:
        return 1


async def _fleet() -> int:
    with tempfile.TemporaryDirectory(prefix="pexdash-fleet-") as name:
        folder = Path(name)
        aliases = [f"room{at + 1:02}" for at in range(MEETINGS)]
        (folder / "aliases").write_text("\n".join(aliases) + "\n")
        key = folder / "tokens.key"
        key.touch(0o600)
        key.write_bytes(base64.b64encode(os.urandom(KEY_BYTES)))
        (folder / "fleet.toml").write_text(f'[bus]\ntoken_key_file = "{key.name}"\n')
        (folder / "node.toml").write_text(
            "\n".join(
                _NODE.format(alias=alias, people=3 + 5 * at % 17, seed=at)
                for at, alias in enumerate(aliases)
            )
        )
        async with nats_server(folder) as server:
            node = await asyncio.create_subprocess_exec(
                *_pexdash("node", "--config", str(folder / "node.toml")),
                stdout=asyncio.subprocess.PIPE,
            )
            try:
                assert node.stdout is not None
                url = (await node.stdout.readline()).decode().split()[-1]
                return await _show(folder, server.url, url, aliases[0])
            finally:
                node.terminate()
                await node.wait()


def _pexdash(*words: str) -> list[str]:
    return [sys.executable, "-m", "pexdash", *words]


async def _show(folder: Path, bus: str, node: str, alias: str) -> int:
    collect = _pexdash(
        *(
            "collect",
            "--config",
            str(folder / "fleet.toml"),
            "--from",
            str(folder / "aliases"),
            "--bus",
            bus,
            "--node",
            node,
            "--lease",
            "3",
        )
    )
    wall, join = _pexdash("wall", "--bus", bus), _pexdash("join", alias, "--bus", bus)
    if shutil.which("tmux") is None:
        sys.stdout.write(f"{shlex.join(wall)}\n{shlex.join(join)}\n")
        both = [await asyncio.create_subprocess_exec(*collect) for _ in range(2)]
        try:
            await asyncio.gather(*(one.wait() for one in both))
        finally:
            for one in both:
                if one.returncode is None:
                    one.terminate()
            await asyncio.gather(*(one.wait() for one in both))
        return 0
    forever = f"while true; do {shlex.join(collect)}; {_AGAIN}; done"
    tmux = ["tmux", "-S", str(folder / "tmux")]
    panes = [
        ["new-session", "-d", "-x", "200", "-y", "60", shlex.join(wall)],
        ["split-window", "-v", "-l", "60%", f"until {shlex.join(join)}; do sleep 1; done"],
        ["split-window", "-v", "-l", "10", forever],
        ["split-window", "-h", forever],
        ["select-pane", "-t", "0"],
        ["set-option", "-g", "mouse", "on"],
    ]
    for pane in panes:
        assert await _ran(*tmux, *pane) == 0
    try:
        return await _ran(*tmux, "attach-session")
    finally:
        await _ran(*tmux, "kill-server")


async def _ran(*words: str) -> int:
    """The status with which a program ends, which may be within another tmux."""
    program = await asyncio.create_subprocess_exec(*words, env={**os.environ, "TMUX": ""})
    return await program.wait()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
