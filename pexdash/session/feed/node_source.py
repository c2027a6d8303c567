"""The event stream of a node as a source: opened, read, found dead, and opened again, for ever."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from pexdash.api.admission import Admission
from pexdash.errors import NodeFault, NodeUnavailable, NodeUnreachable, Refused
from pexdash.model.events import SyncEnded, UnknownEvent
from pexdash.session.feed.backoff import Backoff
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.fetching import Fetcher, Proof
from pexdash.session.feed.link import LinkState
from pexdash.session.feed.notices import Notice, Weight
from pexdash.session.feed.tokens import Tokens
from pexdash.session.feed.told import Heard, Line

if TYPE_CHECKING:
    from pexdash.api.stream import EventStream

SILENCE_SECONDS = 30.0
"""How long a stream may bring no byte before the node is asked whether it still holds."""
SYNC_SECONDS = 10.0
"""How long a participant list may take before it is fetched."""
HELD_SECONDS = 5.0
"""How long a stream must have held for the next tries to begin with short waits again."""
SLEPT_SECONDS = 10.0
"""By how much the wall clock must run ahead for the computer to have been asleep."""
GONE_SECONDS = 1.5
"""How long a node must be out of reach before another one is tried."""
PROOF_SECONDS = 900.0
"""About how often a stream that is not silent is proved too."""
LATE_SECONDS = 2.0
"""How long events may lag behind a list that was fetched."""
_LOOK_SECONDS = 1.0
"""How often the stream is looked at."""
_NEVER = float("inf")


class NodeSource:
    """Tells a feed what a node sends on its event stream, and what is fetched beside it."""

    def __init__(self, feed: Feed, tokens: Tokens, *, rng: random.Random) -> None:
        self.fetcher = Fetcher(feed, tokens)
        self.proof_due = _NEVER
        """When the stream is proved next, in the clock's monotonic seconds."""
        self.is_listed = False
        """Whether this stream has brought a whole list, or the node was asked for one."""
        self._feed = feed
        self._tokens = tokens
        self._clock = feed.clock
        self._rng = rng
        self._backoff = Backoff(rng)
        self._differed = False
        self._reader: asyncio.Task[str] | None = None
        self._stream: EventStream | None = None
        self._part = 0
        self._gone_since = _NEVER
        self._live_since = _NEVER
        self._cut_for = ""

    async def run(self) -> None:
        """Follow the node for ever; raises Refused when it lets us in no more."""
        stop = self._feed.on_kind(UnknownEvent, self.fetcher.missed)
        tasks = [
            asyncio.ensure_future(one)
            for one in (self._follow(), self._watch(), self._follow_tokens())
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            stop()
            await _cancelled([*tasks, *self.fetcher.asking])

    async def _follow(self) -> None:
        """Keep the stream open for ever."""
        refused = False
        while True:
            self._feed.tell(Line(LinkState.CONNECTING))
            admission = await self._tokens.current()
            part = self._tokens.part
            if part != self._part:
                # Another participant begins another stream, and no wait is due.
                self._part, self._stream, self._gone_since = part, None, _NEVER
            try:
                fault, at_least = await self._attempt(admission)
            except Refused as refusal:
                self._lose(str(refusal))
                await self._tokens.renew(admission)
                if refused:
                    # New tokens that are refused as well must not be asked for without a pause.
                    await self._pause(self._backoff.next(), self._tokens.part)
                refused = True
                continue
            refused = False
            if self._tokens.part != part:
                continue
            self._lose(fault)
            if self._clock.monotonic() - self._gone_since >= GONE_SECONDS:
                await self._tokens.move(admission)
            await self._pause(self._backoff.next(at_least), part)

    async def _follow_tokens(self) -> None:
        """Tell the fetcher of each renewed token: another role is shown more, or less."""
        admission = await self._tokens.current()
        while True:
            part = self._tokens.part
            admission = await self._tokens.after(admission)
            if self._tokens.part == part:
                self.fetcher.renewed()

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

    async def _watch(self) -> None:
        """Notice what the stream does not tell: a list without an end, and a line gone silent.

        A silent line is proved by a request whose answer agrees with what is shown. Now and then
        a line that is not silent is proved too, for it may carry nothing but pings. After a sleep
        of the computer the stream is given up at once, for no node keeps a connection as long.
        """
        syncing_for = 0.0
        ahead = self._wall_ahead()
        while True:
            await self._clock.sleep(_LOOK_SECONDS)
            before, ahead = ahead, self._wall_ahead()
            if ahead - before >= SLEPT_SECONDS:
                self.give_up("the computer was asleep")
                continue
            if not self._feed.link.is_live:
                syncing_for = 0.0
                continue
            unlisted = self._feed.conference.syncing or not self.is_listed
            syncing_for = syncing_for + _LOOK_SECONDS if unlisted else 0.0
            silent = (self._feed.link.age or 0.0) >= SILENCE_SECONDS
            planned = self._clock.monotonic() >= self.proof_due
            if not (silent or planned or syncing_for >= SYNC_SECONDS):
                continue
            syncing_for = 0.0
            await self._question_line(silent=silent, planned=planned)

    def _plan_proof(self) -> None:
        """Have the stream proved in a while, and not when many other clients do."""
        self.proof_due = self._clock.monotonic() + PROOF_SECONDS * self._rng.uniform(0.8, 1.2)

    async def _question_line(self, *, silent: bool, planned: bool) -> None:
        """Ask the node for its list; give a stream up that kept something back.

        A list that has had no end yet may well differ. A node whose list never agrees with its
        own events is taken at its events.
        """
        self._plan_proof()
        proof = await self.fetcher.prove(LATE_SECONDS if planned and not silent else 0.0)
        self.is_listed |= proof is not Proof.SILENT
        if proof is Proof.DIFFERS and (silent or planned) and not self._differed:
            self._differed = True
            self.give_up("the line went silent" if silent else "the line kept something back")
        elif proof is not Proof.SILENT:
            self._differed &= proof is Proof.DIFFERS
            self._feed.link.shows_life()
        elif silent:
            self.give_up("the line went silent")

    def _wall_ahead(self) -> float:
        return self._clock.wall() - self._clock.monotonic()

    def give_up(self, fault: str) -> None:
        """End the stream that is open, where one is, and open another; `fault` says why."""
        if self._reader is not None:
            self._cut_for = fault
            self._reader.cancel()

    async def _pause(self, seconds: float, part: int) -> None:
        """Wait, but only for as long as we are the participant that we are now."""
        await self._first_of(self._clock.sleep(seconds), self._tokens.after_part(part))

    async def _read_once(self, admission: Admission) -> str:
        """Read one stream to its end, or until we are another participant; why it ended."""
        self._live_since = _NEVER
        self._reader = reader = asyncio.create_task(self._read(admission))
        replaced = asyncio.ensure_future(self._tokens.after_part(self._part))
        try:
            await asyncio.wait({reader, replaced}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._reader = None
            replaced.cancel()
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
        feed = self._feed
        last_id = self._stream.last_id if self._stream else ""
        async with client.events(token, on_bytes=feed.link.shows_life, last_id=last_id) as stream:
            self._stream = stream
            self._live_since = self._clock.monotonic()
            self.is_listed = False
            self._plan_proof()
            feed.tell(Line(LinkState.LIVE))
            self.fetcher.opened()
            async for events in stream:
                self.fetcher.note(events)
                feed.tell(Heard(events, stream.sent))
                if SyncEnded in map(type, events):
                    self.is_listed = True
                    self._backoff.ease()
        return "the node ended the stream"

    def _lose(self, fault: str) -> None:
        self._feed.tell(Line(LinkState.LOST, fault))
        if self._backoff.attempt == 0:
            self._feed.notify(Notice(f"Connection lost: {fault}", Weight.WARNING))

    async def _first_of(self, *waits: Coroutine[Any, Any, object]) -> None:
        """Wait for one of these, and give the others up."""
        tasks = [asyncio.ensure_future(one) for one in waits]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()


async def _cancelled(tasks: list[asyncio.Future[Any]]) -> None:
    """End these tasks, whatever they end by."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
