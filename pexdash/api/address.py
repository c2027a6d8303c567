"""Where a conference is: the node's address, and the path of a request on it."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from functools import lru_cache
from urllib.parse import quote, unquote, urlsplit

import msgspec

from pexdash.api.requests import Request, Scope
from pexdash.errors import UsageFault
from pexdash.text import clean, invisible_in, trimmed

_API = "/api/client/v2"
PREFIX = f"{_API}/conferences"
CONNECT_SECONDS = 5.0
"""How long a node may take to accept a connection."""
_LONGEST_SEGMENT = 256
_ZONE = re.compile("[A-Za-z0-9_.-]{1,64}")
_LABEL = re.compile("[a-z0-9_-]{1,63}")


class NodeAddress(msgspec.Struct, frozen=True):
    """A conferencing node: scheme, host (IPv6 without brackets) and port."""

    scheme: str
    host: str
    port: int

    @property
    def url(self) -> str:
        """The URL without a path, the port left out where it is the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = {"https": 443, "http": 80}[self.scheme]
        return f"{self.scheme}://{host}" + ("" if self.port == usual else f":{self.port}")

    @property
    def is_loopback(self) -> bool:
        """Whether the node is on this machine."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    def __str__(self) -> str:
        return self.host if self.port in (443, 80) else self.url.partition("://")[2]


def parse_node(text: str) -> NodeAddress:
    """Read `host`, `host:port` or a URL (https unless it says http); raises UsageFault.

    No message quotes what may be a secret: what stands before an `@` or after a `?`.
    """
    given = trimmed(text)
    shown = clean(re.split("[?#]", text, maxsplit=1)[0])
    spelled = unicodedata.normalize("NFKC", unquote(text))
    if "@" in spelled:
        whole = spelled.partition("://")[2] or spelled
        if "@" in re.split("[/?#]", whole, maxsplit=1)[0]:
            raise UsageFault(
                "a node address has no name and no password in it: leave out all up to the @"
            )
        raise UsageFault("a node address has no path: leave out all after the host and its port")
    if character := invisible_in(given):
        raise UsageFault(
            f"not a node address: {shown} contains the invisible character {character}"
        )
    if given.count(":") > 1 and "://" not in given and not given.startswith("["):
        given = f"[{given}]"
    try:
        parts = urlsplit(given if "://" in given else f"https://{given}")
        host, port = parts.hostname, parts.port
    except ValueError as fault:
        raise UsageFault(f"not a node address: {shown}") from fault
    if parts.scheme not in ("http", "https") or not host:
        raise UsageFault(f"not a node address: {shown} (use host, host:port or a URL)")
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise UsageFault(f"a node address has no path: {shown}")
    if port == 0:
        raise UsageFault(f"a node has no port 0: {shown}")
    return NodeAddress(
        parts.scheme, _host(host, shown), port or (443 if parts.scheme == "https" else 80)
    )


def _host(host: str, shown: str) -> str:
    """An IP address unchanged, or a name in its ASCII form; raises UsageFault for anything else."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        address, _, zone = host.partition("%")
        if zone and not zone.isdecimal():
            # In a URL the sign before the zone is itself encoded (RFC 6874).
            zone = zone.removeprefix("25")
        if zone and not _ZONE.fullmatch(zone):
            raise UsageFault(f"not a node address: {shown}")
        return f"{address}%{zone}" if zone else address
    try:
        name = host.encode("idna").decode("ascii").lower()
    except UnicodeError as fault:
        raise UsageFault(f"not a node address: {shown}") from fault
    if len(name) > 253 or not all(map(_LABEL.fullmatch, name.removesuffix(".").split("."))):
        raise UsageFault(f"not a node address: {shown}")
    return name


@lru_cache(4096)
def check_alias(alias: str) -> str:
    """Return `alias` without what nobody sees at its ends.

    Raises UsageFault where it cannot stand in a path, or has something invisible within.
    """
    alias = trimmed(alias)
    if not alias or alias in (".", "..") or len(alias) > _LONGEST_SEGMENT:
        raise UsageFault(f"not a conference alias: {clean(alias) or '(empty)'}")
    if character := invisible_in(alias):
        raise UsageFault(
            f"not a conference alias: {clean(alias)} contains the invisible character {character}"
        )
    if not alias.isprintable():
        raise UsageFault(f"not a conference alias: {clean(alias)}")
    return alias


class About(msgspec.Struct, frozen=True):
    """Whom or what a request is about: a participant's uuid, a call's, a room's, a mix's name.

    Each is "" where the request is about none; without a room it goes to the conference itself.
    """

    participant: str = ""
    call: str = ""
    room: str = ""
    mix: str = ""


CONFERENCE = About()
"""What a request is about that names nobody and nothing."""


def request_path(request: Request, alias: str, about: About = CONFERENCE) -> str:
    """The path of `request` (API guide, Using the API), each segment percent-encoded.

    Raises UsageFault where the request needs what `about` does not name.
    """
    if request.scope is Scope.NODE:
        return f"{_API}/{request.name}"
    segments = [check_alias(alias)]
    if about.room:
        segments += ["breakouts", about.room]
    if request.scope in (Scope.PARTICIPANT, Scope.CALL):
        segments += ["participants", about.participant]
    if request.scope is Scope.CALL:
        segments += ["calls", about.call]
    first, *rest = request.name.split("/")
    segments += [first, about.mix, *rest] if request.scope is Scope.MIX else [first, *rest]
    if any(segment in ("", ".", "..") or len(segment) > _LONGEST_SEGMENT for segment in segments):
        raise UsageFault(f"{request.name} needs the uuid of a participant, call or mix")
    return "/".join([PREFIX, *(quote(segment, safe="", errors="replace") for segment in segments)])
