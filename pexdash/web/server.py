"""Serves the page, and to each browser that opens it a program of its own."""

from __future__ import annotations

import asyncio
import importlib.resources
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from string import Template
from types import TracebackType

import textual_serve
from aiohttp import web
from aiohttp.typedefs import Handler

from pexdash.listening import listen, origin_of, url_of
from pexdash.log import logger
from pexdash.web.carrying import carry
from pexdash.web.door import Door
from pexdash.web.terminal import END_SECONDS, Terminal

COOKIE = "pexdash"
MOST_SCREENS = 16
"""How many pages have a program at once; a further one is refused."""
BEAT_SECONDS = 15.0
"""How often a page is asked whether it is still there; it has half of that to answer."""
CLOSE_SECONDS = 1.0
"""How long a page has to take the last words of its program, and to say that it has."""
USUAL_SIZE = (80, 24)
"""Columns and lines where a page does not tell them."""
MOST_TYPED_BYTES = 8 * 1024 * 1024
"""The longest message of a page: a paste of a million characters."""
_NUMBER = re.compile("[0-9]{1,4}")
_PAGE = importlib.resources.files(__package__) / "page"
_TERMINAL = Path(textual_serve.__file__).parent / "static"
_ENTRY = Template(
    '<!doctype html><meta http-equiv="refresh" content="0;url=$path"><title>pexdash</title>'
    '<a href="$path">pexdash</a>'
)
_KINDS = {"page.html": "text/html", "page.css": "text/css", "page.js": "text/javascript"}
_HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Server": "pexdash",
    "X-Content-Type-Options": "nosniff",
}
# The terminal lays itself out by style sheets that it writes; all else comes from files of ours.
_POLICY = Template(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; "
    "connect-src 'self' $screens; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_FOREIGN_HOST = "This address is not one of pexdash: open the one that it has printed.\n"
_USED = (
    "This address has been used, or was never one. Where pexdash runs, it has printed the address "
    "for the next browser.\n"
)
_NOT_LET_IN = "This browser has not been let in: open the address that pexdash has printed.\n"
_FOREIGN_PAGE = "This page is not the one of pexdash.\n"
_FULL = f"There are {MOST_SCREENS} screens open already: close one.\n"


class ScreenServer:
    """Serves a page at `door.address` while the context is entered.

    Each page runs `module` with `words` in `environment` on a terminal of its own, which ends with
    the page. Where a proxy serves it to others, `public_url` is the origin they open. `let_in` is
    called each time an address has been used, and `failed` with a fault of ours that ended a page.
    Raises UsageFault for what is no origin, and where the address cannot be listened on. Leaving
    ends every program, and waits until it has left.
    """

    def __init__(
        self,
        module: str,
        words: Sequence[str],
        environment: Mapping[str, str],
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        public_url: str = "",
        let_in: Callable[[], None] = lambda: None,
        failed: Callable[[BaseException], None] = lambda fault: None,
    ) -> None:
        self._module, self._words, self._environment = module, words, environment
        self._host = host
        self._public_url = origin_of(public_url) if public_url else ""
        self._let_in, self._failed = let_in, failed
        self._headers = dict(_HEADERS)
        self._leaving = asyncio.Event()
        self._carrying: set[asyncio.Task[None]] = set()
        self.port = port
        self.door: Door

    @property
    def screens(self) -> int:
        """How many pages have a program."""
        return len(self._carrying)

    async def __aenter__(self) -> ScreenServer:
        listener = await listen(self._host, self.port)
        address, self.port = listener.getsockname()[:2]
        own = url_of(listener)
        self.door = Door(self._public_url or own, name=self._host, address=address)
        self._runner = web.AppRunner(
            self._application(),
            access_log=None,
            # By itself it prints a traceback for everybody who sends what is no HTTP.
            logger=logger,
            shutdown_timeout=END_SECONDS,
        )
        await self._runner.setup()
        await web.SockSite(self._runner, listener).start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._leaving.set()
        if self._carrying:
            await asyncio.wait(self._carrying)
        await self._runner.cleanup()

    def _application(self) -> web.Application:
        application = web.Application(middlewares=[self._guarded])
        screens = self.door.url.replace("http", "ws", 1)
        self._headers["Content-Security-Policy"] = _POLICY.substitute(screens=screens)
        application.on_response_prepare.append(self._add_headers)
        path = self.door.path
        application.add_routes(
            [
                web.get("/", self._enter, allow_head=False),
                web.get(f"{path}/", self._file),
                web.get(f"{path}/screen", self._screen, allow_head=False),
                web.get(f"{path}/{{name:{'|'.join(_KINDS)}}}", self._file),
                web.static(f"{path}/static", _TERMINAL),
            ]
        )
        return application

    @web.middleware
    async def _guarded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse a Host that is none of ours, and whoever has not been let in."""
        if not self.door.is_for_us(request.headers.get("Host", "")):
            raise web.HTTPForbidden(text=_FOREIGN_HOST)
        if request.path != "/" and not self.door.knows(request.cookies.get(COOKIE, "")):
            raise web.HTTPForbidden(text=_NOT_LET_IN)
        return await handler(request)

    async def _enter(self, request: web.Request) -> web.Response:
        cookie = self.door.exchange(request.query.get("secret", ""))
        if cookie is None:
            raise web.HTTPForbidden(text=_USED)
        # A redirect would do where nobody had a link to us: a browser that was sent here by another
        # page goes on being sent by it, and keeps such a cookie to itself.
        path = f"{self.door.path}/"
        response = web.Response(text=_ENTRY.substitute(path=path), content_type="text/html")
        response.set_cookie(
            COOKIE,
            cookie,
            path=self.door.path,
            httponly=True,
            samesite="Strict",
            secure=self.door.url.startswith("https:"),
        )
        self._let_in()
        return response

    async def _file(self, request: web.Request) -> web.Response:
        name = request.match_info.get("name", "page.html")
        return web.Response(text=(_PAGE / name).read_text("utf-8"), content_type=_KINDS[name])

    async def _screen(self, request: web.Request) -> web.WebSocketResponse:
        """A screen for a page of ours: its program, from the first byte to the last."""
        origin, host = (request.headers.get(name, "") for name in ("Origin", "Host"))
        if not self.door.is_our_page(origin, host):
            raise web.HTTPForbidden(text=_FOREIGN_PAGE)
        if self.screens >= MOST_SCREENS:
            raise web.HTTPServiceUnavailable(text=_FULL)
        socket = web.WebSocketResponse(
            heartbeat=BEAT_SECONDS,
            timeout=CLOSE_SECONDS,
            max_msg_size=MOST_TYPED_BYTES,
            compress=False,
        )
        # A task of its own, so that the program is left to end where the request is given up.
        carrying = asyncio.create_task(self._carry(request, socket))
        self._carrying.add(carrying)
        carrying.add_done_callback(self._carried)
        await asyncio.shield(carrying)
        return socket

    def _carried(self, carrying: asyncio.Task[None]) -> None:
        self._carrying.discard(carrying)
        fault = None if carrying.cancelled() else carrying.exception()
        # What is no request for a screen is refused, and a page may be gone at any moment.
        if fault is not None and not isinstance(fault, web.HTTPException | OSError):
            self._failed(fault)

    async def _carry(self, request: web.Request, socket: web.WebSocketResponse) -> None:
        await socket.prepare(request)
        size = _size_in(request)
        try:
            terminal = await Terminal.start(self._module, self._words, self._environment, size)
        except OSError as fault:
            await socket.send_bytes(f"pexdash cannot be started: {fault.strerror}".encode())
        else:
            try:
                await carry(socket, terminal, until=self._leaving)
            finally:
                await terminal.hang_up()
        await socket.close()

    async def _add_headers(self, request: web.Request, response: web.StreamResponse) -> None:
        response.headers.update(self._headers)
        if isinstance(response, web.FileResponse):
            response.headers["Cache-Control"] = "private"


def _size_in(request: web.Request) -> tuple[int, int]:
    """The columns and lines that the page has room for; of a change it tells later."""
    width, height = (request.query.get(name, "") for name in ("width", "height"))
    is_told = all(_NUMBER.fullmatch(one) for one in (width, height))
    return (int(width), int(height)) if is_told else USUAL_SIZE
