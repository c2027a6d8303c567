"""The client of one conference on one node: each request once, each answer checked."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

import httpx
import msgspec

from pexdash.api.address import NodeAddress, request_path
from pexdash.api.answers import PICTURE_TYPES, Answer, picture_of, result_of
from pexdash.api.events import conference_update_of, decode_event
from pexdash.api.participants import participants_of
from pexdash.api.requests import (
    CONFERENCE_STATUS,
    EVENTS,
    PARTICIPANTS,
    REFRESH_TOKEN,
    RELEASE_TOKEN,
    REQUEST_TOKEN,
    Request,
)
from pexdash.api.sse import FieldLines, check_stream, server_sent_events
from pexdash.api.tls import untrusted
from pexdash.api.token import Token, token_of
from pexdash.errors import AnswerLost, BadAnswer, NodeFault, NodeUnreachable, PinRequired
from pexdash.log import logger
from pexdash.model.events import ConferenceUpdated, Event
from pexdash.model.participant import Participant
from pexdash.secret import Secret
from pexdash.text import REASON_LIMIT, clean

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 10.0
ANSWER_LIMIT = 16 * 1024 * 1024
PICTURE_LIMIT = 5 * 1024 * 1024

Tap = Callable[[str, str, str], None]
"""Hears name, data and id of a server-sent event as they came, before anything is made of them."""


class NodeClient:
    """Speaks the API to `node` about `alias`; close it with `aclose`.

    Every method raises the errors of `pexdash.errors` and no others. A request that changes
    something is sent at most once; where its answer is lost, AnswerLost says so.
    """

    def __init__(self, node: NodeAddress, alias: str, *, tls: Callable[[], ssl.SSLContext]) -> None:
        self.node = node
        self.alias = alias
        self._http = httpx.AsyncClient(
            base_url=node.url,
            # Reading the system's certificates takes a while and only TLS needs them.
            verify=tls() if node.scheme == "https" else False,
            trust_env=not node.is_loopback,
            follow_redirects=False,
            timeout=httpx.Timeout(None, connect=CONNECT_SECONDS),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=4),
            headers={"accept": "application/json", "user-agent": "pexdash"},
        )

    async def aclose(self) -> None:
        """Close every connection."""
        await self._http.aclose()

    async def request_token(
        self, name: str, *, pin: Secret | None = None, extension: str = ""
    ) -> Token:
        """Join as `name`; raises PinRequired, ExtensionRequired, NoSuchConference or Refused."""
        body = {"display_name": name}
        if extension:
            body["conference_extension"] = extension
        headers = {"pin": _pin_header(pin)} if pin else {}
        answer = await self._send(REQUEST_TOKEN, headers, body=body)
        return token_of(result_of(REQUEST_TOKEN, answer, pin_given=pin is not None))

    async def refresh_token(self, token: Token) -> Token:
        """A new token for the old one."""
        return token.refreshed(await self.call(REFRESH_TOKEN, token.secret))

    async def release_token(self, token: Token) -> None:
        """Leave the conference; the answer is of no interest."""
        await self._send(RELEASE_TOKEN, {"token": token.secret.reveal()})

    async def conference_status(self, token: Token) -> ConferenceUpdated:
        """Whether the conference is locked, its Guests muted, and started."""
        return conference_update_of(await self.call(CONFERENCE_STATUS, token.secret))

    async def participants(self, token: Token) -> list[Participant]:
        """The complete participant list."""
        return participants_of(await self.call(PARTICIPANTS, token.secret))

    async def call(
        self,
        request: Request,
        token: Secret,
        *,
        participant: str = "",
        call: str = "",
        body: Mapping[str, str | int] | None = None,
    ) -> object:
        """Send `request` and return the `result` of its answer; Refused where the node says no."""
        headers = {"token": token.reveal()}
        answer = await self._send(request, headers, participant=participant, call=call, body=body)
        return result_of(request, answer)

    async def picture(
        self, request: Request, token: Secret, participant: str = "", frame_id: str = ""
    ) -> bytes:
        """The JPEG or PNG that `request` is for; `frame_id` names a frame of the presentation.

        Refused where there is none, BadAnswer for what is no picture or one beyond 5 MiB.
        """
        headers = {
            "token": token.reveal(),
            "accept": ", ".join(PICTURE_TYPES),
            "accept-encoding": "identity",
        }
        answer = await self._send(
            request, headers, participant=participant, frame_id=frame_id, limit=PICTURE_LIMIT
        )
        return picture_of(request, answer)

    @asynccontextmanager
    async def events(
        self,
        token: Token,
        *,
        on_bytes: Callable[[], None],
        last_id: str = "",
        tap: Tap | None = None,
    ) -> AsyncIterator[AsyncIterator[Event]]:
        """Open the event stream and yield its events; `on_bytes` hears of every chunk.

        `tap` hears every event before it is yielded.

        The iterator ends when the node ends the stream, and raises NodeUnreachable when the line
        breaks or BadAnswer where an event exceeds the limits.
        """
        headers = {
            "token": token.secret.reveal(),
            "accept": "text/event-stream",
            "cache-control": "no-store",
            "accept-encoding": "identity",
        }
        if last_id and last_id.isascii() and last_id.isprintable():
            headers["last-event-id"] = last_id
        request = self._http.build_request("GET", request_path(EVENTS, self.alias), headers=headers)
        async with self._mapped(safe=True):
            async with asyncio.timeout(ANSWER_SECONDS):
                response = await self._http.send(request, stream=True)
        try:
            if response.status_code != 200:
                async with self._mapped(safe=True), asyncio.timeout(ANSWER_SECONDS):
                    answer = await self._read(response)
                result_of(EVENTS, answer)
            check_stream(response)
            events = self._events_of(response, on_bytes, tap)
            try:
                yield events
            finally:
                await events.aclose()
        finally:
            await response.aclose()

    async def _events_of(
        self, response: httpx.Response, on_bytes: Callable[[], None], tap: Tap | None
    ) -> AsyncGenerator[Event, None]:
        async with self._mapped(safe=True):
            async for sse in server_sent_events(response, FieldLines(), on_bytes):
                if tap is not None:
                    tap(sse.event, sse.data, sse.id)
                yield decode_event(sse.event, sse.data, sse.id)

    async def _send(
        self,
        request: Request,
        headers: dict[str, str],
        *,
        participant: str = "",
        call: str = "",
        body: Mapping[str, str | int] | None = None,
        frame_id: str = "",
        limit: int | None = None,
    ) -> Answer:
        path = request_path(request, self.alias, participant=participant, call=call)
        content = None
        if body is not None:
            # What was typed in another encoding may hold half characters, which JSON cannot carry.
            content = msgspec.json.encode({name: _whole(value) for name, value in body.items()})
            headers = {**headers, "content-type": "application/json"}
        async with (
            _logged(request, participant) as answered,
            self._mapped(safe=request.safe),
            asyncio.timeout(ANSWER_SECONDS),
        ):
            sent = self._http.build_request(
                request.method,
                path,
                params={"id": frame_id} if frame_id else None,
                headers=headers,
                content=content,
            )
            response = await self._http.send(sent, stream=True)
            try:
                answer = await self._read(response, limit)
            finally:
                await response.aclose()
            answered(answer.status)
            return answer

    async def _read(self, response: httpx.Response, limit: int | None = None) -> Answer:
        limit = ANSWER_LIMIT if limit is None else limit
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > limit:
                raise BadAnswer(f"{self.node} answered more than {limit} bytes")
        kind = response.headers.get("content-type", "")
        retry_after = response.headers.get("retry-after", "")
        return Answer(response.status_code, kind, bytes(body), retry_after)

    @asynccontextmanager
    async def _mapped(self, *, safe: bool) -> AsyncIterator[None]:
        """Turn what the transport raises into our own errors."""
        try:
            yield
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as fault:
            raise self._unreachable(fault) from fault
        except (httpx.InvalidURL, httpx.ProxyError, httpx.UnsupportedProtocol) as fault:
            raise NodeUnreachable(f"{self.node}: {clean(str(fault), REASON_LIMIT)}") from fault
        except (httpx.DecodingError, httpx.LocalProtocolError, UnicodeEncodeError) as fault:
            raise BadAnswer(f"{self.node} speaks broken HTTP") from fault
        except (httpx.HTTPError, httpx.StreamError, TimeoutError) as fault:
            if safe:
                raise NodeUnreachable(f"the connection to {self.node} broke") from fault
            raise AnswerLost(
                f"no answer from {self.node}: it may or may not have been done"
            ) from fault

    def _unreachable(self, fault: httpx.HTTPError) -> NodeFault:
        cause: BaseException | None = fault
        while cause is not None:
            if isinstance(cause, ssl.SSLCertVerificationError):
                return untrusted(str(self.node), cause)
            if isinstance(cause, ssl.SSLError):
                return NodeUnreachable(f"{self.node} does not speak TLS on port {self.node.port}")
            cause = cause.__cause__ or cause.__context__
        if isinstance(fault, httpx.ConnectTimeout):
            return NodeUnreachable(f"{self.node} did not answer within {CONNECT_SECONDS:.0f} s")
        reason = clean(str(fault), REASON_LIMIT) or "no connection"
        return NodeUnreachable(f"{self.node} cannot be reached: {reason}")


@asynccontextmanager
async def _logged(request: Request, participant: str) -> AsyncIterator[Callable[[int], None]]:
    """Log what becomes of a request; the status of the answer is told to what this gives."""
    now = asyncio.get_running_loop().time
    began = now()
    status = 0

    def answered(with_status: int) -> None:
        nonlocal status
        status = with_status

    try:
        yield answered
    finally:
        said = f"{status}" if status else "no answer"
        whom = f" {participant[:8]}" if participant else ""
        logger.info("%s%s: %s, %.0f ms", request.name, whom, said, (now() - began) * 1000)


def _whole(value: str | int) -> str | int:
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def _pin_header(pin: Secret) -> str:
    """The PIN's text; one that no header can carry is wrong, and no library may quote it."""
    text = pin.reveal()
    if not text.isascii() or not text.isprintable() or text != text.strip():
        raise PinRequired("wrong PIN", guest_needs_pin=True, wrong=True)
    return text
