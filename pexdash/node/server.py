"""The embedded node: conferences behind a listening socket, inside the running event loop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import Iterator
from types import TracebackType

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from pexdash.clock import Clock, SystemClock
from pexdash.errors import UsageFault
from pexdash.node.application import TRANSPORT, NodeApplication
from pexdash.node.conference import NodeConference
from pexdash.node.faults.faults import Faults
from pexdash.node.incoming_request import Received
from pexdash.node.lively import Lively
from pexdash.node.people import People
from pexdash.node.population import populate
from pexdash.node.settings import ConferenceSettings
from pexdash.node.wire.connections import reset
from pexdash.node.wire.stream import NodeStream

__all__ = ["EmbeddedNode", "Received"]

BACKLOG = 2048
KEEP_ALIVE_SECONDS = 75
"""How long an idle connection is kept for the next request of a client."""
LAST_WORDS_SECONDS = 0.3
"""How long requests may take to end when the node leaves, before and after it closes on them."""

# Without a handler, logging would write to the terminal the dashboard is drawn on.
logging.getLogger("uvicorn").addHandler(logging.NullHandler())


class EmbeddedNode:
    """A node that serves `conferences` at `url` while the context is entered.

    Raises UsageFault where the address cannot be listened on. Port 0 takes a free one; `expires`
    is the life of a token in seconds. Leaving ends every stream and task within a second.
    """

    def __init__(
        self,
        *conferences: ConferenceSettings,
        host: str = "127.0.0.1",
        port: int = 0,
        clock: Clock | None = None,
        expires: float = 120.0,
    ) -> None:
        self.url = ""
        self._clock = clock or SystemClock()
        self._host, self._port = host, port
        self._conferences: dict[str, NodeConference] = {}
        self._scripts: list[Lively] = []
        for settings in conferences:
            self._add(settings, expires)
        self.faults = Faults(
            self._clock,
            streams=self._streams,
            stop_listening=self._stop_listening,
            listen_again=self._listen_again,
        )
        self._application = NodeApplication(self._conferences, self.faults, self._clock)
        self._server: _Server | None = None
        self._serving: asyncio.Task[None] | None = None

    @property
    def received(self) -> list[Received]:
        """Every request in order of arrival (of thousands, the latest)."""
        return self._application.received

    def conference(self, alias: str) -> NodeConference:
        """The conference of that alias; KeyError if it was not given."""
        return self._conferences[alias]

    async def __aenter__(self) -> EmbeddedNode:
        listener = await _listen(self._host, self._port)
        self.url = _url_of(listener)
        self._server = server = _Server(self._application)
        self._serving = asyncio.create_task(server.serve(sockets=[listener]))
        self._serving.add_done_callback(lambda _: server.ready.set())
        await server.ready.wait()
        if self._serving.done():
            await self._serving
        for script in self._scripts:
            script.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.faults.end()
        if self._server is not None and self._serving is not None:
            for conference in self._conferences.values():
                conference.audience.end_all()
            self._server.leave.set()
            await self._serving
        for conference in self._conferences.values():
            await conference.tasks.close()

    def _add(self, settings: ConferenceSettings, expires: float) -> None:
        conference = NodeConference(settings, self._clock, expires)
        people = People(settings.seed)
        populate(conference, people)
        self._conferences[settings.alias] = conference
        if settings.lively:
            self._scripts.append(Lively(conference, people))

    def _streams(self, owner: str) -> list[NodeStream]:
        conferences = self._conferences.values()
        return [stream for one in conferences for stream in one.audience.streams(owner)]

    async def _stop_listening(self) -> None:
        if self._server is not None:
            await self._server.go_down()

    async def _listen_again(self) -> None:
        if self._server is not None:
            port = int(self.url.rpartition(":")[2])
            await self._server.startup(sockets=[await _listen(self._host, port)])


class _Protocol(H11Protocol):
    """Gives its transport to the application, which can then break the connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {TRANSPORT: transport}
        if isinstance(self.config.app, NodeApplication) and self.config.app.is_leaving:
            # The node is leaving, so that nobody would close this connection later.
            transport.abort()


class _Server(uvicorn.Server):
    """A server that leaves signals to the program, and stops when told rather than by polling."""

    def __init__(self, application: NodeApplication) -> None:
        super().__init__(
            uvicorn.Config(
                application,
                http=_Protocol,
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                date_header=False,
                server_header=False,
                backlog=BACKLOG,
                timeout_keep_alive=KEEP_ALIVE_SECONDS,
            )
        )
        self.ready = asyncio.Event()
        self.leave = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def main_loop(self) -> None:
        await self.on_tick(0)
        self.ready.set()
        await self.leave.wait()

    async def go_down(self) -> None:
        """Refuse connections from now on, and reset those there are."""
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            reset(connection.transport)
        await _turns_of_the_loop()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        assert isinstance(self.config.app, NodeApplication)
        self.config.app.is_leaving = True
        for server in self.servers:
            server.close()
        if self.server_state.tasks:
            await asyncio.wait(self.server_state.tasks, timeout=LAST_WORDS_SECONDS)
        await self._close_connections(abort=False)
        await self._close_connections(abort=True)
        if self.server_state.tasks:
            await asyncio.wait(self.server_state.tasks, timeout=LAST_WORDS_SECONDS)
        for listener in sockets or ():
            listener.close()

    async def _close_connections(self, *, abort: bool) -> None:
        for connection in list(self.server_state.connections):
            if abort:
                connection.transport.abort()
            else:
                connection.transport.close()
        await _turns_of_the_loop()


async def _turns_of_the_loop() -> None:
    """Wait until the protocols of closed connections know, which takes a turn or two."""
    for _ in range(3):
        await asyncio.sleep(0)


async def _listen(host: str, port: int) -> socket.socket:
    loop = asyncio.get_running_loop()
    try:
        if not 0 <= port < 1 << 16:
            # getaddrinfo would take it modulo 65536.
            raise OverflowError("a port is at most 65535")
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(BACKLOG)
        except BaseException:
            listener.close()
            raise
    except (OSError, OverflowError) as fault:
        reason = getattr(fault, "strerror", None) or str(fault)
        where = f"[{host}]" if ":" in host else host
        raise UsageFault(f"{where}:{port} cannot be listened on: {reason}") from fault
    listener.setblocking(False)
    return listener


def _url_of(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
