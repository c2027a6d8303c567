"""The certificate of a node that could not prove who it is.

The system's TLS keeps no certificate that failed, so two handshakes fetch it; nothing is sent after
either. The first gives the bytes. The second trusts exactly these bytes, because the standard
library gives the fields only of a certificate it trusts.
"""

from __future__ import annotations

import asyncio
import hashlib
import ssl
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import httpx
from msgspec import Struct

from pexdash.api.address import NodeAddress
from pexdash.api.http.stock_transport import stock_transport
from pexdash.text import clean

LOOK_SECONDS = 5.0
"""How long both handshakes may take together."""
_NAME_LIMIT = 64
Seen = TypeVar("Seen")
_NO_CHECK_TIME = 0x200000  # X509_V_FLAG_NO_CHECK_TIME, which the ssl module does not name.


class Certificate(Struct, frozen=True):
    """Who issued a certificate, for which names and for which time, all clean.

    `fingerprint` is SHA-256; times are Unix times. What could not be read is empty or None. Where
    it `has_common_name_alone`, that is all there is in `names`.
    """

    fingerprint: str
    issuer: str = ""
    names: tuple[str, ...] = ()
    not_before: float | None = None
    not_after: float | None = None
    has_common_name_alone: bool = False


async def shown_certificate(node: NodeAddress, proxy: httpx.Proxy | None) -> Certificate | None:
    """The certificate of `node`; None where it cannot be fetched within 5 seconds."""
    shown: Certificate | None = None
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            der, _ = await handshake(node, proxy, _anyone(), _leaf)
            digits = hashlib.sha256(der).hexdigest().upper()
            pairs = [digits[at : at + 2] for at in range(0, len(digits), 2)]
            # Two halves, as the whole is longer than a line of a terminal.
            shown = Certificate(":".join(pairs[:16]) + " " + ":".join(pairs[16:]))
            _, fields = await handshake(node, proxy, _only(der), _leaf)
            names = tuple(_names(fields))
            shown = Certificate(
                shown.fingerprint,
                _issuer(fields),
                names,
                time_in(fields.get("notBefore")),
                time_in(fields.get("notAfter")),
                bool(names) and not _alternative_names(fields),
            )
    except (httpx.HTTPError, OSError, ValueError):
        pass
    return shown


class _SeenEnough(Exception):
    """Ends a connection whose handshake is done."""


async def handshake(
    node: NodeAddress,
    proxy: httpx.Proxy | None,
    tls: ssl.SSLContext,
    look: Callable[[ssl.SSLObject], Seen],
) -> Seen:
    """What `look` sees of a connection to `node` once it is secured; nothing is sent over it.

    Raises what httpx raises, and ConnectError where there was no handshake.
    """
    seen: list[Seen] = []
    done = "proxy.start_tls.complete" if proxy else "connection.start_tls.complete"

    async def stop(event: str, told: dict[str, Any]) -> None:
        if event != done:
            return
        stream = told["return_value"]
        seen.append(look(stream.get_extra_info("ssl_object")))
        await stream.aclose()
        raise _SeenEnough

    # httpcore closes the connection of a handshake that times out, not of one that is cancelled.
    timeout = httpx.Timeout(LOOK_SECONDS / 2).as_dict()
    request = httpx.Request("HEAD", node.url, extensions={"trace": stop, "timeout": timeout})
    async with stock_transport(tls, proxy) as transport:
        try:
            await transport.handle_async_request(request)
        except _SeenEnough:
            return seen[0]
    raise httpx.ConnectError("no certificate")


def _leaf(connection: ssl.SSLObject) -> tuple[bytes, dict[str, Any]]:
    """The node's certificate, as bytes and as fields; raises ConnectError where there is none."""
    der = connection.getpeercert(binary_form=True)
    if not der:
        raise httpx.ConnectError("no certificate")
    return der, connection.getpeercert() or {}


def _anyone() -> ssl.SSLContext:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    tls.check_hostname = False
    tls.verify_mode = ssl.CERT_NONE
    return _lenient(tls)


def _only(der: bytes) -> ssl.SSLContext:
    """Trusts this one certificate, whoever issued it, for whichever name and time."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    tls.check_hostname = False
    tls.verify_flags |= ssl.VerifyFlags(ssl.VERIFY_X509_PARTIAL_CHAIN | _NO_CHECK_TIME)
    tls.load_verify_locations(cadata=der)
    return _lenient(tls)


def _lenient(tls: ssl.SSLContext) -> ssl.SSLContext:
    """Accept keys too weak to be trusted: only what the certificate says matters here."""
    tls.set_ciphers("DEFAULT:@SECLEVEL=0")
    return tls


def _issuer(fields: dict[str, Any]) -> str:
    return name_in(fields, "issuer")


def name_in(fields: dict[str, Any], whose: str) -> str:
    """Common name and organisation of the "issuer" or the "subject", as far as there are any."""
    said = {key: value for part in fields.get(whose, ()) for key, value in part}
    wanted = ("commonName", "organizationName", "organizationalUnitName")
    return clean(", ".join(dict.fromkeys(said[key] for key in wanted if key in said)), _NAME_LIMIT)


def _names(fields: dict[str, Any]) -> Iterator[str]:
    """The alternative names in the certificate, or its common name where it has none."""
    names = _alternative_names(fields)
    if not names:
        names = [
            value
            for part in fields.get("subject", ())
            for key, value in part
            if key == "commonName"
        ]
    for name in names:
        if shown := clean(name, _NAME_LIMIT):
            yield shown


def _alternative_names(fields: dict[str, Any]) -> list[str]:
    return [value for kind, value in fields.get("subjectAltName", ()) if kind in _HOST_KINDS]


_HOST_KINDS = ("DNS", "IP Address")


def time_in(text: object) -> float | None:
    """The Unix time of a date in a certificate's fields, None for none."""
    return float(ssl.cert_time_to_seconds(text)) if isinstance(text, str) else None
