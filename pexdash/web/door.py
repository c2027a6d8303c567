"""Who may see the page: whoever brings a secret that works once, and from then on that browser."""

from __future__ import annotations

import hmac
import secrets

from pexdash.listening import as_browsers_say, host_in, is_loopback, leads_here, origin_of

_SECRET_BYTES = 32


class Door:
    """Lets browsers in to a page at `url`, for which a server listens at `address` (`name`).

    `url` is an origin; it differs from the server's own where a proxy stands before it. `path` is
    where the page is. It is drawn at random, because a browser sends a cookie to every port of a
    host, but only to the path it belongs to.
    """

    def __init__(self, url: str, *, name: str, address: str) -> None:
        self.url = origin_of(url)
        self.path = f"/{secrets.token_urlsafe(_SECRET_BYTES)}"
        self._on_loopback = is_loopback(address)
        self._hosts = {name.lower(), host_in(self.url.partition("://")[2])}
        self._secret = secrets.token_urlsafe(_SECRET_BYTES)
        self._cookies: list[str] = []

    @property
    def address(self) -> str:
        """The address to open, with the secret that is good for the next browser alone."""
        return f"{self.url}/?secret={self._secret}"

    @property
    def is_exposed(self) -> bool:
        """Whether what browsers and we say to each other goes over a network as it is."""
        scheme, _, host = self.url.partition("://")
        return scheme != "https" and not is_loopback(host_in(host))

    def exchange(self, secret: str) -> str | None:
        """The cookie for whoever brings the secret, which is another from then on; else None."""
        if not _is_same(secret, self._secret):
            return None
        self._secret = secrets.token_urlsafe(_SECRET_BYTES)
        cookie = secrets.token_urlsafe(_SECRET_BYTES)
        self._cookies.append(cookie)
        return cookie

    def knows(self, cookie: str) -> bool:
        """Whether a browser that was let in sends this cookie."""
        return any(_is_same(cookie, one) for one in self._cookies)

    def is_for_us(self, host: str) -> bool:
        """Whether a request for this Host is meant for us, and no name made to lead here."""
        return leads_here(host, self._hosts, on_loopback=self._on_loopback)

    def is_our_page(self, origin: str, host: str) -> bool:
        """Whether a page of this Origin, whose request is for that Host, is the one we serve."""
        said = as_browsers_say(origin)
        return said == self.url or (
            self.is_for_us(host) and said == as_browsers_say(f"http://{host}")
        )


def _is_same(given: str, kept: str) -> bool:
    """Compared in a time that does not tell where they differ."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), kept.encode())
