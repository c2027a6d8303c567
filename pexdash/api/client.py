"""The client of one conference on one node: it sends each request and checks each answer."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
import msgspec
from httpx_sse import aconnect_sse

from pexdash.api.address import CONFERENCE, CONNECT_SECONDS, About, NodeAddress, request_path
from pexdash.api.answers import (
    PICTURE_TYPES,
    Answer,
    answered_with,
    picture_of,
    result_of,
    seconds_in,
    time_of,
)
from pexdash.api.failures import TRANSPORT_FAULTS, Failures
from pexdash.api.http.closing import close_stream
from pexdash.api.http.connecting import leads_beyond
from pexdash.api.http.connections import Connections
from pexdash.api.http.http_client import http_client
from pexdash.api.http.proxy import proxy_for
from pexdash.api.http.route import REPEATABLE, ROUTE, Address, Route
from pexdash.api.participants import participants_of
from pexdash.api.request_log import logged
from pexdash.api.requests import (
    EVENTS,
    NODE_STATUS,
    PARTICIPANTS,
    REFRESH_TOKEN,
    RELEASE_TOKEN,
    REQUEST_TOKEN,
    Request,
    Result,
)
from pexdash.api.sse import EventDecoder, SentEvent, check_stream, server_sent_events
from pexdash.api.standing import Standing
from pexdash.api.stream import EventStream
from pexdash.api.token import Token, token_of
from pexdash.errors import BadAnswer, PinRequired
from pexdash.model.participant import Participant
from pexdash.secret import Secret
from pexdash.text import fits_header

ANSWER_SECONDS = 10.0
"""How long a request may take from its start to the end of the answer."""
RELEASES = 6
"""How often a release is sent at most where several nodes seem to answer."""
ANSWER_LIMIT = 1024 * 1024
PARTICIPANTS_LIMIT = 16 * 1024 * 1024
PICTURE_LIMIT = 5 * 1024 * 1024
_LONGEST_ID = 1000
"""How many characters the id of an event may have to be sent back to the node."""
CAPABILITIES: Mapping[str, object] = {
    "direct_media": False,
    "supports_direct_chat": True,
    "breakout_rooms": True,
    "breakout_capable": True,
}
"""What a node is told of us when we join: it sends direct messages and rooms to none but these."""


class NodeClient:
    """Speaks the API to `node` about `alias`; close it with `aclose`.

    One client is for one token: from its first answer on it goes to the address alone that gave it,
    and sends the cookies back that came from there. Take another client for another token.
    `standing` is what the node's answers say of the token.

    Raises UsageFault where the proxy that is set cannot or must not be used. Every method raises
    the errors of `pexdash.errors` and no others. A request that changes something is sent at most
    once; AnswerLost says that its answer was lost.
    """

    def __init__(
        self,
        node: NodeAddress,
        alias: str,
        *,
        tls: Callable[[], ssl.SSLContext] | None = None,
        connections: Connections | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Give `tls` for connections of its own, or `connections` shared with other clients.

        `now` is this computer's clock in Unix time: a node may give the end of a wait as a date.
        """
        assert (tls is None) is not (connections is None)
        self.node = node
        self.alias = alias
        self._own = Connections(tls) if tls is not None else None
        shared = connections or self._own
        assert shared is not None
        self._now = now
        proxy = proxy_for(node, shared.tls_for(node))
        self._failures = Failures(node, proxy, now)
        self._affinity = shared.to(node, proxy)
        self.standing = Standing(node)
        self._http = http_client(node.url, self._affinity, self._stay_at_the_node)

    async def aclose(self) -> None:
        """Close every connection of its own."""
        await self._http.aclose()
        if self._own is not None:
            await self._own.aclose()

    @property
    def address(self) -> Address | None:
        """Where the node's answers come from; None before the first, and behind a proxy."""
        return self._affinity.address

    def avoid(self, addresses: frozenset[Address]) -> None:
        """Go to none of these addresses of the node; call it before the first request."""
        self._affinity.avoids = addresses

    async def tried_addresses(self) -> frozenset[Address]:
        """What another client has to avoid to reach an address that was not tried; maybe nothing.

        Looks the node's name up.
        """
        if self.address is None:
            return frozenset()
        tried = self._affinity.avoids | {self.address}
        beyond = await leads_beyond(self.node.host, self.node.port, tried)
        return tried if beyond else frozenset()

    async def request_token(
        self,
        name: str,
        *,
        pin: Secret | None = None,
        extension: str = "",
        fields: Mapping[str, object] | None = None,
        connect_seconds: float = CONNECT_SECONDS,
    ) -> Token:
        """Join as `name`; raises PinRequired, ExtensionRequired, NoSuchConference or Refused.

        `fields` are further fields of the request's body, as its row of the request table has
        them, the secret ones as Secret. Raises NodeUnreachable where the node accepts no connection
        within `connect_seconds`.
        """
        body = {"display_name": name, **CAPABILITIES, **_revealed(fields or {})}
        if extension:
            body["conference_extension"] = extension
        headers = {"pin": _pin_header(pin)} if pin else {}
        answer = await self._send(
            REQUEST_TOKEN, headers, body=body, connect_seconds=connect_seconds
        )
        token = token_of(result_of(REQUEST_TOKEN, answer, pin_given=pin is not None))
        self._affinity.hold()
        self.standing.begin(token.secret)
        return token

    async def refresh_token(self, token: Token) -> Token:
        """A new token for the old one."""
        renewed = token.refreshed(await self.call(REFRESH_TOKEN, token.secret))
        self.standing.renewed(renewed.secret)
        return renewed

    async def release_token(self, token: Token) -> None:
        """Leave the conference; the answer does not matter.

        Where several nodes seem to answer, the release is sent a few times until one knows the
        token.
        """
        headers = {"token": token.secret.reveal()}
        for count in range(RELEASES if self.standing.is_doubtful else 1):
            answer = await self._send(RELEASE_TOKEN, headers, anew=count > 0)
            if answer.status not in (401, 403):
                return

    async def participants(self, token: Token, room: str = "") -> list[Participant]:
        """The complete participant list of the conference, or of one of its breakout rooms."""
        return participants_of(await self.call(PARTICIPANTS, token.secret, About(room=room)))

    async def call(
        self,
        request: Request,
        token: Secret,
        about: About = CONFERENCE,
        *,
        body: Mapping[str, object] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> object:
        """Send `request` and return the `result` of its answer; Refused where the node says no."""
        headers = {"token": token.reveal()}
        with self.standing.tried(token):
            answer = await self._send(request, headers, about, body=body, query=query)
            return result_of(request, answer)

    async def node_status(self) -> None:
        """Ask the node whether it is in service, without a token; raises Refused where it is not.

        Nodes older than this request refuse it with the status 404.
        """
        result_of(NODE_STATUS, await self._send(NODE_STATUS, {}))

    async def picture(
        self,
        request: Request,
        token: Secret,
        about: About = CONFERENCE,
        query: Mapping[str, str] | None = None,
    ) -> bytes:
        """The JPEG or PNG that `request` asks for.

        Raises Refused where there is no picture, and BadAnswer for an answer that is no picture or
        has more than 5 MiB.
        """
        headers = {"token": token.reveal(), "accept": ", ".join(PICTURE_TYPES)}
        with self.standing.tried(token):
            answer = await self._send(request, headers, about, query=query)
            return picture_of(request, answer)

    @asynccontextmanager
    async def events(
        self,
        token: Token,
        *,
        on_bytes: Callable[[], None],
        last_id: str = "",
    ) -> AsyncIterator[EventStream]:
        """Open the event stream; `on_bytes` is called for every chunk.

        Give the id of the last event received as `last_id`, so that the stream goes on from there;
        an id that no header can carry, or of more than 1000 characters, is left out. The stream
        ends when the node ends it; it raises NodeUnreachable when the connection breaks and
        BadAnswer when an event exceeds the limits.
        """
        headers = {"token": token.secret.reveal(), "accept-encoding": "identity"}
        # A long one would make the head of every request too large for some nodes, for ever.
        if fits_header(last_id) and 0 < len(last_id) <= _LONGEST_ID:
            headers["last-event-id"] = last_id
        url = self.node.url + request_path(EVENTS, self.alias)
        async with AsyncExitStack() as opened:
            with self.standing.tried(token.secret):
                async with self._mapped(safe=True), asyncio.timeout(ANSWER_SECONDS):
                    source = await opened.enter_async_context(
                        aconnect_sse(self._http, "GET", url, headers=headers)
                    )
                opened.push_async_callback(close_stream, source.response)
                if not source.response.is_success:
                    async with self._mapped(safe=True), asyncio.timeout(ANSWER_SECONDS):
                        answer = await self._read(source.response)
                    result_of(EVENTS, answer)
            check_stream(source.response)
            decoder = EventDecoder()
            sent = self._sent_by(source.response, decoder, on_bytes)
            try:
                yield EventStream(sent, decoder, last_id=last_id)
            finally:
                await sent.aclose()

    async def _sent_by(
        self, response: httpx.Response, decoder: EventDecoder, on_bytes: Callable[[], None]
    ) -> AsyncGenerator[list[SentEvent], None]:
        async with self._mapped(safe=True):
            async for events in server_sent_events(response, decoder, on_bytes):
                yield events

    async def _send(
        self,
        request: Request,
        headers: dict[str, str],
        about: About = CONFERENCE,
        *,
        body: Mapping[str, object] | None = None,
        query: Mapping[str, str] | None = None,
        connect_seconds: float = CONNECT_SECONDS,
        anew: bool = False,
    ) -> Answer:
        # Whole: httpx takes as long again to put a path and its base together.
        url = self.node.url + request_path(request, self.alias, about)
        content = None
        answered_with.set(0)
        if body is not None:
            # Text typed in another encoding may hold lone surrogates, which JSON cannot carry.
            content = msgspec.json.encode(_whole(body))
            headers = {**headers, "content-type": "application/json"}
        async with (
            logged(request, self.node, about.participant) as note,
            self._mapped(safe=request.safe),
            asyncio.timeout(ANSWER_SECONDS),
        ):
            sent = self._http.build_request(
                request.method,
                url,
                params=query,
                headers=headers,
                content=content,
                timeout=httpx.Timeout(None, connect=connect_seconds),
                extensions={
                    REPEATABLE: request.safe or request is RELEASE_TOKEN,
                    ROUTE: Route(anew=anew),
                },
            )
            response = await self._http.send(sent, stream=True)
            try:
                answer = await self._read(response, _limit_of(request))
            finally:
                await response.aclose()
            note(answer)
            answered_with.set(answer.status)
            return answer

    async def _read(self, response: httpx.Response, limit: int | None = None) -> Answer:
        limit = ANSWER_LIMIT if limit is None else limit
        kind = response.headers.get("content-type", "")
        self._failures.check_plain_http(response.status_code, kind)
        body = bytearray()
        if _is_packed(response):
            if response.status_code < 500:
                raise BadAnswer(f"{self.node} answered in an encoding nobody asked for")
        elif int(response.headers.get("content-length", 0)) > limit:
            raise BadAnswer(f"{self.node} answered more than {limit} bytes")
        else:
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) > limit:
                    raise BadAnswer(f"{self.node} answered more than {limit} bytes")
        self._failures.has_answered = True
        # A date of the node is compared with its own clock, where it tells that.
        now = time_of(response.headers.get("date", ""), self._now())
        wait = seconds_in(response.headers.get("retry-after", ""), now)
        return Answer(response.status_code, kind, bytes(body), wait)

    @asynccontextmanager
    async def _mapped(self, *, safe: bool) -> AsyncIterator[None]:
        """Turn what the transport raises into our own errors."""
        try:
            yield
        except TRANSPORT_FAULTS as fault:
            raise await self._failures.error_of(fault, safe=safe) from fault

    async def _stay_at_the_node(self, request: httpx.Request) -> None:
        """Stop a request that would take the token elsewhere, whatever URL it was built from."""
        home, url = self._http.base_url, request.url
        if (url.scheme, url.host, url.port) != (home.scheme, home.host, home.port):
            raise BadAnswer(f"a request that would have left {self.node} was stopped")


def _limit_of(request: Request) -> int:
    """How many bytes an answer to `request` may have."""
    if request.result is Result.PICTURE:
        return PICTURE_LIMIT
    return PARTICIPANTS_LIMIT if request is PARTICIPANTS else ANSWER_LIMIT


def _is_packed(response: httpx.Response) -> bool:
    encoding = response.headers.get("content-encoding", "")
    return encoding.strip().casefold() not in ("", "identity")


def _revealed(fields: Mapping[str, object]) -> dict[str, object]:
    return {
        name: value.reveal() if isinstance(value, Secret) else value
        for name, value in fields.items()
    }


def _whole(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, Mapping):
        return {_whole(name): _whole(inner) for name, inner in value.items()}
    return [_whole(one) for one in value] if isinstance(value, list | tuple) else value


def _pin_header(pin: Secret) -> str:
    """The text of the PIN; raises PinRequired where no header can carry it.

    The library must not see such a PIN, because its error would quote it.
    """
    text = pin.reveal()
    if not fits_header(text):
        raise PinRequired("wrong PIN", guest_needs_pin=True, wrong=True)
    return text
