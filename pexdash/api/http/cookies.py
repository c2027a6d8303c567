"""The cookies by which a balancer knows again whom it has given to which node (RFC 6265)."""

from __future__ import annotations

import http.client
import urllib.request
from http.cookiejar import Cookie, CookieJar, DefaultCookiePolicy

import httpx

from pexdash.text import fits_header

MOST_COOKIES = 20
MOST_COOKIE_BYTES = 4096
"""How long the names and values of all cookies may be together: servers refuse longer headers."""


def bounded_cookies() -> httpx.Cookies:
    """No cookies yet, with room for 20 of 4096 bytes together; what finds no room is not taken."""
    jar = CookieJar()
    jar.set_policy(_Room(jar))
    return httpx.Cookies(jar)


class NoCookies(CookieJar):
    """Takes no cookie, without reading the headers: the usual jar reads them before it refuses."""

    def extract_cookies(
        self, response: http.client.HTTPResponse, request: urllib.request.Request
    ) -> None:
        pass


class _Room(DefaultCookiePolicy):
    """Takes a cookie by the usual rules while there is room for it and a header can carry it."""

    def __init__(self, jar: CookieJar) -> None:
        super().__init__(strict_ns_domain=self.DomainStrictNonDomain)
        self._jar = jar

    def set_ok(self, cookie: Cookie, request: urllib.request.Request) -> bool:
        text = _text(cookie)
        if not (fits_header(text) and super().set_ok(cookie, request)):
            return False
        others = [_text(one) for one in self._jar if _place(one) != _place(cookie)]
        size = len(text) + sum(map(len, others))
        return len(others) < MOST_COOKIES and size <= MOST_COOKIE_BYTES


def _text(cookie: Cookie) -> str:
    return f"{cookie.name}={cookie.value or ''}"


def _place(cookie: Cookie) -> tuple[str, str, str]:
    """What a cookie has in common with the one that it replaces."""
    return cookie.domain, cookie.path, cookie.name
