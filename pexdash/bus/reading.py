"""Reading what is stored, by consumers of our own that are made again where the last one ended.

A consumer has a name, because only then can the server be told who may read what.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct
from nats.aio.msg import Msg
from nats.errors import Error as LibraryFault
from nats.js import api
from nats.js.errors import APIError, NotFoundError

from pexdash.bus.connection import Connection, spread
from pexdash.errors import BusFault, BusRefused
from pexdash.log import logger

HEARTBEAT_SECONDS = 1.0
"""How often the server says that a consumer of ours is still there."""
CONSUMER_SECONDS = 10.0
"""After how long the server forgets a consumer that nobody reads."""
MARK_SECONDS = 600.0
"""How long the mark stays stored that there is nothing in a subject any more."""
_SILENT_SECONDS = 4.0  # after so long without such a word the consumer is gone
_FIRST_SECONDS, _MOST_SECONDS = 0.5, 30.0  # the longest waits between tries to make one
_QUEUED = 256  # messages that wait for a slow reader here; more wait at the server


class Kept(Struct, frozen=True):
    """One stored message; an empty `payload` is a mark that there is none any more."""

    subject: str
    payload: bytes
    revision: int


TakeKept = Callable[[Kept, int], Awaitable[None]]
"""Takes a message, and how many more wait."""


class Consumer:
    """A consumer on the server: `pending` messages waited when it was made.

    `ended` is set where no more comes from it: the connection is lost, the server has dropped it,
    or a message is missing.
    """

    def __init__(self, take: TakeKept, connection: Connection) -> None:
        self._take = take
        self._connection = connection
        self._count = 0
        self._heard_at = asyncio.get_running_loop().time()
        self._is_busy = False
        self.pending = 0
        self.ended = asyncio.Event()

    async def received(self, message: Msg) -> None:
        """Take what the server has sent."""
        if self.ended.is_set():
            return
        self._is_busy = True
        try:
            if message.headers is not None and "Status" in message.headers:
                await self._was_told(message)
            else:
                place = message.metadata
                self._count += 1
                if place.sequence.consumer != self._count:
                    return self.ended.set()
                kept = Kept(message.subject, message.data, place.sequence.stream)
                await self._take(kept, place.num_pending)
        finally:
            self._is_busy = False
            self._heard_at = asyncio.get_running_loop().time()

    async def _was_told(self, message: Msg) -> None:
        """Take a heartbeat, an end, or the question whether we can follow."""
        told = message.headers or {}
        if told["Status"] != "100" or int(told.get("Nats-Last-Consumer", 0)) > self._count:
            self.ended.set()
        elif answer := message.reply or told.get("Nats-Consumer-Stalled"):
            await self._connection.client.publish(answer)

    async def watch(self, made: int) -> None:
        """Set `ended` once nothing has come for too long, or the connection is another one."""
        loop = asyncio.get_running_loop()
        while not self.ended.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(HEARTBEAT_SECONDS):
                    await self.ended.wait()
            is_silent = loop.time() > self._heard_at + _SILENT_SECONDS and not self._is_busy
            if is_silent or self._connection.made != made:
                self.ended.set()


@asynccontextmanager
async def consuming(
    connection: Connection, stream: str, subject: str, take: TakeKept, **how: Any
) -> AsyncIterator[Consumer]:
    """Have `take` called with what is stored in a subject, for as long as the connection holds.

    Raises BusRefused, or BusFault, where the server does not make the consumer.
    """
    consumer = Consumer(take, connection)
    inbox = connection.client.new_inbox()
    config = api.ConsumerConfig(
        name=inbox.rpartition(".")[2],
        deliver_subject=inbox,
        filter_subject=subject,
        ack_policy=api.AckPolicy.NONE,
        inactive_threshold=CONSUMER_SECONDS,
        idle_heartbeat=HEARTBEAT_SECONDS,
        flow_control=True,
        mem_storage=True,
        max_deliver=1,
        **how,
    )
    asked = f"$JS.API.CONSUMER.CREATE.{stream}.{config.name}.{subject}"
    made = connection.made
    no_more = connection.on_change(consumer.ended.set)
    subscription = None
    try:
        try:
            async with connection.in_time(f"{subject} cannot be read", asked):
                subscription = await connection.client.subscribe(inbox, cb=consumer.received)
                told = await connection.js.add_consumer(stream, config)
        except APIError as fault:
            raise BusFault(f"{subject} cannot be read: {words_of(fault)}") from fault
        consumer.pending = told.num_pending or 0
        watching = asyncio.ensure_future(consumer.watch(made))
        try:
            yield consumer
        finally:
            watching.cancel()
    finally:
        no_more()
        if subscription is not None:
            with suppress(LibraryFault):
                await subscription.unsubscribe()


class Following:
    """What is stored in a subject, as a list with an end, and then whatever changes.

    `anew` is called before each list, when all that was told before is void: at the beginning, and
    where the stream was made anew, has lost its end, or we were away for longer than marks stay.
    `ended` is called at the end of each list. `at` is the revision up to which all is told.
    """

    def __init__(
        self,
        connection: Connection,
        stream: str,
        subject: str,
        take: Callable[[Kept], None],
        anew: Callable[[], None],
        ended: Callable[[], None],
    ) -> None:
        self._connection = connection
        self._stream = stream
        self._subject = subject
        self._take = take
        self._anew = anew
        self._ended = ended
        self._made_at = 0
        self._is_listed = False
        self._current_at = 0.0
        self.at = 0

    async def run(self) -> None:
        """Follow until cancelled; raises BusRefused where the server does not let us."""
        attempt = 0
        while True:
            await self._connection.up()
            made = self._connection.made
            try:
                await self._follow()
            except BusRefused:
                raise
            except BusFault as fault:
                if self._connection.is_up and attempt == 0:
                    logger.warning("the bus: %s", fault)
            if not self._connection.is_up or self._connection.made != made:
                attempt = 0
                continue
            await asyncio.sleep(
                spread(self._connection.rng, attempt, _FIRST_SECONDS, _MOST_SECONDS)
            )
            attempt += 1

    async def _follow(self) -> None:
        """Read by one consumer until it ends."""
        made_at, last = await stream_state(self._connection, self._stream)
        is_away = _awake_seconds() - self._current_at > MARK_SECONDS / 2
        if self._made_at != made_at or last < self.at or is_away or not self._is_listed:
            self._made_at, self.at, self._is_listed = made_at, 0, False
            self._anew()
            how: dict[str, Any] = {"deliver_policy": api.DeliverPolicy.LAST_PER_SUBJECT}
        else:
            how = {
                "deliver_policy": api.DeliverPolicy.BY_START_SEQUENCE,
                "opt_start_seq": self.at + 1,
            }

        async def take(kept: Kept, pending: int) -> None:
            if kept.revision > self.at:
                self.at = kept.revision
                self._take(kept)
            if pending == 0:
                self._has_listed()

        async with consuming(
            self._connection, self._stream, self._subject, take, **how
        ) as consumer:
            if consumer.pending == 0 and not self._is_listed:
                self.at = max(self.at, last)
                self._has_listed()
            await consumer.ended.wait()
            self._current_at = _awake_seconds()

    def _has_listed(self) -> None:
        if not self._is_listed:
            self._is_listed = True
            self._ended()


def words_of(fault: APIError) -> str:
    """The server's own words; it has none where JetStream does not run."""
    return fault.description or "JetStream is not enabled there"


async def stream_state(connection: Connection, stream: str) -> tuple[int, int]:
    """When a stream was made, in nanoseconds of Unix time, and its last revision.

    Raises BusFault where there is no such stream.
    """
    asked = f"$JS.API.STREAM.INFO.{stream}"
    try:
        async with connection.in_time(f"the stream {stream} cannot be asked", asked):
            told = await connection.js.stream_info(stream)
    except NotFoundError as fault:
        raise BusFault(f"the stream {stream} is not there: a collector makes it") from fault
    except APIError as fault:
        raise BusFault(f"the stream {stream} cannot be asked: {words_of(fault)}") from fault
    assert told.created is not None
    return int(told.created.timestamp() * 1e9), told.state.last_seq


async def read_log(
    connection: Connection, stream: str, subject: str, since: float | None, after: int
) -> AsyncGenerator[Kept | None, None]:
    """Every message of a subject from a Unix time on, or after a revision; None at the present end.

    It goes on with what is stored later, through lost connections. Raises BusRefused, or BusFault,
    where that fails for another reason.
    """
    queue: asyncio.Queue[tuple[Kept, int]] = asyncio.Queue(_QUEUED)
    at, is_caught_up = after, False

    async def take(kept: Kept, pending: int) -> None:
        await queue.put((kept, pending))

    while True:
        await connection.up()
        try:
            _, last = await stream_state(connection, stream)
            how = _from(at, since if at == after else None)
            async with consuming(connection, stream, subject, take, **how) as consumer:
                is_at_end = consumer.pending == 0
                while True:
                    if is_at_end and not is_caught_up:
                        is_caught_up = True
                        yield None
                    if (found := await _next(queue, consumer.ended)) is None:
                        break
                    kept, pending = found
                    if kept.revision > at:
                        at = kept.revision
                        yield kept
                    is_at_end = pending == 0 or at >= last
        except BusFault:
            if connection.is_up:
                raise


def _from(at: int, since: float | None) -> dict[str, Any]:
    """Where a consumer begins: after a revision, or at a Unix time."""
    if since is not None:
        return {
            "deliver_policy": api.DeliverPolicy.BY_START_TIME,
            "opt_start_time": datetime.fromtimestamp(since, UTC),
        }
    return {"deliver_policy": api.DeliverPolicy.BY_START_SEQUENCE, "opt_start_seq": at + 1}


async def _next(
    queue: asyncio.Queue[tuple[Kept, int]], ended: asyncio.Event
) -> tuple[Kept, int] | None:
    """The next message, None where there is none and no more comes."""
    if not queue.empty():
        return queue.get_nowait()
    getting, ending = asyncio.ensure_future(queue.get()), asyncio.ensure_future(ended.wait())
    try:
        await asyncio.wait({getting, ending}, return_when=asyncio.FIRST_COMPLETED)
        return getting.result() if getting.done() else None
    finally:
        getting.cancel()
        ending.cancel()


def _awake_seconds() -> float:
    """A time that runs on while the machine sleeps, where the system has one."""
    clock: int | None = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)
