"""A redirect is an error: the token goes nowhere else."""

from __future__ import annotations

import pytest

from pexdash.api import requests as table
from pexdash.errors import (
    BadAnswer,
)
from tests.api.broken_server import broken_server, http
from tests.api.client.clients import (
    TOKEN,
    client_of,
)


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 X", "308 X"])
async def test_a_redirect_takes_the_token_nowhere(status: str) -> None:
    async with broken_server(http("200 OK", b'{"result": true}')) as elsewhere:
        answer = http(status, b"", f"location: {elsewhere.address.url}/api")
        async with broken_server(answer) as server, client_of(server) as client:
            for request in (table.LOCK, table.PARTICIPANTS):
                with pytest.raises(BadAnswer, match="redirects"):
                    await client.call(request, TOKEN.secret)
            with pytest.raises(BadAnswer, match="redirects"):
                async with client.events(TOKEN, on_bytes=lambda: None):
                    pass
        assert elsewhere.requests == []
