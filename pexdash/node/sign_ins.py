"""Sign-ins at the node's own identity providers: those under way, and the tokens they give."""

from __future__ import annotations

import random
import secrets
from dataclasses import dataclass
from typing import NamedTuple, TypeVar
from urllib.parse import quote, urlsplit

from pexdash.clock import Clock
from pexdash.node.participant import make_uuid
from pexdash.node.settings import ConferenceSettings

PLACEHOLDER = "__pexip-sso-token__"
"""What stands for the token in the address to come back to (sso_redirect_target)."""
PAGE_SECONDS = 300.0
"""How long the page of a sign-in is there."""
TOKEN_SECONDS = 60.0
"""How long the token of a sign-in is good."""
MOST = 1000
"""How many sign-ins may be under way, and how many tokens may wait for their use."""
_SECRET_BYTES = 32


class Provider(NamedTuple):
    """An identity provider of a conference."""

    uuid: str
    name: str


@dataclass(frozen=True, slots=True)
class Page:
    """A sign-in under way, to the conference `alias`, by somebody called `name`, or "".

    `target` is the address to come back to, "" where the page shows the token. `origin` is that of
    the web page that asked, "" for none.
    """

    alias: str
    provider: Provider
    name: str
    target: str
    origin: str
    until: float

    def way_back(self, token: str) -> str:
        """The address that brings `token` back."""
        return self.target.replace(PLACEHOLDER, quote(token, safe=""))


class Identity(NamedTuple):
    """Who has signed in, and where."""

    provider: Provider
    name: str


_One = TypeVar("_One", Page, "_Token")


@dataclass(frozen=True, slots=True)
class _Token:
    alias: str
    identity: Identity
    until: float


class SignIns:
    """The sign-ins of a node; pages and tokens come from the system's randomness."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._pages: dict[str, Page] = {}
        self._tokens: dict[str, _Token] = {}

    def begin(self, alias: str, provider: Provider, name: str, target: str, origin: str) -> str:
        """Make a page for one sign-in; returns its key, which nobody can guess."""
        until = self._clock.monotonic() + PAGE_SECONDS
        return self._keep(self._pages, Page(alias, provider, name, target, origin, until))

    def page(self, key: str) -> Page | None:
        """The sign-in of that key; None where there is none any more."""
        page = self._pages.get(key)
        return page if page is not None and page.until > self._clock.monotonic() else None

    def finish(self, key: str) -> str:
        """End the sign-in of a page that is there; returns the token, good for one use."""
        page = self._pages.pop(key)
        until = self._clock.monotonic() + TOKEN_SECONDS
        identity = Identity(page.provider, page.name)
        return self._keep(self._tokens, _Token(page.alias, identity, until))

    def identity(self, token: str, alias: str) -> Identity | None:
        """Who joins `alias` with `token`; None for any other, an old one or a used one."""
        one = self._tokens.get(token)
        if one is None or one.alias != alias or one.until <= self._clock.monotonic():
            return None
        return one.identity

    def use_up(self, token: str) -> None:
        """Let nobody else join with `token`."""
        self._tokens.pop(token, None)

    def _keep(self, kept: dict[str, _One], one: _One) -> str:
        now = self._clock.monotonic()
        # All of a kind are good for the same time, so that the oldest stand first.
        for old, other in list(kept.items()):
            if other.until > now and len(kept) < MOST:
                break
            del kept[old]
        key = secrets.token_urlsafe(_SECRET_BYTES)
        kept[key] = one
        return key


def providers_of(settings: ConferenceSettings) -> tuple[Provider, ...]:
    """The identity providers of a conference; the same settings give the same uuids."""
    return tuple(
        Provider(make_uuid(random.Random(f"{settings.seed} {settings.alias} {name}")), name)
        for name in settings.idps
    )


def is_target(url: str) -> bool:
    """Whether a browser may be sent to `url` with a token: a web page that has a place for it."""
    try:
        parts = urlsplit(url)
        is_page = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False
    return is_page and url.isascii() and url.isprintable() and PLACEHOLDER in url
