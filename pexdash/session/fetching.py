"""Asks the node for its state where the events do not tell, or to prove that they told all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from enum import Enum
from typing import Any

from pexdash.api.client import NodeClient
from pexdash.clock import Clock
from pexdash.errors import PexdashError, Refused
from pexdash.model.changes import Changes
from pexdash.model.conference import Conference
from pexdash.model.events import (
    ConferenceUpdated,
    Event,
    ParticipantCreated,
    ParticipantDeleted,
    ParticipantUpdated,
)
from pexdash.model.participant import Role
from pexdash.session.tokens import TokenKeeper

PROBE_SECONDS = 10.0


class Proof(Enum):
    """What asking for the participant list proved of what we show."""

    AGREES = "agrees"
    DIFFERS = "differs"
    SILENT = "no answer"


FETCHES = 3


class Fetcher:
    """Fetches the state of `conference` and merges what differs.

    An answer may be older than an event that came while it was on its way, and must not undo it:
    `heard` is told of every event. `asking` is what is under way without anybody waiting for it.
    """

    def __init__(
        self,
        conference: Conference,
        *,
        clock: Clock,
        joined: Callable[[], tuple[NodeClient, TokenKeeper]],
        merge: Callable[[Changes], None],
    ) -> None:
        self._conference = conference
        self._clock = clock
        self._joined = joined
        self._merge = merge
        self._told_people = 0
        self._told_status = 0
        self._listed_as = Role.UNKNOWN
        self.asking: set[asyncio.Future[bool]] = set()

    def heard(self, event: Event) -> None:
        """Note that an event came."""
        if isinstance(event, (ParticipantCreated, ParticipantUpdated, ParticipantDeleted)):
            self._told_people += 1
        elif isinstance(event, ConferenceUpdated):
            self._told_status += 1

    def opened(self, role: Role) -> None:
        """A stream has opened, and lists the participants as `role` sees them.

        Older nodes send no conference_update on a new stream, so the state is asked for.
        """
        self._listed_as = role
        self._start(self.status())

    def renewed(self, role: Role) -> None:
        """The token was renewed: a Host is shown more of the others than a Guest."""
        if role is not self._listed_as:
            self._listed_as = role
            self._start(self.everything())

    def _start(self, asking: Coroutine[Any, Any, bool]) -> None:
        task = asyncio.ensure_future(asking)
        self.asking.add(task)
        task.add_done_callback(self.asking.discard)

    async def status(self) -> bool:
        """Ask for the conference's state; whether there was an answer."""
        client, tokens = self._joined()
        told = self._told_status
        try:
            status = await client.conference_status(await tokens.current())
        except PexdashError:
            return False
        if self._told_status == told:
            self._merge(self._conference.apply(status, self._clock.wall()))
        return True

    async def prove(self) -> Proof:
        """Fetch the participant list and show it; whether it is what we showed.

        A node that refuses the list has answered, and so is there.
        """
        try:
            changes = await self._participants()
        except Refused:
            return Proof.AGREES
        except (PexdashError, TimeoutError):
            return Proof.SILENT
        return Proof.DIFFERS if changes.before else Proof.AGREES

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
        client, tokens = self._joined()
        async with asyncio.timeout(PROBE_SECONDS):
            for _ in range(FETCHES):
                told = self._told_people
                people = await client.participants(await tokens.current())
                if self._told_people == told:
                    break
        changes = self._conference.replace_participants(people, self._clock.wall())
        changes.synced = bool(changes.before)
        self._merge(changes)
        return changes
