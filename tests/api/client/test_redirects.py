"""A redirect is an error: no second request goes anywhere, and the token least of all."""

from __future__ import annotations

import pytest

from pexdash.api import requests as table
from pexdash.api.client import NodeClient
from pexdash.api.requests import REQUESTS, Request, Result
from pexdash.errors import BadAnswer
from pexdash.secret import Secret
from tests.api.broken_server import broken_server, http
from tests.api.client.clients import ABOUT, TOKEN, body_of, check_secrecy, client_of

STATUSES = ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent", "300 Many"]


async def send(client: NodeClient, request: Request) -> None:
    """Any request of the table, in the way the client sends it."""
    if request is table.REQUEST_TOKEN:
        await client.request_token("Alice", pin=Secret("1234"))
    elif request.result is Result.EVENTS:
        async with client.events(TOKEN, on_bytes=lambda: None):
            pass
    elif request.result is Result.PICTURE:
        await client.picture(request, TOKEN.secret, ABOUT)
    else:
        await client.call(request, TOKEN.secret, ABOUT, body=body_of(request))


@pytest.mark.fault(29)
@pytest.mark.parametrize("status", STATUSES)
async def test_a_redirect_of_any_request_takes_it_nowhere(status: str) -> None:
    async with broken_server(http("200 OK", b'{"result": true}')) as elsewhere:
        answer = http(status, b'{"result": true}', f"location: {elsewhere.address.url}/api")
        async with broken_server(answer) as server, client_of(server) as client:
            for request in REQUESTS:
                with pytest.raises(BadAnswer, match="redirects") as raised:
                    await send(client, request)
                check_secrecy(raised.value)
        assert elsewhere.connections == 0
        assert len(server.requests) == len(REQUESTS)


@pytest.mark.fault(29)
async def test_leaving_is_redirected_nowhere_either() -> None:
    async with broken_server(http("200 OK", b'{"result": true}')) as elsewhere:
        answer = http("307 Temporary", b"", f"location: {elsewhere.address.url}/api")
        async with broken_server(answer) as server, client_of(server) as client:
            await client.release_token(TOKEN)
        assert (elsewhere.connections, len(server.requests)) == (0, 1)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:{port}/", "https://127.0.0.1:{port}/", "ws://a/"]
)
async def test_a_request_built_from_a_url_of_the_nodes_is_stopped(url: str) -> None:
    async with broken_server(http("200 OK")) as elsewhere:
        async with broken_server(http("200 OK")) as server, client_of(server) as client:
            foreign = client._http.build_request("GET", url.format(port=elsewhere.address.port))
            with pytest.raises(BadAnswer, match="stopped"):
                await client._http.send(foreign)
        assert (elsewhere.connections, server.connections) == (0, 0)
