"""What ties the requests of a client to the one node that knows its token.

A name may lead to several nodes, by several addresses or by a balancer, and a token is good at the
node alone that gave it.
"""

from __future__ import annotations

import httpx

from pexdash.api.http.answer_head import NoHttp, Unreadable
from pexdash.api.http.cookies import bounded_cookies
from pexdash.api.http.route import ROUTE, Address, Route, address_of, is_repeatable, route_of

_NO_CONNECTION = (httpx.ConnectError, httpx.ConnectTimeout)
_BROKEN = (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError)
_ANSWERED = (NoHttp, Unreadable)


class Affinity(httpx.AsyncBaseTransport):
    """A shared transport as one client uses it; closing it closes no connection.

    `address` is where the first answer came from, and all later requests go there. Until `hold`,
    another address is taken where no connection leads there any more. `avoids` are addresses not to
    go to. Cookies are sent back to where they came from. A proxy looks names up by itself, so that
    `address` stays None behind one, and the cookies alone tie us to a node.

    A request that may be repeated is sent once more, over a new connection, where its own breaks
    before the answer; an answer that cannot be read is one. Raises what httpx raises.
    """

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        self.address: Address | None = None
        self.avoids: frozenset[Address] = frozenset()
        self._transport = transport
        self._cookies: httpx.Cookies | None = None
        self._is_held = False

    def hold(self) -> None:
        """Go to no other address from now on: we hold a token."""
        self._is_held = True

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self._cookies is not None:
            self._cookies.set_cookie_header(request)
        response = await self._answer_to(request)
        connection = response.extensions.get("transport")
        if self.address is None and connection is not None:
            self.address = address_of(connection)
        if "set-cookie" in response.headers:
            response.request = request
            # Nearly all nodes set none, and a jar with its lock is made for each of many clients.
            if self._cookies is None:
                self._cookies = bounded_cookies()
            self._cookies.extract_cookies(response)
        return response

    async def _answer_to(self, request: httpx.Request) -> httpx.Response:
        try:
            return await self._sent(request)
        except _NO_CONNECTION:
            if self._is_held or self.address is None:
                raise
            self.address = None
            return await self._sent(request)
        except _BROKEN as fault:
            if isinstance(fault, _ANSWERED) or not is_repeatable(request):
                raise
            return await self._sent(request, anew=True)

    async def _sent(self, request: httpx.Request, *, anew: bool = False) -> httpx.Response:
        route = Route(self.address, self.avoids, anew or route_of(request).anew)
        request.extensions = {**request.extensions, ROUTE: route}
        return await self._transport.handle_async_request(request)
