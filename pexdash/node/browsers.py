"""Which web pages may use the node: its own, and those of origins that were named (CORS)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from starlette.types import Message, Send

from pexdash.listening import as_browsers_say, host_in, is_loopback, leads_here, origin_of
from pexdash.node.refusals import foreign_host, foreign_origin
from pexdash.node.wire.connections import Header

ANY = "*"
_SAFE = frozenset(("GET", "HEAD"))
_PREFLIGHT = [
    (b"access-control-allow-methods", b"GET, POST, OPTIONS"),
    (b"access-control-allow-headers", b"token, pin, id, content-type"),
]


class Pages:
    """The pages that may use a node: its own, and those of `allowed` origins ("*": any).

    Where the node listens for this machine alone, a request names a host of this machine, or of an
    allowed origin. Elsewhere programs may ask by any name, and pages of the node's own origin by an
    address, or by such a host. Raises UsageFault for what is no origin.
    """

    def __init__(self, allowed: Iterable[str]) -> None:
        self._allowed = frozenset(one if one == ANY else origin_of(one) for one in allowed)
        self._any = ANY in self._allowed
        self._hosts = {host_in(one.partition("://")[2]) for one in self._allowed}
        self._on_loopback = False

    def listen_at(self, name: str, address: str) -> None:
        """The node listens at `address`, which it was given by `name`."""
        self._on_loopback = is_loopback(address)
        self._hosts.add(name.lower())

    def check(self, method: str, headers: Mapping[str, str]) -> None:
        """Refusal 403 for a host that is none of ours, and for another page that acts."""
        host, origin = headers.get("host", ""), headers.get("origin")
        if self._on_loopback and not self._any and host and not self._is_ours(host):
            raise foreign_host()
        if origin is None or method in _SAFE or self._allows(origin):
            return
        here = f"{origin.partition('://')[0]}://{host}"
        if not self._is_ours(host) or as_browsers_say(origin) != as_browsers_say(here):
            raise foreign_origin()

    def headers_for(self, origin: str | None) -> list[Header]:
        """The headers of CORS that an answer for a page of that origin carries."""
        if self._any:
            return [(b"access-control-allow-origin", b"*"), *_PREFLIGHT]
        if not self._allowed:
            return []
        if origin is None or not self._allows(origin):
            return [(b"vary", b"origin")]
        # A page that closes sends a beacon, which carries credentials.
        return [
            (b"access-control-allow-origin", origin.encode("latin-1")),
            (b"access-control-allow-credentials", b"true"),
            (b"vary", b"origin"),
            *_PREFLIGHT,
        ]

    def _allows(self, origin: str) -> bool:
        return self._any or origin.lower() in self._allowed

    def _is_ours(self, host: str) -> bool:
        return leads_here(host, self._hosts, on_loopback=self._on_loopback)


def with_headers(send: Send, headers: list[Header]) -> Send:
    """`send`, with further headers on every answer."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", ()), *headers]}
        await send(message)

    return sending
