"""The address on this computer to which a browser brings the token of a sign-in (RFC 8252)."""

from __future__ import annotations

import asyncio
import hmac
import re
import secrets
from typing import Any
from urllib.parse import unquote

from pexdash.api.token import is_token
from pexdash.clock import Clock
from pexdash.errors import SignInLate, UsageFault
from pexdash.secret import Secret

SIGN_IN_SECONDS = 120.0
"""How long the browser may take to come back."""
PLACEHOLDER = "__pexip-sso-token__"
"""What a node replaces by the token in the address to come back to (sso_redirect_target)."""
HEAD_LIMIT = 16 * 1024
"""The most bytes of a request's head that are read."""
HEAD_SECONDS = 10.0
"""How long a connection may take to send the head of its request."""
MOST_CONNECTIONS = 16
"""How many connections are served at once; each further one is closed."""
_HOST = "127.0.0.1"
_STATE_BYTES = 32
_REQUEST = re.compile(r"GET (/[!-~]*) HTTP/1\.[01]")
_PAGE = (
    "HTTP/1.1 {status}\r\n"
    "Content-Type: text/html; charset=utf-8\r\n"
    "Content-Length: {length}\r\n"
    "Content-Security-Policy: default-src 'none'\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cache-Control: no-store\r\n"
    "Connection: close\r\n\r\n"
    "{body}"
)
_DONE = "You are signed in. You can close this page and go back to pexdash."
_OVER = "This sign-in is over."
_WRONG = "This address belongs to no sign-in."
_NO_TOKEN = "The identity provider sent no token."


class Loopback:
    """Listens on 127.0.0.1, from `open` to `close`, for the one request that brings the token.

    Its path has a state that nobody can guess, and it is good for one token.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._state = secrets.token_urlsafe(_STATE_BYTES)
        self._came: asyncio.Future[Secret] = asyncio.get_running_loop().create_future()
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self.port = 0

    async def open(self) -> None:
        """Begin to listen; raises UsageFault where nothing can."""
        try:
            self._server = await asyncio.start_server(self._serve, _HOST, 0, limit=HEAD_LIMIT)
        except OSError as fault:
            raise UsageFault(f"{_HOST} cannot be listened on: {fault.strerror}") from fault
        self.port = self._server.sockets[0].getsockname()[1]

    @property
    def target(self) -> str:
        """The address to come back to, with the node's placeholder for the token."""
        return f"http://{_HOST}:{self.port}/{self._state}?token={PLACEHOLDER}"

    async def token(self) -> Secret:
        """Wait for the token; raises SignInLate where none has come after two minutes."""
        late = asyncio.ensure_future(self._clock.sleep(SIGN_IN_SECONDS))
        waits: set[asyncio.Future[Any]] = {late, self._came}
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            late.cancel()
            self.close()
        if not self._came.done():
            raise SignInLate("nobody came back from the sign-in within two minutes")
        return self._came.result()

    def paste(self, text: str) -> None:
        """Take the token, or the whole address that a browser could not open.

        Raises UsageFault where the address belongs to another sign-in, or the text is no token.
        """
        text = text.strip()
        if not text.startswith(("http://", "https://", _HOST)):
            found = text
        else:
            _, _, path = text.partition(_HOST)
            found = self._token_in("/" + path.partition("/")[2])
        if not is_token(found) or found == PLACEHOLDER:
            raise UsageFault("that is no token")
        self._take(found)

    def close(self) -> None:
        """Listen no more, and cut off whoever has not said what they want."""
        if self._server is not None:
            self._server.close()
        for writer in self._writers:
            # What has been answered is still on its way.
            if not writer.transport.is_closing():
                writer.transport.abort()

    def _take(self, token: str) -> None:
        if not self._came.done():
            self._came.set_result(Secret(token))

    def _token_in(self, path: str) -> str:
        """The token in the path and query of an address; raises UsageFault where it is not ours.

        The state is compared in a time that does not tell where it differs.
        """
        state, _, query = path.partition("?")
        if not hmac.compare_digest(state.encode("utf-8", "replace"), f"/{self._state}".encode()):
            raise UsageFault("that address belongs to another sign-in")
        # A plus stays one: a token may hold it, and no blank.
        fields = (one.partition("=") for one in query.split("&"))
        return next((unquote(value) for name, _, value in fields if name == "token"), "")

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._writers) >= MOST_CONNECTIONS:
            writer.transport.abort()
            return
        self._writers.add(writer)
        try:
            async with asyncio.timeout(HEAD_SECONDS):
                head = await reader.readuntil(b"\r\n\r\n")
            token = self._answer(head.decode("latin-1"), writer)
            writer.close()
            if token:
                self._take(token)
        except (OSError, EOFError, asyncio.LimitOverrunError):
            writer.transport.abort()
        finally:
            self._writers.discard(writer)

    def _answer(self, head: str, writer: asyncio.StreamWriter) -> str:
        """Answer a request; returns the token it brings, or ""."""
        first, *lines = head.split("\r\n")
        request = _REQUEST.fullmatch(first)
        hosts = [line[5:].strip() for line in lines if line[:5].casefold() == "host:"]
        # A page of another site may have its own name lead to this computer.
        if request is None or hosts != [f"{_HOST}:{self.port}"]:
            _write(writer, "400 Bad Request", _WRONG)
            return ""
        try:
            token = self._token_in(request[1])
        except UsageFault:
            _write(writer, "404 Not Found", _WRONG)
            return ""
        if self._came.done():
            _write(writer, "410 Gone", _OVER)
        elif not is_token(token):
            _write(writer, "400 Bad Request", _NO_TOKEN)
        else:
            _write(writer, "200 OK", _DONE)
            return token
        return ""


def _write(writer: asyncio.StreamWriter, status: str, sentence: str) -> None:
    body = f"<!doctype html><title>pexdash</title><p>{sentence}</p>"
    writer.write(_PAGE.format(status=status, length=len(body), body=body).encode())
