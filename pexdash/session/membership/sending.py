"""Sends our requests, each at most once, to the node we are on."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pexdash.api.address import CONFERENCE, About
from pexdash.api.admission import Admission
from pexdash.api.request_log import Asker, asking_as
from pexdash.api.requests import DISCONNECT_ALL, Request
from pexdash.errors import (
    AnswerLost,
    BadAnswer,
    NodeUnreachable,
    PexdashError,
    Refused,
    TokenRefused,
)
from pexdash.session.membership.tokens import TokenKeeper


class Sender:
    """Sends requests with our present token.

    `doubt` is called where the node refuses a request because of our role: we may not know our
    present role. After a request that disconnects everyone, the tokens stay out of the conference,
    unless the node refuses the request.
    """

    def __init__(self, tokens: TokenKeeper, *, doubt: Callable[[], None]) -> None:
        self._tokens = tokens
        self._doubt = doubt

    async def call(
        self,
        request: Request,
        about: About = CONFERENCE,
        *,
        body: Mapping[str, object] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> object:
        """Send `request` and return its result; raises PexdashError.

        Nothing is sent to another conference than the one we are in now. A second try follows only
        where the node refused a token that was replaced meanwhile, because such a request did
        nothing.
        """
        if request is not DISCONNECT_ALL or about.room:
            return await self._sent(request, about, body, query)
        # Set first: the node may close everything before its answer is read.
        self._tokens.stays_out = True
        try:
            return await self._sent(request, about, body, query)
        except (AnswerLost, BadAnswer):
            raise  # The node may have ended the conference.
        except PexdashError:
            self._tokens.stays_out = False
            raise

    async def _sent(
        self,
        request: Request,
        about: About,
        body: Mapping[str, object] | None,
        query: Mapping[str, str] | None,
    ) -> object:
        here = self._tokens.admission
        used = await self._tokens.in_time()
        if here is not None and used.client.alias != here.client.alias:
            raise NodeUnreachable("not sent: you were transferred meanwhile")
        asker = Asker.PROGRAM if request.safe else Asker.OPERATOR
        with asking_as(asker):
            return await self._sent_as(request, used, about, body, query)

    async def _sent_as(
        self,
        request: Request,
        used: Admission,
        about: About,
        body: Mapping[str, object] | None,
        query: Mapping[str, str] | None,
    ) -> object:
        try:
            return await used.client.call(request, used.token.secret, about, body=body, query=query)
        except Refused as refused:
            if not isinstance(refused, TokenRefused):
                if "role" in refused.reason.casefold():
                    self._doubt()
                raise
            newer = await self._tokens.in_time()
            if newer is used:
                self._tokens.demand_refresh()
                raise
            if newer.client.alias != used.client.alias:
                raise
            return await newer.client.call(
                request, newer.token.secret, about, body=body, query=query
            )
