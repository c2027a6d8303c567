"""Where the bus is, and who we are to it."""

from __future__ import annotations

import ssl
from pathlib import Path

from msgspec import Struct


class BusSettings(Struct, frozen=True):
    """The server's URL, and by which files we are known to it.

    `creds` holds a JWT and its NKey seed, `nkey` a seed alone. `tls` are the settings for a TLS
    server, None for the system's; `user` is the name by which our actions go, "" for the system's
    user, for whom nobody vouches.
    """

    url: str
    creds: Path | None = None
    nkey: Path | None = None
    tls: ssl.SSLContext | None = None
    user: str = ""
