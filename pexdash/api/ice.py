"""The STUN and TURN servers in a node's answer to a token request."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pexdash.model.media import IceServer
from pexdash.secret import Secret

_MOST_SERVERS = 16
"""How many servers of each kind are taken from an answer."""
_LONGEST_URL = 256
_LONGEST_WORD = 512
"""The most characters of a user name or credential."""
_PLACE = r"[A-Za-z0-9._-]+(?::(?P<port>[0-9]{1,5}))?"
_LAST_PORT = 65535
_STUN = re.compile(rf"stun:{_PLACE}")
_TURN = re.compile(rf"turns?:{_PLACE}(?:\?transport=(?:udp|tcp))?")


def ice_servers_of(fields: Mapping[str, object]) -> tuple[IceServer, ...]:
    """The servers in the fields `stun` and `turn` of a node's answer; others are never asked.

    A server has its URLs in `url` or in `urls`, as one text or as a list. What is no such URL, and
    a TURN server without user name and credential, is left out.
    """
    stun = (IceServer(urls) for urls, _ in _told(fields.get("stun"), _STUN))
    turn = (
        IceServer(urls, username, Secret(credential))
        for urls, one in _told(fields.get("turn"), _TURN)
        if (username := _word(one.get("username"))) and (credential := _word(one.get("credential")))
    )
    return (*stun, *turn)


def _told(
    servers: object, form: re.Pattern[str]
) -> Iterator[tuple[tuple[str, ...], dict[str, object]]]:
    """The URLs of each server that has one of that form, and the server as the node sent it."""
    for one in servers[:_MOST_SERVERS] if isinstance(servers, list) else ():
        if isinstance(one, dict):
            sent = [*_listed(one.get("urls")), *_listed(one.get("url"))]
            urls = tuple(url for url in sent if _is_url(url, form))
            if urls:
                yield urls, one


def _is_url(text: str, form: re.Pattern[str]) -> bool:
    found = form.fullmatch(text) if len(text) <= _LONGEST_URL else None
    return found is not None and 1 <= int(found["port"] or _LAST_PORT) <= _LAST_PORT


def _listed(value: object) -> list[str]:
    many = value[:_MOST_SERVERS] if isinstance(value, list) else [value]
    return [one for one in many if isinstance(one, str)]


def _word(value: object) -> str:
    """`value` if it is a text that can be sent to a server, else ""."""
    usable = isinstance(value, str) and len(value) <= _LONGEST_WORD and value.isprintable()
    return value if usable and isinstance(value, str) else ""
