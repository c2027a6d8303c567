"""The proxy between us and a node, from the environment or the settings of the system."""

from __future__ import annotations

import ipaddress
import re
import ssl
from contextlib import suppress
from urllib.parse import urlsplit
from urllib.request import getproxies, getproxies_environment, proxy_bypass

import httpx

from pexdash.api.address import NodeAddress
from pexdash.errors import UsageFault
from pexdash.text import ADDRESS_LIMIT, clean


def proxy_for(node: NodeAddress, tls: ssl.SSLContext | None) -> httpx.Proxy | None:
    """The proxy for `node` (HTTPS_PROXY, ALL_PROXY, NO_PROXY); None for a node on this machine.

    A proxy that speaks TLS itself has to prove who it is by `tls` too. Raises UsageFault for a
    proxy that is neither http nor https, and for a node of plain http behind any proxy, which could
    read the PIN and the token.
    """
    if node.is_loopback:
        return None
    proxies = getproxies()
    setting = proxies.get(node.scheme) or proxies.get("all")
    if not setting or goes_without(node, proxies.get("no", "")):
        return None
    # Where the environment names no proxy, the system's settings do, with exceptions of their own.
    if not getproxies_environment() and proxy_bypass(node.host):
        return None
    try:
        proxy = httpx.Proxy(setting if "://" in setting else f"http://{setting}")
        known = proxy.url.scheme in ("http", "https") and bool(proxy.url.host)
    except (httpx.InvalidURL, ValueError):
        known = False
    if not known:
        # The message must not quote the setting: it may hold a password.
        raise UsageFault(
            f"the proxy set for {node.scheme} is no http:// or https:// address; correct it, "
            f"or go without for {node.host} by NO_PROXY"
        )
    if node.scheme == "http":
        raise UsageFault(
            f"the proxy {proxy_name(proxy)} could read the PIN and the token on the way to "
            f"{node.url}: use https, or go without for {node.host} by NO_PROXY"
        )
    if proxy.url.scheme == "https":
        proxy.ssl_context = tls
    return proxy


def goes_without(node: NodeAddress, exceptions: str) -> bool:
    """Whether a NO_PROXY names `node`, as curl and Python document it.

    Each exception, between commas or blanks, is `*` for all, an IP address, a network with its
    length (192.0.2.0/24, which names no host by name), or a domain with all below it; a dot or
    `*.` before a domain does not matter. A port after it narrows any but a network to that port.
    """
    return any(_names(one.casefold(), node) for one in re.split(r"[,\s]+", exceptions) if one)


def _names(exception: str, node: NodeAddress) -> bool:
    if exception == "*":
        return True
    if "/" in exception:
        return _holds(exception, node.host)
    try:
        wanted = urlsplit(f"//{_bracketed(exception)}")
        host, port = wanted.hostname or "", wanted.port
    except ValueError:
        return False
    if port is not None and port != node.port:
        return False
    if _address(host) is not None or _address(node.host) is not None:
        return _address(host) == _address(node.host)
    domain, name = host.removeprefix("*").strip("."), node.host.strip(".")
    with suppress(UnicodeError):
        domain = domain.encode("idna").decode()
    return bool(domain) and (name == domain or name.endswith(f".{domain}"))


def _bracketed(exception: str) -> str:
    """An IPv6 address without brackets, as curl wants it, in those of a URL."""
    return f"[{exception}]" if _address(exception) is not None and ":" in exception else exception


def _holds(network: str, host: str) -> bool:
    """Whether `host` is an address in `network`, whose bits after its length do not matter."""
    start, _, length = network.partition("/")
    try:
        held = ipaddress.ip_network(f"{start.strip('[]')}/{length}", strict=False)
    except ValueError:
        return False
    address = _address(host)
    return address is not None and address in held


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def proxy_name(proxy: httpx.Proxy) -> str:
    """Host and port of the proxy, without the name and password for it."""
    usual = {"http": 80, "https": 443}[proxy.url.scheme]
    return clean(f"{proxy.url.host}:{proxy.url.port or usual}", ADDRESS_LIMIT)
