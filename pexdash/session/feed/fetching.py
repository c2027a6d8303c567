"""Asks the node for its state where the events do not tell, or to prove that they told all."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Coroutine, Sequence
from enum import Enum
from typing import Any

from pexdash.api.requests import CONFERENCE_STATUS, PARTICIPANTS
from pexdash.errors import PexdashError, Refused
from pexdash.log import logger
from pexdash.model.changes import Changes
from pexdash.model.events import (
    ConferenceUpdated,
    Event,
    ParticipantCreated,
    ParticipantDeleted,
    ParticipantUpdated,
    UnknownEvent,
)
from pexdash.model.participant import Role
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.tokens import Tokens
from pexdash.session.feed.told import Listed, Stated

PROBE_SECONDS = 10.0
"""How long fetching the participant list may take."""
GARBLED = 3
GARBLED_SECONDS = 10.0
"""So many events that nobody could read, within so many seconds, are a reason to doubt."""
DOUBT_SECONDS = 30.0
"""The least time between two fetches that doubt has led to."""
FETCHES = 3
"""How often a list is fetched at most that events keep overtaking."""
_OF_PEOPLE = frozenset({ParticipantCreated, ParticipantUpdated, ParticipantDeleted})


class Proof(Enum):
    """What asking for the participant list proved of what we show."""

    AGREES = "agrees"
    DIFFERS = "differs"
    SILENT = "no answer"


class Fetcher:
    """Fetches a conference's state from the node and tells the feed.

    An answer may be older than an event that came while it was on its way, and must not undo it:
    `note` is told of all events, and `missed` of those nobody could read. `asking` is what is
    under way without anybody waiting for it.
    """

    def __init__(self, feed: Feed, tokens: Tokens) -> None:
        self._feed = feed
        self._clock = feed.clock
        self._tokens = tokens
        self._told_people = 0
        self._told_status = 0
        self._unknown = 0
        self._listed_as = Role.UNKNOWN
        self._garbled: deque[float] = deque(maxlen=GARBLED)
        self._doubting: asyncio.Future[bool] | None = None
        self._doubted_at = float("-inf")
        self.asking: set[asyncio.Future[bool]] = set()

    def note(self, events: Sequence[Event]) -> None:
        """Note that these events came."""
        self._told_people += not _OF_PEOPLE.isdisjoint(map(type, events))
        self._told_status += ConferenceUpdated in map(type, events)

    def missed(self, event: UnknownEvent) -> None:
        """Make up for what events nobody could read may have said, once they are several."""
        self._unknown += 1
        # A node may send nothing else: each tenfold is enough to know.
        if str(self._unknown).strip("0") == "1":
            logger.info("event %d not understood: %s %s", self._unknown, event.name, event.fault)
        if not event.fault:
            return
        now = self._clock.monotonic()
        self._garbled.append(now)
        if len(self._garbled) == GARBLED and now - self._garbled[0] <= GARBLED_SECONDS:
            self.doubt()

    def doubt(self) -> None:
        """Something suggests that what we show does not hold: fetch it, now or within 30 seconds.

        A node may give reason to doubt without end.
        """
        if self._doubting is None or self._doubting.done():
            self._garbled.clear()
            wait = self._doubted_at + DOUBT_SECONDS - self._clock.monotonic()
            self._doubting = self._start(self._resolve(wait))

    async def _resolve(self, wait: float) -> bool:
        await self._clock.sleep(wait)
        self._doubted_at = self._clock.monotonic()
        return await self.everything()

    def opened(self) -> None:
        """A stream has opened, and lists the participants as our role sees them.

        Older nodes send no conference_update on a new stream, so the status is asked for.
        """
        self._listed_as = self._feed.role
        self._start(self.status())

    def renewed(self) -> None:
        """The token was renewed: a Host is shown more of the others than a Guest."""
        if self._feed.role is not self._listed_as:
            self._listed_as = self._feed.role
            self._start(self.everything())

    def _start(self, asking: Coroutine[Any, Any, bool]) -> asyncio.Future[bool]:
        task = asyncio.ensure_future(asking)
        self.asking.add(task)
        task.add_done_callback(self.asking.discard)
        return task

    async def status(self) -> bool:
        """Ask for the conference's state; whether there was an answer."""
        from pexdash.api.events import conference_update_of

        told = self._told_status
        try:
            client, token = await self._tokens.in_time()
            answer = await client.call(CONFERENCE_STATUS, token.secret)
            status = conference_update_of(answer)
        except PexdashError:
            return False
        if self._told_status == told:
            self._feed.tell(Stated(status, answer))
        return True

    async def prove(self, patience: float) -> Proof:
        """Fetch the participant list and show it; whether it is what we showed.

        A list may be ahead of its events: where they come within `patience` seconds, it agrees.
        A node that refuses the list has answered, and so is there.
        """
        try:
            changes = await self._participants()
        except Refused:
            return Proof.AGREES
        except (PexdashError, TimeoutError):
            return Proof.SILENT
        if not changes.before:
            return Proof.AGREES
        told = self._told_people
        await self._clock.sleep(patience)
        return Proof.DIFFERS if self._told_people == told else Proof.AGREES

    async def everything(self) -> bool:
        """Fetch all that the node shows; whether it could be had."""
        try:
            await self._participants()
        except (PexdashError, TimeoutError):
            return False
        return await self.status()

    async def _participants(self) -> Changes:
        """Show the node's own list; what that changed. Raises PexdashError or TimeoutError.

        A list that an event overtook may be older than what we show, so it is fetched again.
        """
        from pexdash.api.participants import participants_of

        async with asyncio.timeout(PROBE_SECONDS):
            for _ in range(FETCHES):
                client, token = await self._tokens.in_time()
                told = self._told_people
                answer = await client.call(PARTICIPANTS, token.secret)
                people = participants_of(answer)
                if self._told_people == told:
                    break
        return self._feed.tell(Listed(people, answer))
