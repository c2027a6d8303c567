"""The embedded node: conferences behind a listening socket, inside the running event loop."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType

import uvicorn

from pexdash.clock import Clock, SystemClock
from pexdash.listening import is_loopback, listen, url_of
from pexdash.log import logger
from pexdash.node.application import NodeApplication
from pexdash.node.browsers import Pages
from pexdash.node.faults.faults import Faults
from pexdash.node.limits import Limits
from pexdash.node.lively import Lively
from pexdash.node.meeting import Meeting
from pexdash.node.people import People
from pexdash.node.pins import PinTries
from pexdash.node.population import populate
from pexdash.node.premises import Premises
from pexdash.node.received import Received, ReceivedRequests
from pexdash.node.settings import ConferenceSettings
from pexdash.node.sign_ins import SignIns
from pexdash.node.wire.connections import reset
from pexdash.node.wire.doorway import Doorway
from pexdash.node.wire.output import Unread
from pexdash.node.wire.protocol import NodeProtocol
from pexdash.node.wire.stream import NodeStream

__all__ = ["EmbeddedNode", "Received"]

LAST_WORDS_SECONDS = 0.3
"""How long requests may take to end when the node leaves, before and after it closes on them."""


class EmbeddedNode:
    """A node that serves `conferences` at `url` while the context is entered.

    Raises UsageFault where the address cannot be listened on. Port 0 takes a free one; `expires`
    is the life of a token in seconds. Web pages of other origins than its own may use it where
    `allow_origins` names them ("https://host[:port]", or "*"). With `keep_received` the latest
    requests stay in `received`. `warn` is told what whoever runs the node should know. Leaving ends
    every stream and task within a second.
    """

    def __init__(
        self,
        *conferences: ConferenceSettings,
        host: str = "127.0.0.1",
        port: int = 0,
        clock: Clock | None = None,
        expires: float = 120.0,
        limits: Limits | None = None,
        allow_origins: Iterable[str] = (),
        keep_received: bool = True,
        warn: Callable[[str], None] = logger.warning,
    ) -> None:
        self.url = ""
        self._clock = clock or SystemClock()
        self._host, self._port = host, port
        self._limits = limits or Limits()
        self._warn = warn
        self._conferences: dict[str, Meeting] = {}
        self._scripts: list[Lively] = []
        for settings in conferences:
            self._add(settings, expires)
        self.faults = Faults(
            self._clock,
            streams=self._streams,
            stop_listening=self._stop_listening,
            listen_again=self._listen_again,
        )
        self._pages = Pages(allow_origins)
        self._received = ReceivedRequests(self._limits.received_bytes) if keep_received else None
        self._application = NodeApplication(
            self._make_premises(), self._pages, self.faults, self._clock, self._received
        )
        self._server: _Server | None = None
        self._serving: asyncio.Task[None] | None = None

    @property
    def received(self) -> list[Received]:
        """Every request in order of arrival (of thousands, the latest), where they are kept."""
        return self._received.latest if self._received is not None else []

    @property
    def connections(self) -> int:
        """How many connections are open."""
        return len(self._server.server_state.connections) if self._server is not None else 0

    def conference(self, alias: str) -> Meeting:
        """The conference of that alias; KeyError if it was not given."""
        return self._conferences[alias]

    async def __aenter__(self) -> EmbeddedNode:
        listener = await listen(self._host, self._port)
        self.url = url_of(listener)
        address = listener.getsockname()[0]
        self._pages.listen_at(self._host, address)
        if not is_loopback(address):
            self._warn_of_open_doors()
        self._server = server = _Server(self._application, self._limits, self._warn)
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
                for place in conference.places():
                    place.audience.end_all()
            self._server.leave.set()
            await self._serving
        for conference in self._conferences.values():
            await conference.tasks.close()

    def _add(self, settings: ConferenceSettings, expires: float) -> None:
        conference = Meeting(settings, self._clock, expires)
        people = People(settings.seed, regulars=settings.habits.regulars)
        populate(conference, people)
        self._conferences[settings.alias] = conference
        if settings.lively:
            self._scripts.append(Lively(conference, people))

    def _warn_of_open_doors(self) -> None:
        open_to_all = [
            alias
            for alias, one in self._conferences.items()
            if one.settings.host_pin is None and one.settings.reception is None
        ]
        if open_to_all:
            more = f" and {len(open_to_all) - 1} more" if len(open_to_all) > 1 else ""
            self._warn(
                f"anybody who can reach {self.url} joins {open_to_all[0]}{more} as a Host, and may "
                "end it: there is no PIN for Hosts (--host-pin)"
            )

    def _make_premises(self) -> Premises:
        there = sum(one.people for one in self._conferences.values())
        tries = PinTries(self._limits.pin_tries, self._clock)
        most = there + self._limits.arrivals
        return Premises(self._conferences, self._limits, tries, most, SignIns(self._clock))

    def _streams(self, owner: str) -> list[NodeStream]:
        conferences = self._conferences.values()
        places = [place for one in conferences for place in one.places()]
        return [stream for place in places for stream in place.audience.streams(owner)]

    async def _stop_listening(self) -> None:
        if self._server is not None:
            await self._server.go_down()

    async def _listen_again(self) -> None:
        if self._server is not None:
            port = int(self.url.rpartition(":")[2])
            await self._server.startup(sockets=[await listen(self._host, port)])


class _Server(uvicorn.Server):
    """A server that leaves signals to the program, and stops when told rather than by polling."""

    def __init__(
        self, application: NodeApplication, limits: Limits, warn: Callable[[str], None]
    ) -> None:
        super().__init__(
            uvicorn.Config(
                application,
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                date_header=False,
                server_header=False,
                # Whoever connects is who asks: anybody can send X-Forwarded-For.
                proxy_headers=False,
                timeout_keep_alive=limits.idle_seconds,
                h11_max_incomplete_event_size=limits.head_bytes,
            )
        )
        self.ready = asyncio.Event()
        self.leave = asyncio.Event()
        self._limits = limits
        self._warn = warn
        self._unread = Unread(limits)
        self._doorways: list[Doorway] = []

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        pause = self._limits.accept_pause_seconds
        for listener in sockets or ():
            self._doorways.append(Doorway(listener, self._welcome, pause, self._warn))
        self.started = True

    def _welcome(self) -> NodeProtocol:
        return NodeProtocol(self.config, self.server_state, self._unread)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def main_loop(self) -> None:
        await self.on_tick(0)
        self.ready.set()
        await self.leave.wait()

    async def go_down(self) -> None:
        """Refuse connections from now on, and reset those there are."""
        await self._close_doorways()
        for connection in list(self.server_state.connections):
            reset(connection.transport)
        await _turns_of_the_loop()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._close_doorways()
        if self.server_state.tasks:
            await asyncio.wait(self.server_state.tasks, timeout=LAST_WORDS_SECONDS)
        await self._close_connections(abort=False)
        await self._close_connections(abort=True)
        if self.server_state.tasks:
            await asyncio.wait(self.server_state.tasks, timeout=LAST_WORDS_SECONDS)

    async def _close_doorways(self) -> None:
        for doorway in self._doorways:
            await doorway.close()
        self._doorways.clear()

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
