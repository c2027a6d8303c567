"""Storing messages: many writes under way, whose acknowledgements come on one subject of ours.

The library's own way makes several tasks and timers for each, which costs twice as much.
"""

from __future__ import annotations

import asyncio

import msgspec
from msgspec import Struct

from pexdash.bus.connection import ANSWER_SECONDS, Connection, Heard
from pexdash.bus.library import LibraryFault, Msg
from pexdash.errors import BusFault, BusRefused, Fenced

_WRONG_LAST_SEQUENCE = 10071
"""The error of JetStream for a message whose condition does not hold."""


class _Flaw(Struct):
    err_code: int = 0
    description: str = ""


class _Told(Struct):
    """What the server answers: the revision, or what is wrong."""

    seq: int = 0
    error: _Flaw | None = None


_told = msgspec.json.Decoder(_Told)


class _Write:
    """A write under way; the connection ends it where it is lost or refused."""

    def __init__(self, subject: str, answered: asyncio.Future[Msg | None]) -> None:
        self.subject = subject.casefold()
        self.answered = answered
        self.refusal = ""
        self.is_lost = False

    def end(self) -> None:
        """Wait no longer."""
        if not self.answered.done():
            self.answered.set_result(None)


class Storing:
    """Stores by one connection, again on each that comes after it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._inbox = ""
        self._under_way: dict[str, _Write] = {}
        self._count = 0

    async def store(self, subject: str, payload: bytes, headers: dict[str, str]) -> int:
        """Store a message and return its revision; raises as `Bus.put`."""
        what = f"nothing can be stored in {subject}"
        if not self._connection.is_up:
            await asyncio.sleep(0)  # who tries again at once must not keep us from coming back
            raise BusFault(f"{what}: the bus is away")
        if not self._inbox:
            await self._hear_answers()
        self._count += 1
        name = f"{self._inbox}.{self._count}"
        write = _Write(subject, asyncio.get_running_loop().create_future())
        self._under_way[name] = write
        self._connection.waiting.add(write)
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._connection.client.publish(
                    subject, payload, reply=name, headers=headers or None
                )
                answer = await write.answered
        except TimeoutError as fault:
            raise BusFault(f"{what}: the server did not answer in time") from fault
        except LibraryFault as fault:
            raise BusFault(f"{what}: {fault}") from fault
        finally:
            del self._under_way[name]
            self._connection.waiting.discard(write)
        if write.refusal:
            raise BusRefused(f"{what}: {write.refusal}")
        if answer is None:
            raise BusFault(f"{what}: the connection was lost meanwhile")
        return _revision(subject, answer)

    async def _hear_answers(self) -> None:
        self._inbox = self._connection.client.new_inbox()
        try:
            await self._connection.hear(Heard(f"{self._inbox}.*", self._answered))
        except BusRefused:
            self._inbox = ""
            raise

    async def _answered(self, message: Msg) -> None:
        write = self._under_way.get(message.subject)
        if write is not None and not write.answered.done():
            write.answered.set_result(message)


def _revision(subject: str, answer: Msg) -> int:
    """The revision that an answer tells; raises Fenced, or BusFault, for any other."""
    try:
        told = _told.decode(answer.data)
    except msgspec.MsgspecError as fault:
        # Nobody answers for a subject of no stream, which comes as an empty message.
        raise BusFault(f"{subject} was not stored: no stream takes it") from fault
    if told.error is None:
        return told.seq
    if told.error.err_code == _WRONG_LAST_SEQUENCE:
        raise Fenced(f"somebody else has written {subject}")
    raise BusFault(f"{subject} was not stored: {told.error.description}")
