"""The source that reads a node's event stream, and opens it again whenever it ends or goes dead."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any

from pexdash.api.admission import Admission
from pexdash.errors import NodeFault, NodeUnavailable, NodeUnreachable, Refused, StreamLimit
from pexdash.model.events import SyncEnded, UnknownEvent
from pexdash.session.deadlines import LOOK_SECONDS, Deadlines
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
"""How long a stream may bring no byte before the source proves it by fetching the list."""
SYNC_SECONDS = 10.0
"""How long a stream may take to bring the whole list before the source fetches the list."""
EVENT_SECONDS = 5.0
"""How long a new stream may bring no event before the host is told."""
HELD_BACK = "connected, but no event comes: a proxy may hold the stream back"
HELD_SECONDS = 5.0
"""How long a stream must last before the next try begins with the shortest wait again."""
SLEPT_SECONDS = 10.0
"""How far the wall clock must get ahead of the monotonic clock to show a sleep of the computer."""
GONE_SECONDS = 1.5
"""How long a node must be out of reach before the source moves to another node."""
PROOF_SECONDS = 900.0
"""About how much time passes between two proofs of a stream that is not silent."""
LATE_SECONDS = 2.0
"""How long an event may lag behind a fetched list that already holds its change."""
Turn = Callable[[], Awaitable[None]]
"""Waits until a stream may be opened again, where many want that at once."""
_NEVER = float("inf")
"""A moment that never comes, or one that is not known."""


async def at_once() -> None:
    """The turn of who is alone."""


class NodeSource:
    """Gives a feed the events of a node's stream, and the lists and status it fetches besides."""

    def __init__(
        self,
        feed: Feed,
        tokens: Tokens,
        *,
        deadlines: Deadlines,
        rng: random.Random,
        turn: Turn = at_once,
    ) -> None:
        self.fetcher = Fetcher(feed, tokens)
        self.proof_due = _NEVER
        """The time of the next planned proof, in the clock's monotonic seconds."""
        self.is_listed = False
        """Whether this stream has brought a whole list, or the node has answered a proof."""
        self._feed = feed
        self._tokens = tokens
        self._clock = feed.clock
        self._deadlines = deadlines
        self._rng = rng
        self._turn = turn
        self._backoff = Backoff(rng)
        self._differed = False
        self._reader: asyncio.Task[str] | None = None
        self._stream: EventStream | None = None
        self._part = 0
        self._gone_since = _NEVER
        self._live_since = _NEVER
        self._cut_for = ""
        self._has_warned = False
        self._has_events = False
        self._has_told_of_none = False
        self._wall_was_ahead = 0.0
        self._syncing_for = 0.0
        self._is_doubted = asyncio.Event()

    async def run(self) -> None:
        """Follow the node for ever; raises Refused when no node lets us in any more."""
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
                # We are another participant now: nothing of the old stream or its waits counts.
                self._part, self._stream, self._gone_since = part, None, _NEVER
            try:
                fault, at_least = await self._attempt(admission)
            except Refused as refusal:
                if self._tokens.is_moving:
                    continue
                self._lose(str(refusal))
                await self._tokens.renew(admission)
                if refused:
                    # The node may refuse each new token too: wait before asking for another.
                    await self._pause(self._backoff.next(), self._tokens.part)
                refused = True
                continue
            refused = False
            if self._tokens.part != part or self._tokens.is_moving:
                continue
            self._lose(fault)
            if self._clock.monotonic() - self._gone_since >= GONE_SECONDS:
                await self._tokens.move(admission)
            await self._pause(self._backoff.next(at_least), part)
            await self._turn()

    async def _follow_tokens(self) -> None:
        """Tell the fetcher of each renewed token, because our role may have changed with it."""
        admission = await self._tokens.current()
        while True:
            part = self._tokens.part
            admission = await self._tokens.after(admission)
            if self._tokens.part == part:
                self.fetcher.renewed()

    async def _attempt(self, admission: Admission) -> tuple[str, float]:
        """Read one stream to its end; returns why it ended and the node's own wait in seconds."""
        began = self._clock.monotonic()
        gone_since, self._gone_since = self._gone_since, _NEVER
        retry_after = 0.0
        try:
            fault = await self._read_once(admission)
        except NodeUnavailable as unavailable:
            fault, retry_after = str(unavailable), unavailable.retry_after
        except StreamLimit as too_long:
            # The next stream must not go on with the same event, but begin with a list.
            fault, self._stream = str(too_long), None
        except NodeFault as broken:
            fault = str(broken)
            if isinstance(broken, NodeUnreachable) and self._live_since is _NEVER:
                self._gone_since = min(gone_since, began)
        return fault, max(retry_after, self._stream.retry if self._stream else 0.0)

    async def _watch(self) -> None:
        """Watch the stream for a list that never ends, a silent line, and a sleep of the computer.

        The source proves a silent line by fetching the list. It proves a line that is not silent
        now and then, because such a line may carry pings alone. After a sleep of the computer it
        gives the stream up at once, because no node keeps a connection for that long.
        """
        self._wall_was_ahead = self._wall_ahead()
        while True:
            self._syncing_for = 0.0
            self._is_doubted.clear()
            looks = self._deadlines.each_look(self._look)
            try:
                await self._is_doubted.wait()
            finally:
                looks.cancel()
            await self._question_line(silent=self._is_silent, planned=self._is_proof_due)

    def _look(self) -> None:
        """Look at the stream once, and have `_watch` question the line where there is reason."""
        before, self._wall_was_ahead = self._wall_was_ahead, self._wall_ahead()
        if self._wall_was_ahead - before >= SLEPT_SECONDS:
            self.give_up("the computer was asleep")
        elif not self._feed.link.is_live:
            self._syncing_for = 0.0
        else:
            if not self._has_events:
                self._look_for_events()
            unlisted = self._feed.conference.syncing or not self.is_listed
            self._syncing_for = self._syncing_for + LOOK_SECONDS if unlisted else 0.0
            if self._is_silent or self._is_proof_due or self._syncing_for >= SYNC_SECONDS:
                self._is_doubted.set()

    @property
    def _is_silent(self) -> bool:
        return (self._feed.link.age or 0.0) >= SILENCE_SECONDS

    @property
    def _is_proof_due(self) -> bool:
        return self._clock.monotonic() >= self.proof_due

    def _look_for_events(self) -> None:
        """Tell of a stream that has not brought the list that each new stream begins with."""
        late = self._clock.monotonic() - self._live_since >= EVENT_SECONDS
        if late and not self._feed.link.is_held_back:
            self._feed.tell(Line(LinkState.LIVE, HELD_BACK))
            # Each stream of such a line is held back: that is news once.
            if not self._has_told_of_none:
                self._has_told_of_none = True
                self._feed.notify(Notice(f"{HELD_BACK[0].upper()}{HELD_BACK[1:]}", Weight.WARNING))

    def _plan_proof(self) -> None:
        """Set the time of the next proof, at random, so that many clients do not ask at once."""
        self.proof_due = self._clock.monotonic() + PROOF_SECONDS * self._rng.uniform(0.8, 1.2)

    async def _question_line(self, *, silent: bool, planned: bool) -> None:
        """Prove the line by the node's list; give the stream up where events are missing.

        While the stream still lists the participants, the fetched list may differ without a fault.
        On some nodes the list never agrees with the events: a second difference in a row does not
        end the stream.
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
        """End the open stream, if there is one, so that a new one opens; `fault` says why."""
        if self._reader is not None:
            self._cut_for = fault
            self._reader.cancel()

    async def _pause(self, seconds: float, part: int) -> None:
        """Wait for `seconds`, or until we are another participant than `part`."""
        await self._first_of(self._clock.sleep(seconds), self._tokens.after_part(part))

    async def _read_once(self, admission: Admission) -> str:
        """Read one stream until it ends or we are another participant; returns why it ended."""
        self._live_since = _NEVER
        self._cut_for = ""
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
        # A stream that breaks after each list must not return to the shortest waits, or the node
        # gets a storm of tries. It still opens within a second (`ease`), as it brings a list.
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
            # A stream that goes on from an event may have nothing to tell.
            self._has_events = bool(last_id)
            self._plan_proof()
            feed.tell(Line(LinkState.LIVE))
            self.fetcher.opened()
            async for events in stream:
                if self._tokens.part != self._part:
                    # Meanwhile we are another participant, whom these events do not concern.
                    break
                if not self._has_events:
                    self._has_events, self._has_told_of_none = True, False
                    if feed.link.is_held_back:
                        feed.tell(Line(LinkState.LIVE))
                kinds = set(map(type, events))
                self.fetcher.note(kinds)
                feed.tell(Heard(events, stream.sent))
                if SyncEnded in kinds:
                    self.is_listed = True
                    self._backoff.ease()
                # The next may be long in coming, and these may be a whole list.
                del events
                stream.sent = []
        return "the node ended the stream"

    def _lose(self, fault: str) -> None:
        self._feed.tell(Line(LinkState.LOST, fault))
        if self._backoff.attempt == 0:
            self._has_warned = False
        # A proxy may cut an idle line every minute: nothing is lost where the first try succeeds.
        if (self._backoff.attempt or self._cut_for) and not self._has_warned:
            self._has_warned = True
            self._feed.notify(Notice(f"Connection lost: {fault}", Weight.WARNING))

    async def _first_of(self, *waits: Coroutine[Any, Any, object]) -> None:
        """Wait until one of `waits` is done, and cancel the others."""
        tasks = [asyncio.ensure_future(one) for one in waits]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()


async def _cancelled(tasks: list[asyncio.Future[Any]]) -> None:
    """Cancel these tasks and wait for their ends; their results and errors do not matter."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
