"""Keeps a valid token: refreshed in time, one refresh at once, taken anew when it has died."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from pexdash.api.token import Token
from pexdash.clock import Clock
from pexdash.errors import AnswerLost, NodeFault, NodeUnavailable, PexdashError, Refused
from pexdash.session.membership.joining import Admission

if TYPE_CHECKING:
    from pexdash.api.client import NodeClient

RETRY_SECONDS = 5.0
LOST_SECONDS = 1.0
GIVE_UP_SECONDS = 6.0


class TokenKeeper:
    """Holds the current token of a session, and with it the node that all goes to.

    `rejoin` asks for a new token, on this node or another, for as long as it takes; `elsewhere`
    asks the other nodes once. `refreshed` hears of every refresh, and `rejoined` of what was and
    what is once we are a new participant.
    """

    def __init__(
        self,
        admission: Admission,
        *,
        clock: Clock,
        rejoin: Callable[[NodeClient], Awaitable[Admission]],
        elsewhere: Callable[[], Awaitable[Admission]],
        refreshed: Callable[[Token], None],
        rejoined: Callable[[Admission, Admission], None],
    ) -> None:
        self._clock = clock
        self._rejoin = rejoin
        self._elsewhere = elsewhere
        self._has_refreshed = refreshed
        self._has_rejoined = rejoined
        self._turn = asyncio.Lock()
        self._joining = asyncio.Lock()
        self._usable = asyncio.Event()
        self._usable.set()
        self._demand = asyncio.Event()
        self._joined = asyncio.Event()
        self._taken_at = clock.monotonic()
        self.admission = admission

    async def current(self) -> Admission:
        """The token to use now and its node, once a request for another is answered."""
        await self._usable.wait()
        return self.admission

    def demand_refresh(self) -> None:
        """The node wants a refresh now."""
        self._demand.set()

    async def keep(self) -> None:
        """Refresh at half of the token's life for ever; raises Refused when let in no more."""
        while True:
            half = self.admission.token.expires / 2
            await self._until(self._taken_at + half, self._demand)
            await self.renew(self.admission)

    async def renew(self, old: Admission) -> None:
        """Replace `old` by a refresh, or by joining anew where it is dead.

        Callers that come while one is under way share it. Raises Refused when let in no more.
        """
        async with self._turn:
            if self.admission is not old:
                return
            # A demand that comes while the node answers may be about something newer.
            self._demand.clear()
            self._joined.clear()
            try:
                token = await self._refreshed(old)
                if token is None:
                    await self._join(old, lambda: self._rejoin(old.client))
                elif self.admission is old:
                    self._take(Admission(old.client, token))
                    self._has_refreshed(token)
            finally:
                self._usable.set()

    async def move(self, old: Admission) -> None:
        """Go on by another node than that of `old`, where one lets us in."""
        with suppress(PexdashError):
            await self._join(old, self._elsewhere)

    async def _join(self, old: Admission, ask: Callable[[], Awaitable[Admission]]) -> None:
        """Become a new participant in place of `old`, unless that has happened meanwhile."""
        async with self._joining:
            if self.admission is not old:
                return
            found = await ask()
            # A refresh may have been answered after all.
            before = self.admission
            self._take(found)
            self._usable.set()
            self._joined.set()
            self._has_rejoined(before, found)
            if before.client is not found.client:
                await before.client.aclose()

    def _take(self, admission: Admission) -> None:
        self.admission = admission
        self._taken_at = self._clock.monotonic()

    async def _refreshed(self, old: Admission) -> Token | None:
        """A refreshed token, or None once the old one is dead or given up.

        Between two tries the old one stays in use, for it may still be good.
        """
        life = old.token.expires
        dies_at = self._taken_at + life
        late = self._taken_at + life * 0.75
        lost = False
        while self.admission is old and (now := self._clock.monotonic()) < dies_at:
            self._usable.clear()
            try:
                return await self._ask(old)
            except Refused:
                return None
            except NodeFault as fault:
                wait = max(late - now, min(RETRY_SECONDS, life / 8))
                if isinstance(fault, AnswerLost) and not lost:
                    # The node may have replaced the token: only another try can tell.
                    lost, wait = True, LOST_SECONDS
                elif isinstance(fault, NodeUnavailable):
                    wait = max(wait, fault.retry_after)
            self._usable.set()
            await self._until(self._clock.monotonic() + min(wait, dies_at - now), self._joined)
        if self.admission is old:
            self._usable.clear()
        return None

    async def _ask(self, old: Admission) -> Token:
        """One refresh, which keeps the token it brings even where nobody waits for it any more."""
        asking = asyncio.ensure_future(old.client.refresh_token(old.token))
        try:
            return await asyncio.shield(asking)
        except asyncio.CancelledError:
            with suppress(PexdashError, TimeoutError):
                async with asyncio.timeout(GIVE_UP_SECONDS):
                    token = await asking
                    if self.admission is old:
                        self._take(Admission(old.client, token))
            raise

    async def _until(self, moment: float, event: asyncio.Event) -> None:
        """Wait for `moment` or for `event`, whichever comes first."""
        sleeping = asyncio.ensure_future(
            self._clock.sleep(max(0.0, moment - self._clock.monotonic()))
        )
        happening = asyncio.ensure_future(event.wait())
        try:
            await asyncio.wait({sleeping, happening}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeping.cancel()
            happening.cancel()
