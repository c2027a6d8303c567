"""Commands of the user's own that are started for alarms: a bell elsewhere, and any alarm."""

from __future__ import annotations

import asyncio
import os
import signal
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress

from pexdash.clock import Clock
from pexdash.model.alarms.alarm import Change
from pexdash.model.alarms.edge import Edge
from pexdash.model.alarms.keys import AlarmKey
from pexdash.session.alarms.announcing import Announced, Announcement, announcement_of
from pexdash.text import ADDRESS_LIMIT, clean

BELL_SECONDS = 10.0
"""The command of the bell is started at most once in this time."""
LONGEST_SECONDS = 30.0
"""How long a command may run before it is ended."""


class Command:
    """A command by its words, which no shell reads; it has no terminal, and does not outlive us.

    `name` is the setting that it comes from; `say` is told once where it fails, until it works.
    """

    def __init__(
        self, name: str, words: Sequence[str], clock: Clock, say: Callable[[str], None]
    ) -> None:
        self._name = name
        self._words = tuple(words)
        self._clock = clock
        self._say = say
        self._said = False

    async def run(self, fields: Mapping[str, str]) -> None:
        """Start it with these variables, and wait for its end."""
        kept = {name: value for name, value in os.environ.items() if not _is_ours(name)}
        try:
            process = await _started(self._words, {**kept, **fields})
        except (OSError, ValueError) as fault:
            why = fault.strerror if isinstance(fault, OSError) and fault.strerror else str(fault)
            self._fail(f"cannot be started: {clean(why)}")
            return
        try:
            ended = await self._ends_in_time(process)
        finally:
            await _end(process)
        if not ended:
            self._fail(f"ran for more than {LONGEST_SECONDS:.0f} s and was ended")
        elif status := process.returncode:
            self._fail(f"failed with status {status}" if status > 0 else "was killed")
        else:
            self._said = False

    async def _ends_in_time(self, process: Process) -> bool:
        ending = asyncio.ensure_future(process.wait())
        waiting = asyncio.ensure_future(self._clock.sleep(LONGEST_SECONDS))
        try:
            await asyncio.wait({ending, waiting}, return_when=asyncio.FIRST_COMPLETED)
            return ending.done()
        finally:
            ending.cancel()
            waiting.cancel()

    def _fail(self, how: str) -> None:
        if not self._said:
            self._said = True
            self._say(f"{self._name} {clean(self._words[0], ADDRESS_LIMIT)} {how}")


def _is_ours(name: str) -> bool:
    """Whether a variable is one of ours, which may hold a secret."""
    return name.startswith("PEXDASH_")


async def _started(words: Sequence[str], environment: Mapping[str, str]) -> Process:
    """Start a command in a group of its own; raises OSError and ValueError.

    Where we are cancelled meanwhile, it is ended: asyncio alone would leave what it has started.
    """
    starting = asyncio.ensure_future(
        asyncio.create_subprocess_exec(
            *words,
            stdin=DEVNULL,
            stdout=DEVNULL,
            stderr=DEVNULL,
            env=environment,
            start_new_session=True,
        )
    )
    try:
        return await asyncio.shield(starting)
    except asyncio.CancelledError:
        with suppress(OSError, ValueError):
            await _end(await starting)
        raise


async def _end(process: Process) -> None:
    """End what still runs of a command that was to end by itself, with all that it started."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        ending = asyncio.ensure_future(process.wait())
        try:
            await asyncio.shield(ending)
        except asyncio.CancelledError:
            # Killed, it ends at once; nobody else would take note of its end.
            await ending
            raise


class BellCommand:
    """Starts a command when the bell rings, at most once in ten seconds; what is between is lost.

    Give `hear` to what tells of alarms, and have `run` running.
    """

    def __init__(self, command: Command, clock: Clock) -> None:
        self._command = command
        self._clock = clock
        self._rung: asyncio.Queue[Announcement] = asyncio.Queue(maxsize=1)
        self._is_free = True

    def hear(self, edges: Iterable[Edge]) -> None:
        """Take what happened to alarms."""
        ahead = self._clock.wall() - self._clock.monotonic()
        for edge in edges:
            if edge.change is Change.BELL and self._is_free:
                self._is_free = False
                self._rung.put_nowait(announcement_of(edge, Announced.BEGUN, ahead))

    async def run(self) -> None:
        """Start the command whenever it is due, until cancelled."""
        while True:
            rung = await self._rung.get()
            free_at = self._clock.monotonic() + BELL_SECONDS
            await self._command.run(rung.fields)
            await self._clock.sleep(max(0.0, free_at - self._clock.monotonic()))
            self._is_free = True


class AlarmCommand:
    """Starts a command for each announcement and each end of an alarm, one after the other.

    Of an alarm that still waits for its turn only the newest state is told; none is left out.
    """

    def __init__(self, command: Command) -> None:
        self._command = command
        self._queue: dict[AlarmKey, Announcement] = {}
        self._come = asyncio.Event()

    def put(self, announcement: Announcement) -> None:
        """Have the command told of it in its turn."""
        self._queue[announcement.key] = announcement
        self._come.set()

    async def run(self) -> None:
        """Start the command for each in turn, until cancelled."""
        while True:
            await self._come.wait()
            while self._queue:
                key = next(iter(self._queue))
                await self._command.run(self._queue.pop(key).all_fields)
            self._come.clear()
