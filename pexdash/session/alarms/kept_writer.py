"""Keeps the file of acknowledgements as it is at work, and looks for what another wall wrote."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeVar

from pexdash.clock import Clock
from pexdash.model.alarms.kept import Kept, KeptChange, changed
from pexdash.model.alarms.keys import AlarmKey
from pexdash.session.alarms.kept_file import AlarmsNotKept

LOOK_SECONDS = 3.0
"""How often the file is looked at, and what could not be written is tried again."""
_Result = TypeVar("_Result")


class Keeps(Protocol):
    """Where what people decide is kept: a `KeptFile`, or an `OwnKept`."""

    def load(self) -> Kept: ...

    def load_if_changed(self) -> Kept | None: ...

    def keep(self, changes: Sequence[KeptChange], now: float) -> Kept: ...


class KeptWriter:
    """Writes changes to the file in a thread, one write at a time, and takes what others wrote.

    `adopt` is given all that is kept by now; `say` is told of a fault once, until the file can be
    used again.
    """

    def __init__(
        self,
        file: Keeps,
        clock: Clock,
        *,
        adopt: Callable[[Kept], None],
        say: Callable[[str], None],
    ) -> None:
        self._file = file
        self._clock = clock
        self._adopt = adopt
        self._say = say
        self._said = ""
        self._unwritten: dict[tuple[AlarmKey, bool], KeptChange] = {}
        self._wanted = asyncio.Event()

    def load(self) -> Kept:
        """What an earlier run left; nothing where the file cannot be read, which is told."""
        try:
            return self._file.load()
        except AlarmsNotKept as fault:
            self._fail(fault)
            return Kept()

    def put(self, changes: Iterable[KeptChange]) -> None:
        """Have changes written soon."""
        for change in changes:
            self._unwritten[change.key, change.is_shelf] = change
        if self._unwritten:
            self._wanted.set()

    async def run(self) -> None:
        """Write and look until cancelled; what is not written then is written before the end."""
        try:
            while True:
                await self._next()
                await self._write_or_look()
        finally:
            if self._unwritten:
                await self._write_or_look()

    async def _next(self) -> None:
        """Wait until there is something to write, or the file is to be looked at."""
        waits = [
            asyncio.ensure_future(self._clock.sleep(LOOK_SECONDS)),
            asyncio.ensure_future(self._wanted.wait()),
        ]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waits:
                one.cancel()
        self._wanted.clear()

    async def _write_or_look(self) -> None:
        changes = list(self._unwritten.values())
        try:
            if changes:
                now = self._clock.monotonic()
                kept: Kept | None = await _in_thread(lambda: self._file.keep(changes, now))
            else:
                kept = await _in_thread(self._file.load_if_changed)
        except AlarmsNotKept as fault:
            self._fail(fault)
            return
        self._said = ""
        for change in changes:
            if self._unwritten.get((change.key, change.is_shelf)) is change:
                del self._unwritten[change.key, change.is_shelf]
        if kept is not None:
            # What was decided during the write stands, too.
            self._adopt(changed(kept, list(self._unwritten.values())))

    def _fail(self, fault: AlarmsNotKept) -> None:
        words = f"{fault}; they hold until pexdash ends"
        if words != self._said:
            self._said = words
            self._say(words)


async def _in_thread(call: Callable[[], _Result]) -> _Result:
    """Call in a thread; where we are cancelled, wait for its end, as nothing can stop it."""
    calling = asyncio.ensure_future(asyncio.to_thread(call))
    try:
        return await asyncio.shield(calling)
    except asyncio.CancelledError:
        await asyncio.wait({calling})
        raise
