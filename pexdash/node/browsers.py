"""Which web pages may use the node: those of its own origin, and of origins that were named (CORS).

A page that gets its own name to lead to this machine (DNS rebinding) is of the node's own origin to
a browser; what gives it away is that name, as the Host it asks for. No address can be made to lead
elsewhere.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from starlette.types import Message, Send

from pexdash.errors import UsageFault
from pexdash.node.refusals import foreign_host, foreign_origin
from pexdash.node.wire.connections import Header
from pexdash.text import clean

ANY = "*"
_SAFE = frozenset(("GET", "HEAD"))
_ORIGIN = re.compile(r"https?://[^/?#@\s,]+", re.IGNORECASE)
_USUAL_PORTS = {"http": ":80", "https": ":443"}
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
        self._allowed = frozenset(_origin(one) for one in allowed)
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
        if not self._is_ours(host) or _as_browsers_say(origin) != _as_browsers_say(here):
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
        name = host_in(host)
        is_own = name in self._hosts or is_loopback(name)
        return is_own or (not self._on_loopback and _address(name) is not None)


def is_loopback(host: str) -> bool:
    """Whether a name or address stands for this machine alone."""
    name = host.lower().removesuffix(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    address = _address(name)
    return address is not None and address.is_loopback


def with_headers(send: Send, headers: list[Header]) -> Send:
    """`send`, with further headers on every answer."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", ()), *headers]}
        await send(message)

    return sending


def _origin(text: str) -> str:
    if text != ANY and not (_ORIGIN.fullmatch(text) and host_in(text.partition("://")[2])):
        raise UsageFault(f"an origin is written as https://host[:port], not {clean(text, 64)}")
    return text if text == ANY else _as_browsers_say(text)


def _as_browsers_say(origin: str) -> str:
    """An origin in lower case, without the usual port of its scheme."""
    scheme, _, rest = origin.lower().partition("://")
    return f"{scheme}://{rest.removesuffix(_USUAL_PORTS.get(scheme, ''))}"


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return None


def in_url(host: str) -> str:
    """A host as it stands in a URL: an IPv6 address in brackets."""
    return f"[{host}]" if ":" in host else host


def host_in(authority: str) -> str:
    """The host of `host[:port]`, in lower case and without brackets; "" where it is none."""
    try:
        return urlsplit(f"//{authority}").hostname or ""
    except ValueError:
        return ""
