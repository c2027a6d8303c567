"""Our part on the bus: what is stored, what is only said, and what is asked."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from pexdash.bus.connection import ANSWER_SECONDS, LEAST_VERSION, Connection, Heard
from pexdash.bus.library import APIError, LibraryFault, Msg, NoRespondersError, NotFoundError, api
from pexdash.bus.reading import (
    MARK_SECONDS,
    Following,
    Kept,
    consuming,
    read_log,
    stream_state,
    words_of,
)
from pexdash.bus.settings import BusSettings
from pexdash.bus.storing import Storing
from pexdash.bus.subjects import LOG
from pexdash.errors import BusFault, BusRefused, NobodyHolds, OutcomeUnknown
from pexdash.log import logger

LISTING_SECONDS = 60.0
"""How long a list may take to come, at 250,000 people in it."""

Stop = Callable[[], Awaitable[None]]


class Bus:
    """A connection that comes back by itself; open it with `open_bus`.

    `is_up` is whether the server answers, and `down_since` since when it does not, in the loop's
    seconds. Everything raises BusRefused where the server does not let us, and BusFault where it is
    away or does not answer in time. Nothing is kept to be sent later.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._storing = Storing(connection)
        self.settings = connection.settings

    @property
    def is_up(self) -> bool:
        return self._connection.is_up

    @property
    def down_since(self) -> float | None:
        return self._connection.down_since

    @property
    def version(self) -> str:
        """The server's version."""
        version = self._connection.client.connected_server_version
        return f"{version.major}.{version.minor}.{version.patch}"

    @property
    def is_encrypted(self) -> bool:
        """Whether the server is spoken to by TLS."""
        return self._connection.is_encrypted

    @property
    def has_users(self) -> bool:
        """Whether the server asks who we are: only then does it vouch for a name."""
        told = self._connection.client._server_info
        return bool(told.get("auth_required"))

    async def up(self) -> None:
        """Return as soon as the server answers."""
        await self._connection.up()

    def on_change(self, hear: Callable[[], None]) -> Callable[[], None]:
        """Call `hear` whenever the connection is lost or is back; returns what stops that."""
        return self._connection.on_change(hear)

    def on_refusal(self, hear: Callable[[str], None]) -> Callable[[], None]:
        """Call `hear` in words when the server refuses us a subject; returns what stops that."""
        return self._connection.on_refusal(hear)

    # Stored

    async def make_stream(self, config: api.StreamConfig) -> None:
        """Make a stream; one of this name only gets the subjects that it lacks.

        Raises BusFault where that fails.
        """
        name = str(config.name)
        try:
            async with self._connection.in_time(
                f"the stream {name} cannot be made", f"$JS.API.STREAM.CREATE.{name}"
            ):
                try:
                    found = (await self._connection.js.stream_info(name)).config
                except NotFoundError:
                    await self._connection.js.add_stream(config)
                else:
                    known = found.subjects or []
                    if more := [one for one in config.subjects or [] if one not in known]:
                        # An earlier version has made it.
                        wanted = found.evolve(subjects=[*known, *more])
                        await self._connection.js.update_stream(wanted)
        except APIError as fault:
            raise BusFault(f"the stream {name} was not made: {words_of(fault)}") from fault

    async def made_at(self, stream: str) -> int:
        """When a stream was made, in nanoseconds of Unix time: part of each epoch."""
        made_at, _ = await stream_state(self._connection, stream)
        return made_at

    async def put(
        self,
        subject: str,
        payload: bytes,
        *,
        after: int | None = None,
        fenced_by: tuple[str, int] | None = None,
        lives: float | None = None,
    ) -> int:
        """Store a message; returns its revision.

        It is stored only where the last one of this subject has the revision `after` (0: there is
        none), or the last one of another subject of the same stream the one of `fenced_by`; raises
        Fenced otherwise. It expires after `lives` seconds; 0 means never, whatever the stream says.
        """
        headers: dict[str, str] = {}
        if after is not None:
            headers["Nats-Expected-Last-Subject-Sequence"] = str(after)
        if fenced_by is not None:
            headers["Nats-Expected-Last-Subject-Sequence"] = str(fenced_by[1])
            headers["Nats-Expected-Last-Subject-Sequence-Subject"] = fenced_by[0]
        if lives is not None:
            headers["Nats-TTL"] = f"{lives:.0f}s" if lives else "never"
        return await self._storing.store(subject, payload, headers)

    async def remove(self, subject: str, *, fenced_by: tuple[str, int] | None = None) -> int:
        """Store the mark that there is nothing in a subject any more: whoever follows hears it.

        It goes by itself after ten minutes. Raises Fenced as `put` does.
        """
        return await self.put(subject, b"", fenced_by=fenced_by, lives=MARK_SECONDS)

    async def get(self, stream: str, subject: str) -> Kept | None:
        """The last stored message of a subject, None where there is none."""
        asked = f"$JS.API.DIRECT.GET.{stream}.{subject}"
        try:
            async with self._connection.in_time(f"{subject} cannot be read", asked):
                found = await self._connection.js.get_last_msg(stream, subject, direct=True)
        except NotFoundError:
            return None
        except APIError as fault:
            raise BusFault(f"{subject} cannot be read: {words_of(fault)}") from fault
        if not found.data:
            return None
        return Kept(subject, found.data, found.seq or 0)

    async def drop(self, stream: str, subject: str) -> None:
        """Remove whatever is stored in a subject, without a word to whoever follows it."""
        asked = f"$JS.API.STREAM.PURGE.{stream}"
        try:
            async with self._connection.in_time(f"{subject} cannot be removed", asked):
                await self._connection.js.purge_stream(stream, subject=subject)
        except APIError as fault:
            raise BusFault(f"{subject} was not removed: {words_of(fault)}") from fault

    async def listed(self, stream: str, subject: str) -> list[Kept]:
        """The last message of every subject that fits, in the order in which they were stored."""
        found: list[Kept] = []
        await self.list_all(stream, subject, found.append)
        return found

    async def list_all(self, stream: str, subject: str, take: Callable[[Kept], None]) -> None:
        """As `listed`, for lists that are too long to be kept: `take` is called with each."""
        done = asyncio.Event()

        async def received(kept: Kept, pending: int) -> None:
            if kept.payload:
                take(kept)
            if pending == 0:
                done.set()

        async with consuming(
            self._connection,
            stream,
            subject,
            received,
            deliver_policy=api.DeliverPolicy.LAST_PER_SUBJECT,
        ) as consumer:
            if consumer.pending == 0:
                return
            waits = [asyncio.ensure_future(one.wait()) for one in (done, consumer.ended)]
            try:
                await asyncio.wait(
                    waits, timeout=LISTING_SECONDS, return_when=asyncio.FIRST_COMPLETED
                )
            finally:
                for wait in waits:
                    wait.cancel()
            if not done.is_set():
                raise BusFault(f"{subject} cannot be listed: the server did not send it all")

    async def follow(
        self,
        stream: str,
        subject: str,
        take: Callable[[Kept], None],
        *,
        anew: Callable[[], None],
        ended: Callable[[], None],
    ) -> None:
        """List the last message of every subject that fits, then take each change, until cancelled.

        `anew` is called before each list, when all that was told before is void: at the beginning,
        and where the stream was made anew, has lost its end, or we were away for minutes. `ended`
        is called at its end. After a lost connection it goes on where it was. A stream that is not
        there yet is waited for. Raises BusRefused where the server does not let us.
        """
        await Following(self._connection, stream, subject, take, anew, ended).run()

    def read_log(
        self, subject: str, *, since: float | None = None, after: int = 0
    ) -> AsyncGenerator[Kept | None, None]:
        """What was logged from a Unix time on, or after a revision, in order; None at its end.

        The end is that of the moment: then comes what is logged later, through lost connections.
        Close the iterator (`contextlib.aclosing`) where it is left early. Raises BusRefused, or
        BusFault where it cannot go on.
        """
        return read_log(self._connection, LOG, subject, since, after)

    # Said and asked

    async def say(self, subject: str, payload: bytes) -> None:
        """Publish a message that nobody stores; a refusal is told to `on_refusal` only."""
        what = f"nothing can be sent to {subject}"
        if not self.is_up:
            await asyncio.sleep(0)  # who tries again at once must not keep us from coming back
            raise BusFault(f"{what}: the bus is away")
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._connection.client.publish(subject, payload)
        except TimeoutError as fault:
            raise BusFault(f"{what}: the server does not take it") from fault
        except LibraryFault as fault:
            raise BusFault(f"{what}: {fault}") from fault

    async def hear(self, subject: str, take: Callable[[str, bytes], None]) -> Stop:
        """Call `take` with the subject and the payload of each message; returns what stops that.

        Raises BusRefused where the server does not let us.
        """

        async def taken(message: Msg) -> None:
            if not message.reply:  # what a consumer delivers has one: see `answer`
                take(message.subject, message.data)

        heard = Heard(subject, taken)
        await self._connection.hear(heard)

        async def stop() -> None:
            await self._connection.unhear(heard)

        return stop

    async def ask(self, subject: str, payload: bytes, seconds: float) -> bytes:
        """Send a request and return the answer.

        Raises NobodyHolds at once where nobody listens, BusRefused at once where the server does
        not let us, BusFault where the bus is away and nothing was sent, and OutcomeUnknown after so
        many seconds or where the connection is lost meanwhile.
        """
        if not self.is_up:
            raise BusFault("the bus is away, nothing was sent")
        try:
            async with self._connection.in_time("nothing was sent", subject, seconds + 1.0):
                answer = await self._connection.client.request(subject, payload, timeout=seconds)
        except BusRefused:
            raise
        except BusFault as fault:
            if isinstance(fault.__cause__, NoRespondersError):
                raise NobodyHolds(
                    "Nobody holds this conference now, nothing was sent"
                ) from fault.__cause__
            raise OutcomeUnknown(
                "The collector did not answer: whether it was done is unknown"
            ) from fault
        return bytes(answer.data)

    async def answer(self, subject: str, answer: Callable[[str, bytes], Awaitable[bytes]]) -> Stop:
        """Answer each request by `answer`, several at a time; returns what stops that.

        Where it returns nothing, nothing is sent: somebody else may answer. Whoever may read
        something stored can have the server deliver it to any subject, where it is no request of
        anybody: such a message is dropped.
        """
        under_way: set[asyncio.Task[None]] = set()

        async def respond(message: Msg) -> None:
            reply = await answer(message.subject, message.data)
            if reply:
                with suppress(LibraryFault):
                    await message.respond(reply)

        async def take(message: Msg) -> None:
            if not message.reply or message.reply.startswith("$JS."):
                logger.warning("the bus: %s came without anybody who asks", message.subject)
                return
            task = asyncio.ensure_future(respond(message))
            under_way.add(task)
            task.add_done_callback(under_way.discard)

        heard = Heard(subject, take)
        await self._connection.hear(heard)

        async def stop() -> None:
            await self._connection.unhear(heard)
            for task in under_way:
                task.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)

        return stop


@asynccontextmanager
async def open_bus(
    settings: BusSettings, name: str, *, rng: random.Random | None = None
) -> AsyncIterator[Bus]:
    """A connection under a name that the server shows.

    `rng` spreads the tries to come back. Raises BusFault where there is no server, and BusRefused
    where it does not know us.
    """
    connection = Connection(settings, name, rng or random.Random())
    await connection.connect()
    keeping = asyncio.ensure_future(connection.keep())
    try:
        yield Bus(connection)
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
        await connection.close()


__all__ = ["LEAST_VERSION", "Bus", "Kept", "open_bus"]
