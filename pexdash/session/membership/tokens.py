"""Keeps a valid token: refreshed in time, one refresh at once, taken anew when it has died."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from pexdash.api.admission import Admission
from pexdash.api.token import Token
from pexdash.clock import Clock
from pexdash.errors import (
    AnswerLost,
    NodeFault,
    NodeUnavailable,
    NodeUnreachable,
    PexdashError,
    Refused,
)
from pexdash.session.feed.backoff import Backoff

if TYPE_CHECKING:
    from pexdash.api.client import NodeClient
    from pexdash.session.membership.joining import Joiner

RETRY_SECONDS = 5.0
"""The longest wait between two tries to refresh a token, unless the node wants a longer one."""
LOST_SECONDS = 1.0
"""The wait after a refresh whose answer was lost: only another try tells what became of it."""
GIVE_UP_SECONDS = 6.0
"""How long the answer to a refresh is waited for when we are leaving."""
IN_TIME_SECONDS = 15.0
"""How long a request waits for a token that is being renewed."""


class StaysOut(Exception):
    """We have ended the conference ourselves: whoever joined it again would begin another."""


class TokenKeeper:
    """Holds our token, and with it the node that all goes to.

    `part` counts the participants we have been. While `stays_out` is set no new token is asked
    for. `refreshed` hears of every refresh, and `rejoined` of what was and what is once we are
    another participant.
    """

    def __init__(
        self,
        joiner: Joiner,
        *,
        clock: Clock,
        rng: random.Random,
        refreshed: Callable[[Token], None],
        rejoined: Callable[[Admission, Admission], None],
    ) -> None:
        self.admission: Admission | None = None
        self.part = 0
        self.stays_out = False
        self._joiner = joiner
        self._clock = clock
        self._backoff = Backoff(rng)
        self._has_refreshed = refreshed
        self._has_rejoined = rejoined
        self._turn = asyncio.Lock()
        self._joining = asyncio.Lock()
        self._usable = asyncio.Event()
        self._replaced = asyncio.Event()
        self._demand = asyncio.Event()
        self._joined = asyncio.Event()
        self._taken_at = clock.monotonic()

    async def join(self) -> Admission:
        """Take the first token; raises PexdashError where we do not get in."""
        admission = await self._joiner.first_token()
        self._take(admission, is_another=True)
        self._usable.set()
        return admission

    async def current(self) -> Admission:
        """The token to use now and its node, once a request for another is answered."""
        while True:
            await self._usable.wait()
            if self.admission is not None:
                return self.admission

    async def in_time(self) -> Admission:
        """As `current`; raises NodeFault where that takes too long, or there is no token yet."""
        if self.admission is None:
            raise NodeFault("not joined yet")
        try:
            async with asyncio.timeout(IN_TIME_SECONDS):
                return await self.current()
        except TimeoutError as fault:
            raise NodeUnreachable("not sent: the token is being renewed") from fault

    async def after(self, old: Admission) -> Admission:
        """The next token that takes the place of `old`."""
        while self.admission is None or self.admission is old:
            await self._replaced.wait()
        return self.admission

    async def after_part(self, part: int) -> None:
        """Wait until we are another participant than that one."""
        while self.part == part:
            await self._replaced.wait()

    def demand_refresh(self) -> None:
        """The node wants a refresh now."""
        self._demand.set()

    async def keep(self) -> None:
        """Refresh at half of the token's life for ever; raises Refused when let in no more."""
        while True:
            admission = await self.current()
            half = admission.token.expires / 2
            await self._until(self._taken_at + half, self._demand)
            if self.admission is not None:
                await self.renew(self.admission)

    async def renew(self, old: Admission) -> None:
        """Replace `old` by a refresh, or by joining anew where it is dead.

        Callers that come while one is under way share it. Raises Refused when we are let in no
        more, and StaysOut where we have ended the conference.
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
                    await self._join(old, lambda: self._join_again(old.client))
                elif self.admission is old:
                    self._take(Admission(old.client, token))
                    self._has_refreshed(token)
            finally:
                self._usable.set()

    async def move(self, old: Admission) -> None:
        """Go on by another node than that of `old`, where one lets us in."""
        with suppress(PexdashError):
            await self._join(old, self._join_elsewhere)

    async def _join(self, old: Admission, ask: Callable[[], Awaitable[Admission]]) -> None:
        """Become a new participant in place of `old`, unless that has happened meanwhile."""
        async with self._joining:
            if self.admission is not old:
                return
            found = await ask()
            # A refresh may have been answered after all.
            before = self.admission
            self._take(found, is_another=True)
            self._usable.set()
            self._joined.set()
            self._has_rejoined(before, found)
            if before.client is not found.client:
                await before.client.aclose()

    async def _join_again(self, client: NodeClient) -> Admission:
        """A new token on the same node or another, for as long as it takes."""
        if self.stays_out:
            raise StaysOut
        while True:
            wait = 0.0
            try:
                admission = await self._joiner.another_token(client)
            except NodeUnavailable as unavailable:
                wait = unavailable.retry_after
            except NodeFault:
                pass
            else:
                self._backoff.reset()
                return admission
            await self._clock.sleep(self._backoff.next(wait))

    async def _join_elsewhere(self) -> Admission:
        if self.stays_out:
            raise StaysOut
        return await self._joiner.token_elsewhere()

    def _take(self, admission: Admission, *, is_another: bool = False) -> None:
        self.admission = admission
        self.part += is_another
        self._taken_at = self._clock.monotonic()
        replaced, self._replaced = self._replaced, asyncio.Event()
        replaced.set()

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
