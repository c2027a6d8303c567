"""Where the bus is and who we are there: by --bus, and by [bus] of the wall's file or settings."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from pexdash.errors import UsageFault
from pexdash.settings import Settings, settings_path
from pexdash.text import ADDRESS_LIMIT, clean

if TYPE_CHECKING:
    import ssl
    from pathlib import Path

    from pexdash.bus.sealing import Seal
    from pexdash.bus.settings import BusFile, BusSettings

_SCHEMES = ("nats", "tls")
USER = re.compile("[A-Za-z0-9_-]{1,64}")
UNSEALED = "[bus] has no token_key_file: whoever reads the disk of the bus can read our tokens"


class BusTaken(NamedTuple):
    """The bus to connect to, and the file of the key that seals tokens, None for none."""

    settings: BusSettings
    token_key_file: Path | None


def bus_from(url: str | None, wall: BusFile | None, settings: Settings) -> BusTaken:
    """The bus, whose URL is that of an option, else of the wall's file, else of the settings.

    What we show there is said by the first of the two files that says anything of a bus. Raises
    UsageFault where there is no URL, and for what cannot be used.
    """
    from pexdash.bus.settings import BusFile, BusSettings
    from pexdash.session.estate.bus_table import NO_PASSWORD, has_password

    said = wall if wall is not None and wall != BusFile() else _of_settings(settings)
    url = url or said.url
    if not url:
        raise UsageFault("there is no bus: give --bus URL, or url in [bus] of the file")
    if has_password(url):
        raise UsageFault(NO_PASSWORD)
    servers = [_server(one.strip()) for one in url.split(",")]
    users = {user for _, user in servers if user} or {said.user}
    if len(users) > 1:
        raise UsageFault("the URLs of a bus name one user, and not several")
    user = users.pop()
    if user and not USER.fullmatch(user):
        raise UsageFault(f"a user of the bus has letters, digits, - and _, not {clean(user, 64)!r}")
    return BusTaken(
        BusSettings(
            ",".join(server for server, _ in servers),
            said.creds,
            said.nkey,
            _tls(said, servers[0][0]),
            user,
            said.replicas,
        ),
        said.token_key_file,
    )


def seal_from(taken: BusTaken) -> Seal:
    """What seals tokens; `UNSEALED` is to be said where there is no key. Raises UsageFault."""
    from pexdash.bus.sealing import Seal, read_key

    return Seal(read_key(taken.token_key_file) if taken.token_key_file is not None else None)


def _of_settings(settings: Settings) -> BusFile:
    from pexdash.session.estate.bus_table import bus_in
    from pexdash.session.tables import Sheet, Table, text_of
    from pexdash.toml_lines import lines_of

    if not settings.bus:
        return bus_in(Table(Sheet(settings_path(os.environ), {}), ("bus",), {}, "[bus]"))
    path = settings_path(os.environ)
    sheet = Sheet(path, lines_of(text_of(path)))
    found = bus_in(Table(sheet, ("bus",), dict(settings.bus), "[bus]"))
    sheet.check()
    return found


def _server(url: str) -> tuple[str, str]:
    """A server's URL without its user, and the user."""
    shown = clean(url, ADDRESS_LIMIT)
    try:
        parts = urlsplit(url if "://" in url else f"nats://{url}")
        port = parts.port
    except ValueError as fault:
        raise UsageFault(f"the bus {shown} is no URL: write nats://HOST:PORT") from fault
    if parts.scheme not in _SCHEMES or not parts.hostname or parts.path not in ("", "/"):
        raise UsageFault(f"the bus {shown} is no URL of NATS: write nats://HOST or tls://HOST")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}:{port or 4222}", parts.username or ""


def _tls(said: BusFile, url: str) -> ssl.SSLContext | None:
    """The settings for TLS, without which nothing is sent; None where it is the server's choice."""
    if said.ca_file is None and said.cert_file is None and not url.startswith("tls:"):
        return None
    from pexdash.api.own_certificate import OwnCertificate
    from pexdash.api.tls import trust

    own = None
    if said.cert_file is not None:
        own = OwnCertificate(said.cert_file, said.key_file)
    return trust(said.ca_file, insecure=False, own=own)
