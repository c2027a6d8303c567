"""The connection to the server, made again whenever it is lost, and the limits of each call.

The library's own way back is not used. It keeps what is published meanwhile and sends it late, ends
for good where the server refuses us once, and may stand still for minutes. So each of its clients
lives for one connection only.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, Protocol

from pexdash.bus.library import APIError, Client, JetStreamContext, LibraryFault, Msg, Subscription
from pexdash.bus.settings import BusSettings
from pexdash.errors import BusFault, BusRefused
from pexdash.log import logger

CONNECT_SECONDS = 5.0
"""How long one try to connect may take."""
ANSWER_SECONDS = 5.0
"""How long the server may take to acknowledge, before it counts as away."""
LEAST_VERSION = (2, 11)
"""The first server whose streams expire and announce single messages."""
_PING_SECONDS = 2  # a server that answers three of them not is away
_LOOK_SECONDS = 1.0  # how often it is looked whether a connection has ended without a word
_FIRST_SECONDS = 0.1  # the longest wait before the second try
_MOST_SECONDS = 0.8  # the longest of all: within a second of its start the server has us again
_REFUSED_SECONDS = 15.0  # the longest where the server does not take us

Take = Callable[[Msg], Awaitable[None]]


class Heard:
    """Somebody who hears a subject, on each connection anew."""

    def __init__(self, subject: str, take: Take) -> None:
        self.subject = subject
        self.take = take
        self.subscription: Subscription | None = None


class Waiting(Protocol):
    """Whoever waits for the server's answer to what was published or subscribed to.

    `subject` is that, in small letters as the library tells refusals. `refusal` or `is_lost` is set
    before `end`.
    """

    subject: str
    refusal: str
    is_lost: bool

    def end(self) -> None: ...


class _Waiting:
    """A call that waits for the server's answer to what it published or subscribed to."""

    def __init__(self, subject: str, scope: asyncio.Timeout) -> None:
        self.subject = subject.casefold()
        self.scope = scope
        self.refusal = ""
        self.is_lost = False

    def end(self) -> None:
        """Wait no longer."""
        self.scope.reschedule(asyncio.get_running_loop().time())


class Connection:
    """The server, with whoever hears something there; `keep` must run, or nothing comes back.

    `down_since` is since when it does not answer, in the loop's seconds, None while it does.
    `made` counts the connections, and `waiting` are those whom a loss or a refusal ends.
    """

    def __init__(self, settings: BusSettings, name: str, rng: random.Random) -> None:
        self.settings = settings
        self.name = name
        self.rng = rng
        self.client = Client()
        self.js: JetStreamContext = self.client.jetstream(timeout=ANSWER_SECONDS)
        self.made = 0
        self.down_since: float | None = None
        self._fault = ""
        self._is_up = asyncio.Event()
        self._has_ended = asyncio.Event()
        self._changed: list[Callable[[], None]] = []
        self._refused: list[Callable[[str], None]] = []
        self._heard: list[Heard] = []
        self.waiting: set[Waiting] = set()

    @property
    def is_up(self) -> bool:
        return self._is_up.is_set() and self.client.is_connected

    @property
    def is_encrypted(self) -> bool:
        return _speaks_tls(self.client)

    def on_change(self, hear: Callable[[], None]) -> Callable[[], None]:
        self._changed.append(hear)
        return lambda: self._changed.remove(hear)

    def on_refusal(self, hear: Callable[[str], None]) -> Callable[[], None]:
        self._refused.append(hear)
        return lambda: self._refused.remove(hear)

    async def up(self) -> None:
        """Return as soon as the server answers."""
        while not self.is_up:
            self._has_ended.set()
            await asyncio.sleep(0)
            await self._is_up.wait()

    async def connect(self) -> None:
        """Connect, and hear whatever is heard; raises BusFault, or BusRefused, where that fails."""
        client, ended, is_made = Client(), asyncio.Event(), False
        self._fault = ""

        async def has_ended() -> None:
            ended.set()

        try:
            async with cancellable(), asyncio.timeout(CONNECT_SECONDS):
                await client.connect(
                    self.settings.url.split(","),
                    name=self.name,
                    allow_reconnect=False,
                    max_reconnect_attempts=1,
                    reconnect_time_wait=0,
                    ping_interval=_PING_SECONDS,
                    error_cb=self._has_erred,
                    closed_cb=has_ended,
                    inbox_prefix=self.settings.inbox,
                    **_credentials(self.settings),
                )
            _check_server(client, self.settings)
            await self._hear_all(client)
            is_made = True
        except (TimeoutError, LibraryFault, OSError, ValueError, BusFault) as fault:
            raise self._told(fault) from fault
        finally:
            if not is_made:
                await self._leave(client)
        self.client, self._has_ended = client, ended
        self.js = client.jetstream(timeout=ANSWER_SECONDS)
        self.made += 1
        self.down_since = None
        self._is_up.set()
        self._tell()

    async def _hear_all(self, client: Client) -> None:
        """Subscribe to what is heard, and to what others begin to hear meanwhile."""
        done: list[Heard] = []
        while left := [one for one in self._heard if one not in done]:
            done.append(left[0])
            left[0].subscription = await client.subscribe(left[0].subject, cb=left[0].take)
            if left[0] not in self._heard:
                await left[0].subscription.unsubscribe()

    async def keep(self) -> None:
        """Connect again whenever the connection is lost, until cancelled."""
        while True:
            while self.client.is_connected and not self._has_ended.is_set():
                with suppress(TimeoutError):
                    async with asyncio.timeout(_LOOK_SECONDS):
                        await self._has_ended.wait()
            self._was_lost()
            closing = asyncio.ensure_future(self._leave(self.client))
            try:
                await self._come_back()
            finally:
                closing.cancel()

    async def close(self) -> None:
        """End the connection."""
        self._is_up.clear()
        await self._leave(self.client)

    async def _come_back(self) -> None:
        attempt = 0
        while True:
            most = _MOST_SECONDS
            try:
                return await self.connect()
            except BusRefused as refusal:
                most = _REFUSED_SECONDS
                if attempt == 0:
                    self._was_refused(str(refusal))
            except BusFault as fault:
                if attempt == 0:
                    logger.warning("%s", fault)
            await asyncio.sleep(spread(self.rng, attempt, _FIRST_SECONDS, most))
            attempt += 1

    def _was_lost(self) -> None:
        self._is_up.clear()
        self.down_since = asyncio.get_running_loop().time()
        logger.warning("the bus: the connection to %s is lost", self.settings.shown)
        for one in tuple(self.waiting):
            one.is_lost = True
            one.end()
        self._tell()

    async def _leave(self, client: Client) -> None:
        # Cancelled, it may go on all the same: it is left alone after a while.
        closing = asyncio.ensure_future(client.close())
        await asyncio.wait({closing}, timeout=ANSWER_SECONDS)
        if not closing.done():
            closing.cancel()
        elif not closing.cancelled() and (fault := closing.exception()) is not None:
            logger.debug("the bus: %s", fault)

    def _told(self, fault: Exception) -> BusFault:
        """What went wrong with a try to connect, in words."""
        if isinstance(fault, BusFault):
            return fault
        url = self.settings.shown
        why = self._fault or str(fault) or "no answer in time"
        if "authorization violation" in why.casefold():
            return BusRefused(f"the bus at {url} does not know us: check creds, nkey or cert_file")
        return BusFault(f"the bus at {url} cannot be reached: {why}")

    # Hearing

    async def hear(self, heard: Heard) -> None:
        """Hear a subject from now on; raises BusRefused where the server does not let us."""
        self._heard.append(heard)
        if not self.is_up:
            return
        try:
            async with self.in_time(f"{heard.subject} cannot be heard", heard.subject):
                heard.subscription = await self.client.subscribe(heard.subject, cb=heard.take)
                await _flushed(self.client)
        except BusRefused:
            self._heard.remove(heard)
            raise

    async def unhear(self, heard: Heard) -> None:
        """Hear it no more."""
        with suppress(ValueError):
            self._heard.remove(heard)
        if heard.subscription is not None:
            with suppress(LibraryFault):
                await heard.subscription.unsubscribe()

    # The limits of a call

    @asynccontextmanager
    async def in_time(
        self, what: str, subject: str, patience: float = ANSWER_SECONDS
    ) -> AsyncIterator[None]:
        """A limit for calls of the library, some of which wait for ever in some states.

        `subject` is what they publish or subscribe to. Raises BusRefused with the server's words
        where it refuses that, and BusFault, which begins with `what`, for all else that is not
        JetStream's own error.
        """
        if not self.is_up:
            await asyncio.sleep(0)  # who tries again at once must not keep us from coming back
            raise BusFault(f"{what}: the bus is away")
        waiting: _Waiting | None = None
        try:
            async with cancellable(), asyncio.timeout(patience) as scope:
                waiting = _Waiting(subject, scope)
                self.waiting.add(waiting)
                yield
        except APIError:
            raise
        except TimeoutError as fault:
            if waiting is None or not (waiting.refusal or waiting.is_lost):
                raise BusFault(f"{what}: the server did not answer in time") from fault
        except LibraryFault as fault:
            if waiting is None or not waiting.refusal:
                raise BusFault(f"{what}: {fault}") from fault
        finally:
            if waiting is not None:
                self.waiting.discard(waiting)
        if waiting.refusal:
            raise BusRefused(f"{what}: {waiting.refusal}")
        if waiting.is_lost:
            raise BusFault(f"{what}: the connection was lost meanwhile")

    async def _has_erred(self, fault: Exception) -> None:
        self._fault = str(fault)
        found = re.search(
            r'permissions violation for (\w+) (?:to|on)? ?"([^"]*)"', self._fault, re.I
        )
        if found is None:
            if not isinstance(fault, LibraryFault | OSError | TimeoutError):
                logger.error("what came on the bus was not taken", exc_info=fault)
            return
        deed, subject = found[1].casefold(), found[2].casefold()
        is_inbox = subject.startswith("_inbox")
        words = f"the server does not let us {_denied(deed, subject)}"
        if is_inbox:
            words += ": give the user's name that it knows us by"
        for one in tuple(self.waiting):
            if is_inbox or one.subject == subject:
                one.refusal = words
                one.end()
        self._was_refused(words)

    def _was_refused(self, words: str) -> None:
        logger.warning("the bus: %s", words)
        for hear in tuple(self._refused):
            hear(words)

    def _tell(self) -> None:
        for hear in tuple(self._changed):
            hear()


async def _flushed(client: Client) -> None:
    """Return when the server has seen all so far.

    The library sends its question before what waits to be sent, so that only the answer to a second
    one tells; and it ends the connection at an answer that nobody waits for any more.
    """

    async def flush_twice() -> None:
        await client.flush()
        await client.flush()

    flushing = asyncio.ensure_future(flush_twice())
    flushing.add_done_callback(lambda done: done.cancelled() or done.exception())
    await asyncio.shield(flushing)


def _denied(deed: str, subject: str) -> str:
    """What it was that the server does not allow; requests to JetStream by what they are for."""
    if deed.startswith("sub"):
        return f"hear {subject}"
    if asked := re.fullmatch(
        r"\$js\.api\.(?:consumer\.create\.\w+|direct\.get)\.\w+\.(.+)", subject
    ):
        return f"read {asked[1]}"
    if asked := re.fullmatch(r"\$js\.api\.stream\.(\w+)\.(.+)", subject):
        return f"{asked[1].replace('info', 'ask for')} the stream {asked[2].upper()}"
    return f"publish {subject}"


@asynccontextmanager
async def cancellable() -> AsyncIterator[None]:
    """Raise a cancellation that calls of the library have lost.

    On Python 3.11 `asyncio.wait_for`, by which it waits, forgets one that comes with the answer.
    """
    task = asyncio.current_task()
    assert task is not None
    before = task.cancelling()
    yield
    if task.cancelling() > before:
        raise asyncio.CancelledError


def _credentials(settings: BusSettings) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if settings.creds is not None:
        options["user_credentials"] = str(settings.creds)
    if settings.nkey is not None:
        options["nkeys_seed"] = str(settings.nkey)
    if settings.tls is not None:
        options["tls"] = settings.tls
    return options


def _check_server(client: Client, settings: BusSettings) -> None:
    """Raise BusFault for a server that is too old, or speaks without the TLS that was asked for."""
    version = client.connected_server_version
    if (version.major, version.minor) < LEAST_VERSION:
        raise BusFault(
            f"the server at {settings.shown} is NATS {version.major}.{version.minor}: "
            "the bus needs 2.11 or newer"
        )
    if settings.tls is not None and not _speaks_tls(client):
        raise BusFault(f"the server at {settings.shown} has no TLS, which the settings want")


def _speaks_tls(client: Client) -> bool:
    """The library speaks without TLS to a server that does not want it, and does not tell."""
    return bool(client._server_info.get("tls_required"))


def spread(rng: random.Random, attempt: int, first: float, most: float) -> float:
    """The wait in seconds before the next try, spread so that many do not return at once."""
    span = min(most, first * 2 ** min(attempt, 16))
    return rng.uniform(span / 2, span)
