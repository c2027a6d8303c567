"""Our connection to the bus: what is stored, what is only said, and what is asked.

Only this file, and `streams`, know the client library.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pexdash.bus.settings import BusSettings
from pexdash.errors import BusFault, BusRefused, Fenced, NobodyHolds, NoBus, OutcomeUnknown
from pexdash.log import logger

try:
    import nats
    from nats.aio.client import Client
    from nats.aio.msg import Msg
    from nats.errors import Error as LibraryFault
    from nats.errors import NoRespondersError
    from nats.js import api
    from nats.js.errors import APIError, NotFoundError
except ImportError as missing:
    raise NoBus("the bus needs more packages: pip install 'pexdash[bus]'") from missing

if TYPE_CHECKING:
    from nats.js import JetStreamContext

CONNECT_SECONDS = 5.0
"""How long the first connection may take."""
ANSWER_SECONDS = 4.0
"""How long the server may take to acknowledge, before it counts as away."""
LEAST_VERSION = (2, 11)
"""The first server whose streams expire and announce single messages."""
CONSUMER_SECONDS = 30.0
"""After how long the server forgets a reader that is gone."""
_WRONG_LAST_SEQUENCE = 10071
"""The error of JetStream for a message whose condition does not hold."""

Said = Callable[[str], None]


class Kept(Struct, frozen=True):
    """One stored message; an empty `payload` is a mark that there is none any more."""

    subject: str
    payload: bytes
    revision: int


class Bus:
    """A connection that comes back by itself; open it with `open_bus`.

    `is_up` is whether the server answers, and `down_since` since when it does not, in the loop's
    seconds. Everything raises BusFault where the server is away or does not answer in time.
    """

    def __init__(self, client: Client, settings: BusSettings) -> None:
        self._client = client
        self.settings = settings
        self._js: JetStreamContext = client.jetstream(timeout=ANSWER_SECONDS)
        self.down_since: float | None = None
        self._changed: list[Callable[[], None]] = []
        self._refused: list[Said] = []

    @property
    def is_up(self) -> bool:
        return self._client.is_connected

    def on_change(self, hear: Callable[[], None]) -> None:
        """Call `hear` whenever the connection is lost or is back."""
        self._changed.append(hear)

    def on_refusal(self, hear: Said) -> None:
        """Call `hear` with the server's words when it refuses us a subject."""
        self._refused.append(hear)

    # Stored

    async def make_stream(self, config: api.StreamConfig) -> None:
        """Make a stream, unless there is one of this name; raises BusFault where that fails."""
        try:
            async with _in_time(f"the stream {config.name} could not be made"):
                try:
                    await self._js.stream_info(str(config.name))
                except NotFoundError:
                    await self._js.add_stream(config)
        except APIError as fault:
            raise BusFault(f"the stream {config.name} was not made: {fault.description}") from fault

    async def made_at(self, stream: str) -> int:
        """When a stream was made, in nanoseconds of Unix time: part of each epoch."""
        try:
            async with _in_time(f"the stream {stream} could not be asked"):
                told = await self._js.stream_info(stream)
        except APIError as fault:
            raise BusFault(f"the stream {stream} is not there: make it by a collector") from fault
        assert told.created is not None
        return int(told.created.timestamp() * 1e9)

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
        try:
            async with _in_time(f"nothing could be stored in {subject}"):
                told = await self._js.publish(subject, payload, headers=headers or None)
        except APIError as fault:
            if fault.err_code == _WRONG_LAST_SEQUENCE:
                raise Fenced(f"somebody else has written {subject}") from fault
            raise BusFault(f"{subject} was not stored: {fault.description}") from fault
        return told.seq

    async def get(self, stream: str, subject: str) -> Kept | None:
        """The last stored message of a subject, None where there is none."""
        try:
            async with _in_time(f"{subject} could not be read"):
                found = await self._js.get_last_msg(stream, subject, direct=True)
        except NotFoundError:
            return None
        except APIError as fault:
            raise BusFault(f"{subject} could not be read: {fault.description}") from fault
        if not found.data:
            return None
        return Kept(subject, found.data, found.seq or 0)

    async def drop(self, stream: str, subject: str) -> None:
        """Remove whatever is stored in a subject."""
        async with _in_time(f"{subject} could not be removed"):
            await self._js.purge_stream(stream, subject=subject)

    async def listed(self, stream: str, subject: str) -> list[Kept]:
        """The last message of every subject that fits, in the order in which they were stored."""
        found: list[Kept] = []
        done = asyncio.Event()

        async def take(message: Msg) -> None:
            if message.data:
                found.append(Kept(message.subject, message.data, _revision(message)))
            if message.metadata.num_pending == 0:
                done.set()

        async with self._reading(
            stream, subject, take, deliver_policy=api.DeliverPolicy.LAST_PER_SUBJECT
        ) as waiting:
            if waiting:
                async with _in_time(f"{subject} could not be listed", patience=30.0):
                    await done.wait()
        return found

    @asynccontextmanager
    async def _reading(
        self, stream: str, subject: str, take: Callable[[Msg], Awaitable[None]], **how: Any
    ) -> AsyncIterator[int]:
        """Have `take` called with what is stored in a subject; yields how much of it waits.

        The reader has a name, because only then can the server be told who may read what.
        """
        inbox = self._client.new_inbox()
        subscription = await self._client.subscribe(inbox, cb=take)
        config = api.ConsumerConfig(
            name=inbox.rpartition(".")[2],
            deliver_subject=inbox,
            filter_subject=subject,
            ack_policy=api.AckPolicy.NONE,
            inactive_threshold=CONSUMER_SECONDS,
            mem_storage=True,
            **how,
        )
        try:
            try:
                async with _in_time(f"{subject} could not be read"):
                    made = await self._js.add_consumer(stream, config)
            except APIError as fault:
                raise BusFault(f"{subject} could not be read: {fault.description}") from fault
            yield made.num_pending or 0
        finally:
            with suppress(LibraryFault, asyncio.TimeoutError, APIError):
                await subscription.unsubscribe()
                await asyncio.wait_for(
                    self._js.delete_consumer(stream, str(config.name)), ANSWER_SECONDS
                )

    # Said and asked

    async def say(self, subject: str, payload: bytes) -> None:
        """Publish a message that nobody stores."""
        async with _in_time(f"nothing could be sent to {subject}"):
            await self._client.publish(subject, payload)

    async def hear(
        self, subject: str, take: Callable[[str, bytes], None]
    ) -> Callable[[], Awaitable[None]]:
        """Call `take` with the subject and the payload of each message; returns what stops that."""

        async def taken(message: Msg) -> None:
            take(message.subject, message.data)

        subscription = await self._client.subscribe(subject, cb=taken)

        async def stop() -> None:
            with suppress(LibraryFault):
                await subscription.unsubscribe()

        return stop

    async def ask(self, subject: str, payload: bytes, seconds: float) -> bytes:
        """Send a request and return the answer.

        Raises NobodyHolds at once where nobody listens, and OutcomeUnknown after so many seconds.
        """
        try:
            answer = await asyncio.wait_for(
                self._client.request(subject, payload, timeout=seconds), seconds + 1.0
            )
        except NoRespondersError as fault:
            raise NobodyHolds("Nobody holds this conference now, nothing was sent") from fault
        except (TimeoutError, LibraryFault) as fault:
            raise OutcomeUnknown(
                "The collector did not answer: whether it was done is unknown"
            ) from fault
        return bytes(answer.data)

    async def answer(
        self, subject: str, answer: Callable[[str, bytes], Awaitable[bytes]]
    ) -> Callable[[], Awaitable[None]]:
        """Answer each request by `answer`, several at a time; returns what stops that."""
        under_way: set[asyncio.Task[None]] = set()

        async def respond(message: Msg) -> None:
            reply = await answer(message.subject, message.data)
            with suppress(LibraryFault):
                await message.respond(reply)

        async def take(message: Msg) -> None:
            task = asyncio.ensure_future(respond(message))
            under_way.add(task)
            task.add_done_callback(under_way.discard)

        subscription = await self._client.subscribe(subject, cb=take)

        async def stop() -> None:
            with suppress(LibraryFault):
                await subscription.unsubscribe()
            for task in under_way:
                task.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)

        return stop

    async def _was_lost(self) -> None:
        if self.down_since is None:
            self.down_since = asyncio.get_running_loop().time()
        self._tell()

    async def _is_back(self) -> None:
        self.down_since = None
        self._tell()

    async def _has_erred(self, fault: Exception) -> None:
        logger.warning("the bus: %s", fault)
        if "permissions violation" in str(fault).casefold():
            for hear in self._refused:
                hear(str(fault))

    def _tell(self) -> None:
        for hear in self._changed:
            hear()


@asynccontextmanager
async def open_bus(settings: BusSettings, name: str) -> AsyncIterator[Bus]:
    """A connection under a name that the server shows; raises BusFault where there is none."""
    client = Client()
    bus = Bus(client, settings)
    options: dict[str, Any] = {}
    if settings.creds is not None:
        options["user_credentials"] = str(settings.creds)
    if settings.nkey is not None:
        options["nkeys_seed"] = str(settings.nkey)
    if settings.tls is not None:
        options["tls"] = settings.tls
    try:
        await asyncio.wait_for(
            client.connect(
                settings.url,
                name=name,
                allow_reconnect=True,
                max_reconnect_attempts=-1,
                reconnect_time_wait=1,
                ping_interval=2,
                error_cb=bus._has_erred,
                disconnected_cb=bus._was_lost,
                reconnected_cb=bus._is_back,
                **options,
            ),
            CONNECT_SECONDS,
        )
    except (TimeoutError, LibraryFault, OSError, ValueError) as fault:
        with suppress(LibraryFault, OSError):
            await client.close()
        raise BusFault(f"the bus at {settings.url} cannot be reached: {fault}") from fault
    try:
        version = client.connected_server_version
        if (version.major, version.minor) < LEAST_VERSION:
            raise BusFault(
                f"the server at {settings.url} is NATS {version.major}.{version.minor}: "
                "the bus needs 2.11 or newer"
            )
        yield bus
    finally:
        with suppress(LibraryFault, asyncio.TimeoutError):
            await asyncio.wait_for(client.close(), ANSWER_SECONDS)


@asynccontextmanager
async def _in_time(what: str, patience: float = ANSWER_SECONDS) -> AsyncIterator[None]:
    """The library waits for ever in some states: no call to it goes without a limit."""
    try:
        async with asyncio.timeout(patience + 1.0):
            yield
    except APIError:
        raise
    except TimeoutError as fault:
        raise BusFault(f"{what}: the server did not answer in time") from fault
    except LibraryFault as fault:
        raise BusFault(f"{what}: {fault}") from fault


def _revision(message: Msg) -> int:
    return int(message.metadata.sequence.stream)


__all__ = ["Bus", "BusRefused", "Kept", "nats", "open_bus"]
