"""The table [bus] of the settings and of a wall's file: where the bus is, and who we are there."""

from __future__ import annotations

from pexdash.api.own_certificate import OwnCertificate
from pexdash.api.tls import trust
from pexdash.bus.settings import BusFile
from pexdash.errors import UsageFault
from pexdash.session.tables import Table

_FILES = ("creds", "nkey", "ca_file", "cert_file", "key_file")
_REPLICAS = (1, 3, 5)
NO_PASSWORD = "a password does not stand in the URL: creds, nkey or cert_file tells who we are"


def bus_in(table: Table) -> BusFile:
    """What the table says of the bus; every mistake in it is taken down."""
    url, user = table.text("url"), table.text("user")
    replicas = table.count("replicas")
    # Whoever only looks at what is collected cannot read the key of tokens, and has the same file.
    found = BusFile(
        url,
        user,
        token_key_file=table.path("token_key_file"),
        replicas=1 if replicas is None else replicas,
        **{name: table.file(name) for name in _FILES},
    )
    table.end()
    if found.replicas not in _REPLICAS:
        table.wrong("replicas", "replicas is 1, 3 or 5, on as many servers of one cluster")
    if has_password(url):
        table.wrong("url", NO_PASSWORD)
    if found.creds is not None and found.nkey is not None:
        table.wrong("nkey", "creds or nkey tells who we are, not both")
    if found.key_file is not None and "cert_file" not in table:
        table.wrong("key_file", "key_file is the key of no certificate: give that by cert_file")
    try:
        if found.cert_file is not None:
            OwnCertificate(found.cert_file, found.key_file).check()
    except UsageFault as fault:
        table.wrong("cert_file", str(fault))
    try:
        if found.ca_file is not None:
            trust(found.ca_file, insecure=False)
    except UsageFault as fault:
        table.wrong("ca_file", str(fault))
    return found


def has_password(url: str) -> bool:
    """Whether one of the URLs, which commas part, has more than a user's name before its host."""
    named = [one.rpartition("//")[2].partition("/")[0].rpartition("@")[0] for one in url.split(",")]
    return any(":" in one for one in named)
