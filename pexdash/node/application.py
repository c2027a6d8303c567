"""The node as a web application: each request received, refused or handled, and answered."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from urllib.parse import parse_qsl

from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from pexdash.api.requests import EVENTS, PARTICIPANTS, REQUEST_TOKEN, Request, Result
from pexdash.clock import Clock
from pexdash.node.browsers import Pages, with_headers
from pexdash.node.conference import NodeConference
from pexdash.node.faults.faults import Faults
from pexdash.node.handlers import HANDLERS
from pexdash.node.incoming_request import IncomingRequest
from pexdash.node.meeting import Meeting
from pexdash.node.pictures import PICTURES, media_type_of
from pexdash.node.premises import Premises
from pexdash.node.received import Received, ReceivedRequests
from pexdash.node.reception import behind
from pexdash.node.refusals import (
    Refusal,
    head_too_large,
    no_such_conference,
    no_such_room,
    not_found,
    out_of_resource,
    wrong_method,
)
from pexdash.node.routes import Route, find_route, is_status
from pexdash.node.sign_in_page import answer_of, is_sign_in
from pexdash.node.web_app_requests import THEME
from pexdash.node.wire.answers import parting_answer, send_answer
from pexdash.node.wire.connections import BareSend, Header, reset
from pexdash.node.wire.incoming_body import IncomingBodies
from pexdash.node.wire.protocol import CONNECTION, NodeProtocol
from pexdash.node.wire.sent_events import json_bytes
from pexdash.node.wire.stream import NodeStream, wait_for_disconnect

_WITH_LIST = (EVENTS, PARTICIPANTS)
"""What has the whole list of participants in its answer."""
PING_SECONDS = 15.0
"""How often each stream gets a ping."""
_AROUND_HEADER = 128
"""What a header counts in bytes beside its name and value: an empty one costs that, too."""


class NodeApplication:
    """Answers HTTP on some `premises` (ASGI), for those `pages` that may use them.

    `received` keeps the requests where it is not None.
    """

    def __init__(
        self,
        premises: Premises,
        pages: Pages,
        faults: Faults,
        clock: Clock,
        received: ReceivedRequests | None,
    ) -> None:
        self._premises = premises
        self._pages = pages
        self._bodies = IncomingBodies(premises.limits)
        self._faults = faults
        self._clock = clock
        self._received = received
        self._streams = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request to its end."""
        http = HttpRequest(scope, receive)
        connection: NodeProtocol = scope["state"][CONNECTION]
        headers = self._pages.headers_for(http.headers.get("origin"))
        try:
            self._check_head(http)
            is_read = http.method == "POST"
            body = await self._bodies.read(http.headers, receive) if is_read else b""
        except Refusal as refusal:
            connection.part(parting_answer(refusal, headers))
            await connection.lost.wait()
            return
        if body is None:
            return
        received = _receive(http, body)
        if self._received is not None:
            self._received.note(received)
        send = with_headers(send, headers)
        if received.method == "OPTIONS":
            await send_answer(Response(status_code=204), connection.output, send)
        else:
            await self._answer(received, http, receive, send)

    def _check_head(self, http: HttpRequest) -> None:
        headers = http.scope["headers"]
        size = sum(len(name) + len(value) + _AROUND_HEADER for name, value in headers)
        size += len(http.scope["raw_path"]) + len(http.scope["query_string"])
        if size > self._premises.limits.head_bytes:
            raise head_too_large()
        # Who knows the address of a sign-in's page was sent there, by whatever name.
        if not is_sign_in(http.scope["raw_path"].decode("latin-1")):
            self._pages.check(http.method, http.headers)

    async def _answer(
        self, received: Received, http: HttpRequest, receive: Receive, send: Send
    ) -> None:
        name = received.path.rpartition("/")[2]
        connection: NodeProtocol = http.scope["state"][CONNECTION]
        transport = connection.transport
        if self._faults.loses_request(name):
            await self._break_off(transport, receive)
            return
        answer, request = await self._plan(name, http, received)
        await self._faults.until_due(name)
        if self._faults.loses_answer(name):
            await self._break_off(transport, receive)
            return
        drip = self._faults.dripped(name)
        bare = drip is not None or (request is not None and not self._faults.chunked)
        if bare:
            send = BareSend(transport, drip=drip, pause=self._faults.pause)
        if request is not None:
            stream = NodeStream(request.sender.uuid, connection.output, self._faults)
            await self._stream(request, stream, receive, send)
        else:
            await send_answer(answer, connection.output, send)
        if bare or transport.is_closing():
            await wait_for_disconnect(receive)

    async def _break_off(self, transport: asyncio.Transport, receive: Receive) -> None:
        reset(transport)
        await wait_for_disconnect(receive)

    async def _plan(
        self, name: str, http: HttpRequest, received: Received
    ) -> tuple[Response, IncomingRequest | None]:
        """The answer; also the request, where what it asks for is events."""
        planned = self._faults.planned(name)
        if planned is not None:
            media_type = planned.content_type or None
            answer = Response(planned.body, planned.status, planned.headers, media_type)
            return answer, None
        try:
            if is_status(received.path):
                return _answer_status(received), None
            if is_sign_in(received.path):
                page = answer_of(received.path, received.method, self._premises.sign_ins)
                return page, None
            request = self._understand(http, received)
            if request.row in _WITH_LIST:
                await http.scope["state"][CONNECTION].output.room()
            if request.row.result is Result.EVENTS:
                if self._streams >= self._premises.limits.streams:
                    raise out_of_resource()
                return Response(), request
            if request.row is THEME:
                return Response(status_code=204), None
            which = (request.row.scope, request.row.name)
            if request.row.result is Result.PICTURE:
                picture = await PICTURES[which](request)
                return Response(picture, media_type=media_type_of(request.row)), None
            return _success(HANDLERS[which](request)), None
        except Refusal as refusal:
            return _json(refusal.http_status, refusal.envelope, refusal.headers), None

    def _understand(self, http: HttpRequest, received: Received) -> IncomingRequest:
        route = find_route(received.path)
        if route is None:
            raise not_found()
        row = _request_of(route, received.method)
        conferences = self._premises.conferences
        conference = conferences.get(route.alias)
        if conference is None:
            raise no_such_conference()
        token = received.token or ""
        conference = behind(conference, token, conferences)
        home = conference if row is REQUEST_TOKEN else conference.home_of(token)
        request = IncomingRequest(
            row,
            home,
            _place_of(route, conference, home),
            self._premises,
            received,
            headers=http.headers,
            address=http.client.host if http.client else "",
            uuid=route.participant,
            call_uuid=route.call,
            mix=route.mix,
        )
        request.check()
        return request

    async def _stream(
        self, request: IncomingRequest, stream: NodeStream, receive: Receive, send: Send
    ) -> None:
        audience, uuid = request.conference.audience, request.sender.uuid
        if uuid not in request.conference.participants:
            stream.end()
        ping = asyncio.create_task(self._ping(request.conference, uuid))
        self._streams += 1
        try:
            audience.open(uuid, stream)
            request.conference.greet(uuid)
            await stream.serve(receive, send)
        finally:
            ping.cancel()
            await asyncio.gather(ping, return_exceptions=True)
            audience.close(uuid, stream)
            self._streams -= 1

    async def _ping(self, conference: NodeConference, uuid: str) -> None:
        while True:
            await self._clock.sleep(PING_SECONDS)
            conference.audience.tell(uuid, "ping", None)


def _receive(http: HttpRequest, body: bytes) -> Received:
    query = http.scope["query_string"].decode("latin-1")
    token = http.headers.get("token") or dict(parse_qsl(query)).get("token")
    path = http.scope["raw_path"].decode("latin-1")
    content_type = http.headers.get("content-type")
    client = (http.scope["client"] or ("", 0))[0]
    return Received(http.method, path, query, token, body, content_type, client)


def _request_of(route: Route, method: str) -> Request:
    by_method = route.requests()
    if not by_method:
        raise not_found()
    request = by_method.get(method)
    if request is None:
        raise wrong_method(by_method)
    return request


def _place_of(route: Route, main: Meeting, home: NodeConference) -> NodeConference:
    """Where a request acts: in the room it names, else where its token is from."""
    if not route.room:
        return home
    room = main.rooms.get(route.room)
    if room is None:
        raise no_such_room()
    return room


def _answer_status(received: Received) -> Response:
    if received.method != EVENTS.method:
        raise wrong_method((EVENTS.method,))
    return _success("OK")


def _success(result: object) -> Response:
    text = result if isinstance(result, bytes) else json_bytes(result)
    body = b'{"status": "success", "result": %b}' % text
    return Response(body, media_type="application/json")


def _json(status: int, value: object, headers: Iterable[Header] = ()) -> Response:
    answer = Response(json_bytes(value), status, media_type="application/json")
    answer.raw_headers.extend(headers)
    return answer
