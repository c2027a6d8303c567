"""A plain HTTP client of the embedded node, for the tests: requests and an event stream."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import httpx

from pexdash.node.server import EmbeddedNode

ALIAS = "meet.alice@example.com"
PATH = "/api/client/v2/conferences/meet.alice%40example.com/"
PATIENCE = 5.0


@dataclass(frozen=True)
class Event:
    """One event as it came: its name, id and data, the data parsed."""

    name: str
    id: str
    data: Any


class Listener:
    """An open event stream that is read in the background."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self.fault: httpx.HTTPError | None = None
        self._events: asyncio.Queue[Event | None] = asyncio.Queue()
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        rest = b""
        try:
            async for chunk in self.response.aiter_bytes():
                *blocks, rest = (rest + chunk).split(b"\n\n")
                for block in blocks:
                    self._events.put_nowait(_parse(block))
        except httpx.HTTPError as fault:
            self.fault = fault
        self._events.put_nowait(None)

    async def next(self) -> Event | None:
        """The next event, None when the stream has ended."""
        return await asyncio.wait_for(self._events.get(), PATIENCE)

    async def until(self, name: str) -> list[Event]:
        """Every event up to the first of that name, which is the last of them."""
        events: list[Event] = []
        while (event := await self.next()) is not None:
            events.append(event)
            if event.name == name:
                return events
        raise AssertionError(f"no {name} but {[one.name for one in events]}")

    async def first(self, name: str) -> Any:
        """The data of the first event of that name."""
        return (await self.until(name))[-1].data

    async def rest(self) -> list[Event]:
        """Every event up to the end of the stream."""
        events: list[Event] = []
        while (event := await self.next()) is not None:
            events.append(event)
        return events

    async def close(self) -> None:
        """Hang up."""
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)
        await self.response.aclose()


def _parse(block: bytes) -> Event:
    fields: dict[str, str] = {}
    for line in block.decode().split("\n"):
        name, colon, value = line.partition(": ")
        assert colon
        assert name not in fields
        fields[name] = value
    assert list(fields) == ["event", "id", "data"]
    return Event(fields["event"], fields["id"], json.loads(fields["data"]))


class Client:
    """One participant's side of the API."""

    def __init__(self, node: EmbeddedNode, path: str = PATH) -> None:
        self.http = httpx.AsyncClient(base_url=node.url, timeout=PATIENCE)
        self.path = path
        self.token = ""
        self.uuid = ""
        self._listeners: list[Listener] = []

    async def __aenter__(self) -> Client:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for listener in self._listeners:
            await listener.close()
        await self.http.aclose()

    async def send(
        self,
        name: str,
        body: object = None,
        *,
        uuid: str = "",
        call: str = "",
        method: str = "POST",
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        """Send a request; `uuid` makes it one about a participant, `call` about its call."""
        about = f"participants/{uuid}/" if uuid else ""
        about += f"calls/{call}/" if call else ""
        path = self.path + about + name
        sent = {"token": self.token} if self.token else {}
        content = body if isinstance(body, bytes) else json.dumps(body) if body else None
        return await self.http.request(
            method, path, content=content, headers={**sent, **(headers or {})}
        )

    async def result(
        self, name: str, body: object = None, *, uuid: str = "", call: str = ""
    ) -> Any:
        """Send a POST that succeeds, and return its result."""
        return _good(await self.send(name, body, uuid=uuid, call=call))

    async def get(self, name: str) -> Any:
        """Send a GET that succeeds, and return its result."""
        return _good(await self.send(name, method="GET"))

    async def join(
        self, name: str = "Alice", pin: str | None = None, **fields: object
    ) -> dict[str, Any]:
        """Ask for a token and use it from now on."""
        headers = {"pin": pin} if pin else {}
        body = {"display_name": name, **fields}
        answer = await self.send("request_token", body, headers=headers)
        result: dict[str, Any] = _good(answer)
        self.token, self.uuid = result["token"], result["participant_uuid"]
        return result

    async def listen(self) -> Listener:
        """Open the event stream."""
        request = self.http.build_request(
            "GET", self.path + "events", params={"token": self.token}, timeout=None
        )
        response = await self.http.send(request, stream=True)
        assert response.status_code == 200
        assert response.headers["content-type"] == "text/event-stream"
        self._listeners.append(Listener(response))
        return self._listeners[-1]

    async def listen_in(self) -> Listener:
        """Open the event stream and read past its beginning."""
        listener = await self.listen()
        await listener.until("layout")
        presentation = await listener.next()
        if presentation is not None and presentation.name == "presentation_start":
            await listener.until("presentation_frame")
        return listener


def _good(answer: httpx.Response) -> Any:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    envelope = answer.json()
    assert envelope["status"] == "success"
    return envelope["result"]


def refused(answer: httpx.Response) -> tuple[int, str, Any]:
    """HTTP status, status word and result of a refusal."""
    assert answer.headers["content-type"] == "application/json"
    envelope = answer.json()
    return answer.status_code, envelope["status"], envelope["result"]


@asynccontextmanager
async def joined(
    node: EmbeddedNode, name: str = "Alice", pin: str | None = None
) -> AsyncIterator[Client]:
    """A client that is in, as a Host where no PIN is asked."""
    async with Client(node) as client:
        await client.join(name, pin)
        yield client


INVALID_TOKEN = (403, "success", "Invalid token")
INVALID_ROLE = (403, "success", "Invalid role")
