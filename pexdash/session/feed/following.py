"""Follows the event stream for ever: opens it, reads it, notices its death, opens it again."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from pexdash.clock import Clock
from pexdash.errors import NodeFault, NodeUnavailable, NodeUnreachable, Refused
from pexdash.model.conference import Conference
from pexdash.model.events import Event, SyncEnded
from pexdash.session.feed.backoff import Backoff
from pexdash.session.feed.fetching import Proof
from pexdash.session.feed.link import Link
from pexdash.session.membership.joining import Admission
from pexdash.session.membership.tokens import TokenKeeper

if TYPE_CHECKING:
    from pexdash.api.stream import EventStream, Tap

SILENCE_SECONDS = 30.0
SYNC_SECONDS = 10.0
HELD_SECONDS = 5.0
SLEPT_SECONDS = 10.0
GONE_SECONDS = 1.5
PROOF_SECONDS = 900.0
LATE_SECONDS = 2.0
_LOOK_SECONDS = 1.0
_NEVER = float("inf")


class Follower:
    """Feeds the events of the node to `take`, as they arrive together, and keeps `link` true.

    `changed` hears when the link's state changes, `lost` why a line that held is gone, and `tap`
    every event as it came.
    `prove` fetches the participant list and tells whether it is what the conference shows or its
    events tell within the seconds it is given, and `opened` hears of each new stream.
    """

    def __init__(
        self,
        tokens: TokenKeeper,
        conference: Conference,
        link: Link,
        *,
        clock: Clock,
        rng: random.Random,
        take: Callable[[list[Event]], None],
        prove: Callable[[float], Awaitable[Proof]],
        opened: Callable[[], None],
        changed: Callable[[], None],
        lost: Callable[[str], None],
        tap: Tap | None = None,
    ) -> None:
        self._tokens = tokens
        self._conference = conference
        self._link = link
        self._clock = clock
        self._rng = rng
        self._backoff = Backoff(rng)
        self._take = take
        self._prove = prove
        self._opened = opened
        self._listed = False
        self._differed = False
        self._changed = changed
        self._lost = lost
        self._tap = tap
        self._reader: asyncio.Task[str] | None = None
        self._stream: EventStream | None = None
        self._gone_since = _NEVER
        self._proof_due = _NEVER
        self._reopen = asyncio.Event()
        self._live_since = _NEVER
        self._cut_for = ""

    async def follow(self) -> None:
        """Keep the stream open for ever; raises Refused when the node lets us in no more."""
        refused = False
        while True:
            self._link.connecting()
            self._changed()
            admission = await self._tokens.current()
            self._reopen.clear()
            try:
                fault, at_least = await self._attempt(admission)
            except Refused as refusal:
                self._lose(str(refusal))
                await self._tokens.renew(admission)
                if not refused:
                    refused = True
                    continue
                # New tokens that are refused as well must not be asked for without a pause.
                self._reopen.clear()
                await self._pause(self._backoff.next())
                continue
            refused = False
            if self._reopen.is_set():
                self._conference.drop_sync()
                continue
            self._lose(fault)
            if self._clock.monotonic() - self._gone_since >= GONE_SECONDS:
                await self._tokens.move(admission)
            await self._pause(self._backoff.next(at_least))

    async def _attempt(self, admission: Admission) -> tuple[str, float]:
        """Read one stream to its end; why it ended, and the least seconds the node wants waited."""
        began = self._clock.monotonic()
        gone_since, self._gone_since = self._gone_since, _NEVER
        retry_after = 0.0
        try:
            fault = await self._read_once(admission)
        except NodeUnavailable as unavailable:
            fault, retry_after = str(unavailable), unavailable.retry_after
        except NodeFault as broken:
            fault = str(broken)
            if isinstance(broken, NodeUnreachable) and self._live_since is _NEVER:
                self._gone_since = min(gone_since, began)
        return fault, max(retry_after, self._stream.retry if self._stream else 0.0)

    def reopen(self) -> None:
        """Give the current stream, or the wait for the next, up: we are a new participant."""
        self._stream = None
        self._gone_since = _NEVER
        self._reopen.set()
        if self._reader is not None:
            self._reader.cancel()

    async def watch(self) -> None:
        """Notice what the stream does not tell: a list without an end, and a line gone silent.

        Now and then a line that is not silent is proved too, for it may carry nothing but pings.
        A silent line is proved alive by a request whose answer agrees with what is shown;
        everything else gives the stream up. After a sleep of the computer the stream is given up
        at once, for a node keeps no connection as long.
        """
        syncing_for = 0.0
        ahead = self._wall_ahead()
        while True:
            await self._clock.sleep(_LOOK_SECONDS)
            before, ahead = ahead, self._wall_ahead()
            if ahead - before >= SLEPT_SECONDS:
                self._cut("the computer was asleep")
                continue
            if not self._link.is_live:
                syncing_for = 0.0
                continue
            unlisted = self._conference.syncing or not self._listed
            syncing_for = syncing_for + _LOOK_SECONDS if unlisted else 0.0
            silent = (self._link.age or 0.0) >= SILENCE_SECONDS
            planned = self._clock.monotonic() >= self._proof_due
            if not (silent or planned or syncing_for >= SYNC_SECONDS):
                continue
            syncing_for = 0.0
            await self._question_line(silent=silent, planned=planned)

    def _plan_proof(self) -> None:
        """Have the stream proved in a while, and not when many other clients do."""
        self._proof_due = self._clock.monotonic() + PROOF_SECONDS * self._rng.uniform(0.8, 1.2)

    async def _question_line(self, *, silent: bool, planned: bool) -> None:
        """Ask the node for its list; give a stream up that kept something back.

        A list that has had no end yet may well differ. A node whose list never agrees with its
        own events is taken at its events.
        """
        self._plan_proof()
        proof = await self._prove(LATE_SECONDS if planned and not silent else 0.0)
        self._listed |= proof is not Proof.SILENT
        if proof is Proof.DIFFERS and (silent or planned) and not self._differed:
            self._differed = True
            self._cut("the line went silent" if silent else "the line kept something back")
        elif proof is not Proof.SILENT:
            self._differed &= proof is Proof.DIFFERS
            self._link.heard()
        elif silent:
            self._cut("the line went silent")

    def _wall_ahead(self) -> float:
        return self._clock.wall() - self._clock.monotonic()

    def _cut(self, fault: str) -> None:
        if self._reader is not None:
            self._cut_for = fault
            self._reader.cancel()

    async def _pause(self, seconds: float) -> None:
        """Wait, but no longer than until the stream is to be opened again at once."""
        sleeping = asyncio.ensure_future(self._clock.sleep(seconds))
        woken = asyncio.ensure_future(self._reopen.wait())
        try:
            await asyncio.wait({sleeping, woken}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeping.cancel()
            woken.cancel()

    async def _read_once(self, admission: Admission) -> str:
        """Read one stream to its end and return why it ended."""
        self._live_since = _NEVER
        self._reader = reader = asyncio.create_task(self._read(admission))
        try:
            await asyncio.wait({reader})
        finally:
            self._reader = None
            if not reader.done():
                reader.cancel()
                await asyncio.gather(reader, return_exceptions=True)
        # Only a stream that held starts over: one that breaks after each list must not be a storm,
        # but as it brings the list each time, it is opened again within a second.
        if self._clock.monotonic() - self._live_since >= HELD_SECONDS:
            self._backoff.reset()
        return self._cut_for if reader.cancelled() else reader.result()

    async def _read(self, admission: Admission) -> str:
        client, token = admission
        last_id = self._stream.last_id if self._stream else ""
        async with client.events(
            token, on_bytes=self._link.heard, last_id=last_id, tap=self._tap
        ) as stream:
            self._stream = stream
            self._live_since = self._clock.monotonic()
            self._listed = False
            self._plan_proof()
            self._link.live()
            self._opened()
            self._changed()
            async for events in stream:
                self._take(events)
                if SyncEnded in map(type, events):
                    self._listed = True
                    self._backoff.ease()
        return "the node ended the stream"

    def _lose(self, fault: str) -> None:
        self._conference.drop_sync()
        self._link.lost(fault)
        if self._backoff.attempt == 0:
            self._lost(fault)
        self._changed()
