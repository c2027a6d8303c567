"""`python -m tests.preloaded`: has loaded what `pexdash` imports, and becomes it for each start.

Loading takes most of the CPU time of a short run. It is done once here; each start is a fork of
this process: a process, a session and, where wanted, a controlling terminal of its own.
"""

from __future__ import annotations

import atexit
import fcntl
import gc
import importlib
import json
import os
import pkgutil
import select
import signal
import socket
import sys
import termios
import threading
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from typing import NoReturn

import pexdash
from pexdash.__main__ import main
from pexdash.cli import process

ELSEWHERE = ("pexdash.bus", "pexdash.media", "pexdash.plain.metrics", "pexdash.web")
"""What only some starts load: it has dependencies of its own."""
RUNS, ENDED = "runs", "ended"
"""What is told of a program: that it runs, with its number, and that it ended, with its status."""
_SIZE_BYTES = 4


@dataclass
class Start:
    """What a program is started with; each stream is a descriptor of the one who asks."""

    arguments: list[str]
    """The command line, with the program's own name first."""
    environment: dict[str, str]
    folder: str
    controls: bool
    """Whether its standard input is to be the controlling terminal of its session."""


@dataclass
class Streams:
    """The standard streams of a program, and the pipe on which its number and end are told."""

    stdin: int
    stdout: int
    stderr: int
    told: int

    def all(self) -> list[int]:
        return [getattr(self, one.name) for one in fields(self)]


def ask(control: socket.socket, start: Start, streams: Streams) -> None:
    """Ask for a start; the pipe is told that it runs and then how it ended, a line each."""
    asked = json.dumps(asdict(start)).encode()
    socket.send_fds(control, [len(asked).to_bytes(_SIZE_BYTES)], streams.all())
    control.sendall(asked)


def asked_of(control: socket.socket) -> tuple[Start, Streams] | None:
    """What is asked for next; None once nobody is there to ask."""
    size, descriptors, _, _ = socket.recv_fds(control, _SIZE_BYTES, len(fields(Streams)))
    if len(size) < _SIZE_BYTES:
        return None
    asked = bytearray()
    while missing := int.from_bytes(size) - len(asked):
        asked += control.recv(missing)
    return Start(**json.loads(asked)), Streams(*descriptors)


def load() -> None:
    """Import all that is not loaded for some starts alone."""
    process.want_no_animations()
    for module in pkgutil.walk_packages(pexdash.__path__, "pexdash."):
        if not module.name.startswith(ELSEWHERE):
            importlib.import_module(module.name)
    # Looked through, it would be copied for each process.
    gc.collect()
    gc.freeze()


def serve(control: socket.socket) -> tuple[Start, Streams] | None:
    """Fork for whoever asks; returns in each new process, and here, with None, at the end.

    What still runs when nobody can ask any more is killed.
    """
    running: dict[int, int] = {}
    ended, wakes = socket.socketpair()
    wakes.setblocking(False)
    signal.set_wakeup_fd(wakes.fileno())
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    while True:
        ready, _, _ = select.select([control, ended], [], [])
        if ended in ready:
            ended.recv(4096)
            tell_ends(running)
        if control not in ready:
            continue
        asked = asked_of(control)
        if asked is None:
            break
        number = os.fork()
        if number == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for one in (control, ended, wakes):
                one.close()
            for told in running.values():
                os.close(told)
            return asked
        for stream in asked[1].all()[:-1]:
            os.close(stream)
        running[number] = asked[1].told
    for number in running:
        os.kill(number, signal.SIGKILL)
        os.waitpid(number, 0)
    return None


def tell_ends(running: dict[int, int]) -> None:
    """Say of each process that has ended how it did, and know it no more."""
    while running:
        number, status = os.waitpid(-1, os.WNOHANG)
        if number == 0:
            return
        told = running.pop(number)
        tell(told, f"{ENDED} {os.waitstatus_to_exitcode(status)}")
        os.close(told)


def tell(told: int, what: str) -> None:
    # Whoever has gone meanwhile wants to know nothing.
    with suppress(BrokenPipeError):
        os.write(told, f"{what}\n".encode())


def become(start: Start, streams: Streams) -> None:
    """Make this process what it would be if the program had been executed, and say so."""
    os.setsid()
    given = streams.all()[:-1]
    for number, stream in enumerate(given):
        os.dup2(stream, number)
    for stream in set(given):
        os.close(stream)
    if start.controls:
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    if sys.platform == "darwin":
        # What the system tells of its proxies is nothing that a fork may ask for.
        start.environment.setdefault("no_proxy", "*")
    os.chdir(start.folder)
    os.environ.clear()
    os.environ.update(start.environment)
    time.tzset()
    sys.argv = start.arguments
    sys.path[0] = os.path.dirname(start.arguments[0])
    # As the interpreter opens them: what they are connected to decides how they are buffered.
    for number, (name, mode) in enumerate({"stdin": "r", "stdout": "w", "stderr": "w"}.items()):
        like, lines = getattr(sys, name), 1 if name == "stderr" else -1
        opened = open(  # noqa: SIM115
            number, mode, lines, like.encoding, like.errors, newline="\n", closefd=False
        )
        setattr(sys, name, opened)
        setattr(sys, f"__{name}__", opened)
    tell(streams.told, f"{RUNS} {os.getpid()}")
    os.close(streams.told)


def leave(status: int) -> NoReturn:
    """End with this status; the interpreter is not taken apart, which takes most of the time."""
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join()
    atexit._run_exitfuncs()
    os._exit(status)


if __name__ == "__main__":
    load()
    started = serve(socket.socket(fileno=int(sys.argv[1])))
    if started is not None:
        become(*started)
        try:
            main()
        except SystemExit as end:
            # Only where threads draw on a terminal may what the interpreter does then go wrong.
            if os.isatty(0) or not isinstance(end.code, int):
                raise
            leave(end.code)
