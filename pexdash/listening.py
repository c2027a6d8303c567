"""Where a server of ours listens, and by which names and from which pages it is asked.

A page that gets its own name to lead to this machine (DNS rebinding) is of our own origin to a
browser; what gives it away is that name, as the Host it asks for. No address can be made to lead
elsewhere.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from collections.abc import Container
from urllib.parse import urlsplit

from pexdash.errors import UsageFault
from pexdash.text import clean

BACKLOG = 2048
SEND_BUFFER = 256 * 1024
_ORIGIN = re.compile(r"https?://[^/?#@\s,]+", re.IGNORECASE)
_USUAL_PORTS = {"http": ":80", "https": ":443"}


async def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there, at a free port for 0; raises UsageFault where it cannot."""
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
            # Each connection inherits it; else the system holds megabytes for who reads nothing.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
            listener.bind(address)
            listener.listen(BACKLOG)
        except BaseException:
            listener.close()
            raise
    except (OSError, OverflowError) as fault:
        reason = getattr(fault, "strerror", None) or str(fault)
        raise UsageFault(f"{in_url(host)}:{port} cannot be listened on: {reason}") from fault
    listener.setblocking(False)
    return listener


def url_of(listener: socket.socket) -> str:
    """The address of a server that listens there, such as `http://127.0.0.1:8000`."""
    host, port = listener.getsockname()[:2]
    return f"http://{in_url(host)}:{port}"


def in_url(host: str) -> str:
    """A host as it stands in a URL: an IPv6 address in brackets."""
    return f"[{host}]" if ":" in host else host


def host_in(authority: str) -> str:
    """The host of `host[:port]`, in lower case and without brackets; "" where it is none."""
    try:
        return urlsplit(f"//{authority}").hostname or ""
    except ValueError:
        return ""


def is_address(host: str) -> bool:
    """Whether a host is an IP address."""
    return _address(host) is not None


def is_loopback(host: str) -> bool:
    """Whether a name or address stands for this machine alone."""
    name = host.lower().removesuffix(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    address = _address(name)
    return address is not None and address.is_loopback


def leads_here(host: str, names: Container[str], *, on_loopback: bool) -> bool:
    """Whether a request for this Host is meant for a server of ours, which goes by `names` too.

    A server that listens for this machine alone goes by the machine's own names, any other by
    every address besides.
    """
    name = host_in(host)
    is_own = name in names or is_loopback(name)
    return bool(name) and (is_own or (not on_loopback and is_address(name)))


def origin_of(text: str) -> str:
    """An origin as browsers say it; raises UsageFault for what is no `https://host[:port]`."""
    if not (_ORIGIN.fullmatch(text) and host_in(text.partition("://")[2])):
        raise UsageFault(f"an origin is written as https://host[:port], not {clean(text, 64)}")
    return as_browsers_say(text)


def as_browsers_say(origin: str) -> str:
    """An origin in lower case, without the usual port of its scheme."""
    scheme, _, rest = origin.lower().partition("://")
    return f"{scheme}://{rest.removesuffix(_USUAL_PORTS.get(scheme, ''))}"


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return None
