"""Keeps a valid token: refreshed in time, one refresh at once, taken anew when it has died."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from pexdash.api.client import NodeClient
from pexdash.api.token import Token
from pexdash.clock import Clock
from pexdash.errors import NodeFault, Refused

RETRY_SECONDS = 5.0


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
        self._demand = asyncio.Event()
        self._taken_at = clock.monotonic()
        self.token = token

    async def current(self) -> Token:
        """The token to use now, once a refresh under way is through."""
        async with self._turn:
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
            token = await self._refreshed(old) or await self._rejoin()
            self.token = token
            self._taken_at = self._clock.monotonic()
            self._demand.clear()
            self._renewed(token)

    async def _refreshed(self, old: Token) -> Token | None:
        """A refreshed token, or None once the old one is dead."""
        dies_at = self._taken_at + old.expires
        next_try = self._taken_at + old.expires * 0.75
        while self._clock.monotonic() < dies_at:
            try:
                return await self._client.refresh_token(old)
            except Refused:
                return None
            except NodeFault:
                now = self._clock.monotonic()
                next_try = max(next_try, now + min(RETRY_SECONDS, old.expires / 8))
                await self._clock.sleep(min(next_try, dies_at) - now)
        return None

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
