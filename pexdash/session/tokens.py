"""Keeps a valid token: refreshed in time, one refresh at once, taken anew when it has died."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from pexdash.api.client import NodeClient
from pexdash.api.token import Token
from pexdash.clock import Clock
from pexdash.errors import AnswerLost, NodeFault, NodeUnavailable, PexdashError, Refused

RETRY_SECONDS = 5.0
LOST_SECONDS = 1.0
GIVE_UP_SECONDS = 6.0


class TokenKeeper:
    """Holds the current token of a session.

    `renewed` is called with a token that is a new participant, and with one that was refreshed;
    `rejoin` asks the node for a new token, for as long as it takes.
    """

    def __init__(
        self,
        client: NodeClient,
        token: Token,
        *,
        clock: Clock,
        rejoin: Callable[[], Awaitable[Token]],
        renewed: Callable[[Token], None],
    ) -> None:
        self._client = client
        self._clock = clock
        self._rejoin = rejoin
        self._renewed = renewed
        self._turn = asyncio.Lock()
        self._usable = asyncio.Event()
        self._usable.set()
        self._demand = asyncio.Event()
        self._taken_at = clock.monotonic()
        self.token = token

    async def current(self) -> Token:
        """The token to use now, once a request for another is answered."""
        await self._usable.wait()
        return self.token

    def demand_refresh(self) -> None:
        """The node wants a refresh now."""
        self._demand.set()

    async def keep(self) -> None:
        """Refresh at half of the token's life for ever; raises Refused when let in no more."""
        while True:
            await self._until(self._taken_at + self.token.expires / 2)
            await self.renew(self.token)

    async def renew(self, old: Token) -> None:
        """Replace `old` by a refresh, or by joining anew where it is dead.

        Callers that come while one is under way share it. Raises Refused when let in no more.
        """
        async with self._turn:
            if self.token is not old:
                return
            # A demand that comes while the node answers may be about something newer.
            self._demand.clear()
            try:
                token = await self._refreshed(old) or await self._rejoin()
                self._take(token)
            finally:
                self._usable.set()
            self._renewed(token)

    def _take(self, token: Token) -> None:
        self.token = token
        self._taken_at = self._clock.monotonic()

    async def _refreshed(self, old: Token) -> Token | None:
        """A refreshed token, or None once the old one is dead.

        Between two tries the old one stays in use, for it may still be good.
        """
        dies_at = self._taken_at + old.expires
        late = self._taken_at + old.expires * 0.75
        lost = False
        while (now := self._clock.monotonic()) < dies_at:
            self._usable.clear()
            try:
                return await self._ask(old)
            except Refused:
                return None
            except NodeFault as fault:
                wait = max(late - now, min(RETRY_SECONDS, old.expires / 8))
                if isinstance(fault, AnswerLost) and not lost:
                    # The node may have replaced the token: only another try can tell.
                    lost, wait = True, LOST_SECONDS
                elif isinstance(fault, NodeUnavailable):
                    wait = max(wait, fault.retry_after)
            self._usable.set()
            await self._clock.sleep(min(wait, dies_at - now))
        self._usable.clear()
        return None

    async def _ask(self, old: Token) -> Token:
        """One refresh, which keeps the token it brings even where nobody waits for it any more."""
        asking = asyncio.ensure_future(self._client.refresh_token(old))
        try:
            return await asyncio.shield(asking)
        except asyncio.CancelledError:
            with suppress(PexdashError, TimeoutError):
                async with asyncio.timeout(GIVE_UP_SECONDS):
                    self._take(await asking)
            raise

    async def _until(self, moment: float) -> None:
        """Wait for `moment` or for the node's demand, whichever comes first."""
        sleeping = asyncio.ensure_future(
            self._clock.sleep(max(0.0, moment - self._clock.monotonic()))
        )
        demanded = asyncio.ensure_future(self._demand.wait())
        try:
            await asyncio.wait({sleeping, demanded}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeping.cancel()
            demanded.cancel()
