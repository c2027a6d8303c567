"""What people paste for an alias: the link of a web app, or a URI of SIP or Pexip."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from pexdash.api.address import NodeAddress, check_alias, parse_node
from pexdash.errors import UsageFault
from pexdash.text import invisible_in, trimmed

_URI = re.compile("(sips?|pexip):(?://)?(.*)", re.IGNORECASE)
_LINK = re.compile("(https?)://(.*)", re.IGNORECASE)
_BEFORE_ALIAS = ("conference", "m")
"""The parts of a web app's path after which the alias stands."""
_PIN = re.compile(r"(?:[?&;#]|^)[\w-]*(?:pin|passcode|password)=", re.IGNORECASE)
_PASSWORD = re.compile(r"(?://)?[^/:]*:[^/]*@[^/]*/")
"""How a link without its scheme begins, where a name and a password stand before the host."""
_PORT = re.compile(r"(\[[^\]]*\]|[^:]*):[0-9]*")


class Pasted(NamedTuple):
    """An alias, the node that the address names, and whether it had a PIN in it, which is not kept.

    No message quotes more of an address than its host: the rest may hold a PIN.
    """

    alias: str
    node: NodeAddress | None = None
    had_pin: bool = False


def read_address(text: str) -> Pasted:
    """Read an alias, or an address that has one in it; raises UsageFault for anything else.

    Links are `https://HOST/webapp…/conference/ALIAS`, `…/m/ALIAS` and `…?conference=ALIAS`; their
    host is the node. Of `sip:`, `sips:` and `pexip:`, all of user and host is the alias. Any other
    text is the alias as it is, and a PIN in it is a fault.
    """
    given = trimmed(text)
    if given[:1] == "<" and given[-1:] == ">":
        given = trimmed(given[1:-1])
    if link := _LINK.fullmatch(given):
        return _of_link(given, is_secure=link[1].lower() == "https")
    if uri := _URI.fullmatch(given):
        return _of_uri(uri[2])
    if _has_pin(given) or _PASSWORD.match(given):
        raise UsageFault(
            "an alias has no PIN in it: give the alias alone, or the whole https:// link"
        )
    return Pasted(check_alias(given))


def _of_link(link: str, *, is_secure: bool) -> Pasted:
    if character := invisible_in(link):
        raise UsageFault(f"the link contains the invisible character {character}")
    if not is_secure:
        raise UsageFault(
            "a link with http:// is not followed, as nobody proves who the node is: give the alias "
            "alone, and the node by name"
        )
    try:
        parts = urlsplit(link)
        places = [parts, urlsplit(parts.fragment)]
        aliases = [alias for place in places for alias in _aliases(place.path, place.query)]
    except ValueError as fault:
        raise UsageFault("this link cannot be read: give the alias alone") from fault
    if parts.username is not None:
        raise UsageFault("a link to a conference has no name or password before its host")
    node = parse_node(f"https://{parts.netloc}")
    if not aliases:
        raise UsageFault(
            f"this link to {node} names no conference: …/webapp/m/ALIAS or …?conference=ALIAS would"
        )
    return Pasted(check_alias(aliases[0]), node, _has_pin(f"?{parts.query}#{parts.fragment}"))


def _aliases(path: str, query: str) -> list[str]:
    """The aliases in a path and a query; raises ValueError for what is no UTF-8."""
    segments = [segment for segment in path.split("/") if segment]
    found = [
        unquote(alias, errors="strict")
        for before, alias in pairwise(segments)
        if before.lower() in _BEFORE_ALIAS
    ]
    values = parse_qsl(query, errors="strict")
    return found + [value for name, value in values if name.lower() == "conference"]


def _of_uri(rest: str) -> Pasted:
    """The alias in a URI after its scheme (RFC 3261 section 19.1), without port and parameters."""
    address = re.split("[;?#]", rest, maxsplit=1)[0]
    user, at, host = address.rstrip("/").rpartition("@")
    user, colon, _ = user.partition(":")
    host = with_port[1] if (with_port := _PORT.fullmatch(host)) else host
    try:
        alias = unquote(f"{user}{at}{host}", errors="strict")
    except ValueError as fault:
        raise UsageFault("this address cannot be read: give the alias alone") from fault
    return Pasted(check_alias(alias), None, bool(colon) or _has_pin(rest[len(address) :]))


def _has_pin(parameters: str) -> bool:
    return _PIN.search(unquote(parameters)) is not None
