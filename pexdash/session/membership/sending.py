"""Sends our requests, each at most once, to the node that all goes to now."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pexdash.api.requests import DISCONNECT_ALL, Request
from pexdash.errors import Refused, TokenRefused
from pexdash.session.membership.tokens import TokenKeeper


class Sender:
    """Sends with the token of the moment.

    `doubt` hears where the node does not think us to be what we think we are. Once we have asked
    for the end of the conference, and were not refused, no new token is asked for.
    """

    def __init__(self, tokens: TokenKeeper, *, doubt: Callable[[], None]) -> None:
        self._tokens = tokens
        self._doubt = doubt

    async def call(
        self,
        request: Request,
        *,
        participant: str = "",
        call: str = "",
        body: Mapping[str, str] | None = None,
    ) -> object:
        """Send `request` for its result; raises PexdashError.

        A second try is made only where the node refused a token that has been replaced
        meanwhile, for then nothing was carried out.
        """
        used = await self._tokens.in_time()
        # A node may close everything before its answer is read.
        self._tokens.stays_out |= request is DISCONNECT_ALL
        try:
            return await used.client.call(
                request, used.token.secret, participant=participant, call=call, body=body
            )
        except Refused as refused:
            self._tokens.stays_out &= request is not DISCONNECT_ALL
            if not isinstance(refused, TokenRefused):
                if "role" in refused.reason.casefold():
                    self._doubt()
                raise
            newer = await self._tokens.in_time()
            if newer is used:
                self._tokens.demand_refresh()
                raise
            return await newer.client.call(
                request, newer.token.secret, participant=participant, call=call, body=body
            )
