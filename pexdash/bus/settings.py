"""Where the bus is, and who we are to it."""

from __future__ import annotations

import re
import ssl
from pathlib import Path

from msgspec import Struct


class BusFile(Struct, frozen=True):
    """The bus as a settings file or a wall's file has it; "" and None for what it does not say.

    `token_key_file` is the key that seals tokens, which only collectors have. `replicas` is on how
    many servers of a cluster each thing is kept.
    """

    url: str = ""
    user: str = ""
    creds: Path | None = None
    nkey: Path | None = None
    ca_file: Path | None = None
    cert_file: Path | None = None
    key_file: Path | None = None
    token_key_file: Path | None = None
    replicas: int = 1


class BusSettings(Struct, frozen=True):
    """The server's URL, or several with commas between, and by which files we are known to it.

    `creds` holds a JWT and its NKey seed, `nkey` a seed alone. `tls` are the settings for a TLS
    server, None for the system's; `user` is the name by which our actions go, "" for the system's
    user, for whom nobody vouches. `replicas` is on how many servers what we make anew is kept.
    """

    url: str
    creds: Path | None = None
    nkey: Path | None = None
    tls: ssl.SSLContext | None = None
    user: str = ""
    replicas: int = 1

    @property
    def shown(self) -> str:
        """The URL without anything secret."""
        return re.sub(r"//[^@/,]*@", "//", self.url)

    @property
    def inbox(self) -> str:
        """Where answers to us go; one that is the user's own can be closed to everybody else."""
        return f"_INBOX.{self.user}" if self.user else "_INBOX"
