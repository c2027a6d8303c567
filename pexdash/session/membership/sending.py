"""Sends the session's requests, each at most once, to the node that all goes to now."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from pexdash.api.requests import DISCONNECT_ALL, Request
from pexdash.errors import NodeFault, NodeUnreachable, Refused, TokenRefused
from pexdash.session.membership.joining import Admission
from pexdash.session.membership.tokens import TokenKeeper

CALL_SECONDS = 15.0


class Sender:
    """Sends with the token of the moment, which `tokens` has once we are in.

    `doubt` hears where the node does not think us to be what we think we are, and
    `ended_by_us` is whether we asked for the end of the conference and were not refused.
    """

    def __init__(
        self, tokens: Callable[[], TokenKeeper | None], *, doubt: Callable[[], None]
    ) -> None:
        self._tokens = tokens
        self._doubt = doubt
        self.ended_by_us = False

    async def admission(self) -> Admission:
        """What to send with, once no other token is under way; raises NodeFault."""
        tokens = self._tokens()
        if tokens is None:
            raise NodeFault("not joined yet")
        try:
            async with asyncio.timeout(CALL_SECONDS):
                return await tokens.current()
        except TimeoutError as fault:
            raise NodeUnreachable("not sent: the token is being renewed") from fault

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
        used = await self.admission()
        # A node may close everything before its answer is read.
        self.ended_by_us |= request is DISCONNECT_ALL
        try:
            return await used.client.call(
                request, used.token.secret, participant=participant, call=call, body=body
            )
        except Refused as refused:
            self.ended_by_us &= request is not DISCONNECT_ALL
            if not isinstance(refused, TokenRefused):
                if "role" in refused.reason.casefold():
                    self._doubt()
                raise
            newer = await self.admission()
            if newer is used:
                self._demand_refresh()
                raise
            return await newer.client.call(
                request, newer.token.secret, participant=participant, call=call, body=body
            )

    def _demand_refresh(self) -> None:
        tokens = self._tokens()
        if tokens is not None:
            tokens.demand_refresh()
