"""Fetches the participant list and the status, to add to the events or to prove them."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Coroutine, Set
from enum import Enum
from typing import Any

from pexdash.api.requests import CONFERENCE_STATUS, PARTICIPANTS
from pexdash.errors import PexdashError, Refused
from pexdash.log import logger
from pexdash.model.changes import Changes
from pexdash.model.events import (
    ConferenceUpdated,
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
"""How long fetching the participant list may take, all tries together."""
GARBLED = 3
"""After how many unreadable events the fetcher fetches the state."""
GARBLED_SECONDS = 10.0
"""Within how many seconds these unreadable events must come."""
DOUBT_SECONDS = 30.0
"""The least time between two fetches that `doubt` starts."""
FETCHES = 3
"""How often the list is fetched at most while events of participants overtake each answer."""
_OF_PEOPLE = frozenset({ParticipantCreated, ParticipantUpdated, ParticipantDeleted})


class Proof(Enum):
    """The result of comparing the node's participant list with the conference we show."""

    AGREES = "agrees"
    DIFFERS = "differs"
    SILENT = "no answer"


class Fetcher:
    """Fetches a conference's state from the node and gives it to the feed.

    An answer may be older than an event that arrived before it, and must not undo that event.
    Therefore the source calls `note` with all events, and `missed` with each unreadable event.
    `asking` holds the fetches that run in the background.
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

    def note(self, kinds: Set[type]) -> None:
        """Count events of these types, so that an older answer does not undo them."""
        self._told_people += not _OF_PEOPLE.isdisjoint(kinds)
        self._told_status += ConferenceUpdated in kinds

    def missed(self, event: UnknownEvent) -> None:
        """Count an unreadable event; fetch the state once several came within a short time."""
        self._unknown += 1
        # A node may send thousands: the log gets the 1st, 10th, 100th and so on.
        if str(self._unknown).strip("0") == "1":
            logger.info("event %d not understood: %s %s", self._unknown, event.name, event.fault)
        if not event.fault:
            return
        now = self._clock.monotonic()
        self._garbled.append(now)
        if len(self._garbled) == GARBLED and now - self._garbled[0] <= GARBLED_SECONDS:
            self.doubt()

    def doubt(self) -> None:
        """Fetch the state in the background, because the conference we show may be wrong.

        The fetch starts at once, or 30 seconds after the last such fetch: a node may give reason
        to doubt again and again.
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
        """Fetch the status for a stream that has just opened.

        The stream itself brings the participant list, but older nodes send no conference_update
        on a new stream.
        """
        self._listed_as = self._feed.role
        self._start(self.status())

    def renewed(self) -> None:
        """Fetch the state where a renewed token gave us another role: a Host sees more people."""
        if self._feed.role is not self._listed_as:
            self._listed_as = self._feed.role
            self._start(self.everything())

    def _start(self, asking: Coroutine[Any, Any, bool]) -> asyncio.Future[bool]:
        task = asyncio.ensure_future(asking)
        self.asking.add(task)
        task.add_done_callback(self.asking.discard)
        return task

    async def status(self) -> bool:
        """Fetch the conference's status and give it to the feed; returns whether that worked."""
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
        """Fetch the participant list, give it to the feed, and say whether it changed anything.

        The list may hold a change whose event is still on its way. The list counts as agreeing
        where an event of a participant comes within `patience` seconds. It also counts as agreeing
        where the node refuses the list, because a node that refuses is there.
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
        """Fetch the participant list and the status; returns whether both fetches worked."""
        try:
            await self._participants()
        except (PexdashError, TimeoutError):
            return False
        return await self.status()

    async def _participants(self) -> Changes:
        """Fetch the participant list and give it to the feed; returns the changes.

        An event that arrives during the fetch may be newer than the list, so the list is fetched
        again. Raises PexdashError or TimeoutError.
        """
        from pexdash.api.participants import participants_paced

        async with asyncio.timeout(PROBE_SECONDS):
            for _ in range(FETCHES):
                client, token = await self._tokens.in_time()
                told = self._told_people
                answer = await client.call(PARTICIPANTS, token.secret)
                people = await participants_paced(answer)
                if self._told_people == told:
                    break
        return self._feed.tell(Listed(people, answer))
