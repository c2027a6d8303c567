"""A visit to a conference: joins, sends one request, and leaves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from pexdash.api.address import About
from pexdash.api.admission import Admission
from pexdash.api.answers import answered_with
from pexdash.api.client import NodeClient
from pexdash.api.participants import uuid_of
from pexdash.api.requests import (
    JOINING,
    REFRESH_TOKEN,
    RELEASE_TOKEN,
    REQUEST_TOKEN,
    Result,
    Scope,
)
from pexdash.api.token import Token
from pexdash.clock import Clock, SystemClock
from pexdash.errors import (
    AnswerLost,
    BadAnswer,
    NodeUnreachable,
    PexdashError,
    Refused,
    Removed,
)
from pexdash.model.events import BreakoutHeard, Disconnected, Event, PresentationFrame
from pexdash.model.participant import Participant
from pexdash.secret import MASK, masked_fields
from pexdash.session.feed.told import Acted
from pexdash.session.membership.addressee import find_participant
from pexdash.session.membership.asked import OURSELVES, Asked
from pexdash.session.membership.joining import Joiner
from pexdash.session.membership.leaving import leave
from pexdash.session.moderation.audit import Audit
from pexdash.session.moderation.journal import CTL
from pexdash.session.moderation.moderation import result_told
from pexdash.session.moderation.told_actions import operator_here
from pexdash.text import json_line

_CLOCK = SystemClock()
FRAME_SECONDS = 10.0
"""How long a visit waits for the next frame of the presentation."""


async def visit(
    asked: Asked,
    joiner: Joiner,
    *,
    audit: Audit | None = None,
    confirmed: str = "no",
    clock: Clock = _CLOCK,
) -> bytes:
    """Join, send one request and leave; returns a picture, or the result as a line of JSON.

    The token is released whether the visit succeeds, fails or is cancelled. `audit` takes a request
    that changes something, and `confirmed` as it has it. Raises PexdashError.
    """
    audited = _Audited(asked, audit, confirmed, clock)
    there = _Visit(*await joiner.first_token(), audited)
    try:
        return await there.answer(asked)
    finally:
        leaving = asyncio.ensure_future(there.leave())
        try:
            await asyncio.shield(leaving)
        except asyncio.CancelledError:
            await leaving
            raise


class _Visit:
    """Our short part in a conference; `_token` is None once we have asked for its release."""

    def __init__(self, client: NodeClient, token: Token, audited: _Audited) -> None:
        self._client = client
        self._audited = audited
        self._token: Token | None = token

    async def answer(self, asked: Asked) -> bytes:
        """Send the request; returns a picture, or the result as a line of JSON."""
        token = self._token
        assert token is not None
        if asked.request is REQUEST_TOKEN:
            return line_of_result(token.told)
        if asked.request is REFRESH_TOKEN:
            self._token = token = await self._client.refresh_token(token)
            return line_of_result(token.told)
        if asked.request is RELEASE_TOKEN:
            self._token = None
        about = About(await self._uuid(asked, token), asked.call, asked.room, asked.mix)
        if asked.request.result is Result.PICTURE:
            return await self._picture(asked, token, about)
        with self._audited.sent(self._client, token, about.participant) as note_result:
            result = await self._client.call(
                asked.request, token.secret, about, body=asked.body, query=asked.query
            )
            note_result(result)
        return line_of_result(MASK if asked.request.result is Result.SECRET else result)

    async def leave(self) -> None:
        """Release the token, where it is still ours, and close the connection; never raises."""
        if self._token is None:
            await self._client.aclose()
        else:
            await leave(Admission(self._client, self._token))

    async def _uuid(self, asked: Asked, token: Token) -> str:
        if not asked.participant or asked.names_uuid:
            return asked.participant
        if asked.participant == OURSELVES:
            return token.participant_uuid
        # Our own participant may have the name of a person who is in the conference.
        people = [
            one
            for one in await self._client.participants(token, asked.room)
            if one.uuid != token.participant_uuid
        ]
        self._audited.whom = found = find_participant(people, asked.participant)
        return found.path_uuid

    async def _picture(self, asked: Asked, token: Token, about: About) -> bytes:
        request, query = asked.request, asked.query
        if request.scope is Scope.CONFERENCE and not query:
            query = {"id": await self._newest_frame(token, about.room)}
        return await self._client.picture(request, token.secret, about, query)

    async def _newest_frame(self, token: Token, room: str) -> str:
        """Wait for the next frame of the presentation, in a room or for "" in none; returns its id.

        Source: API guide, presentation_frame. Raises PexdashError.
        """
        place = uuid_of(room) if room else ""
        with suppress(TimeoutError):
            async with (
                asyncio.timeout(FRAME_SECONDS),
                self._client.events(token, on_bytes=lambda: None) as events,
            ):
                async for together in events:
                    for event in together:
                        shown = _told_of(event, place)
                        if isinstance(shown, PresentationFrame):
                            return shown.id
                        if isinstance(event, Disconnected):
                            raise Removed(f"removed from the conference: {event.reason}")
                raise NodeUnreachable("the node ended the event stream")
        raise Refused(f"no picture of a presentation within {FRAME_SECONDS:.0f} s")


class _Audited:
    """Gives `audit` the one request of a visit, unless it changes nothing in the conference.

    `whom` is whom the request is about, where we had to look.
    """

    def __init__(self, asked: Asked, audit: Audit | None, confirmed: str, clock: Clock) -> None:
        self.whom: Participant | None = None
        self._request = asked.request
        self._fields = masked_fields(asked.body)
        self._audit = None if asked.request.safe or asked.request in JOINING else audit
        self._confirmed = confirmed
        self._clock = clock

    @contextmanager
    def sent(
        self, client: NodeClient, token: Token, uuid: str
    ) -> Iterator[Callable[[object], None]]:
        """Audit the request that is sent within the block, which gives its result."""
        asked = self._clock.wall()
        results: list[object] = []

        def tell(outcome: str, reason: str = "") -> None:
            if self._audit is None:
                return
            http, name, address = answered_with.get(), "", ""
            if self.whom is not None:
                name, address = self.whom.name, self.whom.uri
            acted = Acted(
                asked,
                self._request.name,
                self._request.name,
                outcome,
                reason,
                uuid,
                name,
                address,
                self._fields,
                took=self._clock.wall() - asked if http else None,
                as_name=token.display_name,
                source=CTL,
                operator=operator_here(),
                confirmed=self._confirmed,
                http=http or None,
                result=result_told(self._request, results[0]) if results else None,
                session_id=token.participant_uuid,
            )
            self._audit.take(acted, alias=client.alias, node=str(client.node))

        answered_with.set(0)
        try:
            yield results.append
        except asyncio.CancelledError:
            tell("unknown", "the program was ended")
            raise
        except PexdashError as fault:
            tell("unknown" if isinstance(fault, AnswerLost | BadAnswer) else "refused", str(fault))
            raise
        tell("done")


def _told_of(event: Event, room: str) -> Event | None:
    """What `event` tells of a room, or of the conference itself for ""; None where of another."""
    if isinstance(event, BreakoutHeard):
        return event.event if event.room == room else None
    return None if room else event


def line_of_result(result: object) -> bytes:
    """A result as a line of JSON."""
    return f"{json_line(result)}\n".encode()
