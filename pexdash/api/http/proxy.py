"""The proxy between us and a node, from the environment or the settings of the system."""

from __future__ import annotations

import ssl
from urllib.request import getproxies, proxy_bypass

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
    netloc = node.url.partition("://")[2]
    if not setting or proxy_bypass(node.host) or proxy_bypass(netloc):
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


def proxy_name(proxy: httpx.Proxy) -> str:
    """Host and port of the proxy, without the name and password for it."""
    usual = {"http": 80, "https": 443}[proxy.url.scheme]
    return clean(f"{proxy.url.host}:{proxy.url.port or usual}", ADDRESS_LIMIT)
