"""A server of screens, and the part of a browser in it, over real sockets."""

from __future__ import annotations

import json
import os
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from pexdash.web.server import COOKIE, ScreenServer
from tests.eventually import eventually

PROGRAM = "tests.web.typing_program"
ROOT = Path(__file__).parents[2]


@asynccontextmanager
async def serving(
    *words: str,
    environment: Mapping[str, str] | None = None,
    host: str = "127.0.0.1",
    public_url: str = "",
    failed: Callable[[BaseException], None] = lambda fault: None,
) -> AsyncIterator[ScreenServer]:
    """A server whose pages each have a program that says what it is told."""
    told = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], **(environment or {})}
    server = ScreenServer(PROGRAM, words, told, host=host, public_url=public_url, failed=failed)
    async with server:
        yield server


class Client:
    """A browser at a server's own address, `origin`; sends the cookie that it was given.

    One that is gone without a word no longer `answers_pings`.
    """

    answers_pings = True

    def __init__(self, session: aiohttp.ClientSession, origin: str) -> None:
        self.session = session
        self.origin = origin
        self.path = self.cookie = ""

    async def enter(self, address: str, **headers: str) -> int:
        """Open an address that was printed; the status of the answer."""
        async with self.session.get(address, headers=headers) as answer:
            if cookie := answer.cookies.get(COOKIE):
                self.cookie, self.path = cookie.value, self.origin + cookie["path"]
            return answer.status

    async def get(self, url: str, **headers: str) -> int:
        """The status of the answer to a request with the cookie and these headers."""
        async with self.session.get(url, headers={**self._sent(), **headers}) as answer:
            await answer.read()
            return answer.status

    async def refused(self, **headers: str) -> int:
        """The status with which a screen is refused to a request with these headers."""
        try:
            async with self.screen(**headers):
                raise AssertionError("a screen was there")
        except aiohttp.WSServerHandshakeError as fault:
            return fault.status

    @asynccontextmanager
    async def screen(
        self, size: str = "?width=90&height=30", **headers: str
    ) -> AsyncIterator[Screen]:
        """A screen for a page of the server's."""
        sent = {**self._sent(), "Origin": self.origin, **headers}
        address = f"{self.path}/screen{size}"
        async with self.session.ws_connect(
            address, headers=sent, autoping=self.answers_pings
        ) as socket:
            yield Screen(socket)

    def _sent(self) -> dict[str, str]:
        return {"Cookie": f"{COOKIE}={self.cookie}"} if self.cookie else {}


class Screen:
    """What a page has of its program: `text` is all that it has written."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.text = ""

    async def say(self, *what: object) -> None:
        """Say something as the page does."""
        await self.socket.send_str(json.dumps(what))

    async def shows(self, text: str) -> str:
        """Read until `text` is there; all that was written."""
        while text not in self.text:
            message = await self.socket.receive()
            if message.type is aiohttp.WSMsgType.PING:
                continue
            assert message.type is aiohttp.WSMsgType.BINARY, (message, self.text)
            self.text += message.data.decode()
        return self.text

    async def process(self) -> int:
        """The process number of the program."""
        await self.shows("size ")
        found = re.search(r"process (\d+)", self.text)
        assert found
        return int(found[1])

    async def ends(self) -> None:
        """Read until the server closes it."""
        while (message := await self.socket.receive()).type is aiohttp.WSMsgType.BINARY:
            self.text += message.data.decode()


@asynccontextmanager
async def stranger(address: str) -> AsyncIterator[Client]:
    """A browser that has not opened the address yet."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield Client(session, address.partition("/?")[0])


@asynccontextmanager
async def let_in(address: str) -> AsyncIterator[Client]:
    """A browser that has opened the address."""
    async with stranger(address) as client:
        assert await client.enter(address) == 200
        yield client


def is_there(process: int) -> bool:
    """Whether there is such a process."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


async def gone(process: int) -> None:
    """Wait until there is no such process."""
    await eventually(lambda: not is_there(process))
