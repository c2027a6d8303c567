"""Alertmanager's side of alarms: its alerts, and how they are sent (its API v2, POST /alerts)."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from pexdash.api.address import NodeAddress, parse_node
from pexdash.errors import NodeFault, PexdashError, UsageFault
from pexdash.text import ADDRESS_LIMIT, REASON_LIMIT, clean

SEND_SECONDS = 10.0
"""How long it may take from asking for a connection to the end of the answer."""
_LARGEST_ANSWER = 64 * 1024
"""Bytes; only a complaint is read."""


class NotAlerted(PexdashError):
    """Alertmanager cannot be reached, or took none of the alerts."""

    exit_status = 3


class Alert(Struct, frozen=True):
    """One alert; `labels` are its identity, and times are Unix times.

    It is over once `ends_at` has passed.
    """

    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    starts_at: float
    ends_at: float


class Alertmanager:
    """Sends alerts to the Alertmanager at a URL, which may have a path; close it with `aclose`.

    `tls` returns the TLS settings, and is called for https alone. Raises UsageFault for what is no
    such URL.
    """

    def __init__(self, url: str, *, tls: Callable[[], ssl.SSLContext]) -> None:
        # Only who names an Alertmanager pays for loading these.
        import httpx

        from pexdash.api.failures import Failures
        from pexdash.api.http.stock_transport import stock_transport

        self.address, path = address_of(url)
        self._failures = Failures(self.address, None, time.time)
        secured = tls() if self.address.scheme == "https" else ssl.create_default_context()
        self._http = httpx.AsyncClient(
            base_url=self.address.url + path,
            transport=stock_transport(secured, None),
            trust_env=False,
            timeout=SEND_SECONDS,
            headers={"content-type": "application/json", "user-agent": "pexdash"},
        )

    async def send(self, alerts: Sequence[Alert]) -> None:
        """Send alerts, of which each replaces an earlier one with the same labels.

        Raises NotAlerted where that fails. Sending them once more does no harm.
        """
        from pexdash.api.failures import TRANSPORT_FAULTS

        body = msgspec.json.encode([_posted(one) for one in alerts])
        try:
            async with (
                asyncio.timeout(SEND_SECONDS),
                self._http.stream("POST", "/api/v2/alerts", content=body) as answer,
            ):
                said = b"" if answer.is_success else await _beginning(answer.aiter_bytes())
        except TimeoutError as fault:
            raise NotAlerted(
                f"Alertmanager {self.address} did not answer within {SEND_SECONDS:g} s"
            ) from fault
        except TRANSPORT_FAULTS as fault:
            error: NodeFault = await self._failures.error_of(fault, safe=True)
            raise NotAlerted(f"Alertmanager: {error}") from fault
        if not answer.is_success:
            words = clean(said.decode(errors="replace"), REASON_LIMIT)
            raise NotAlerted(
                f"Alertmanager {self.address} took no alert: {answer.status_code} {words}".strip()
            )

    async def aclose(self) -> None:
        """Close the connection."""
        await self._http.aclose()


def address_of(url: str) -> tuple[NodeAddress, str]:
    """The address and the path of the URL of an Alertmanager; raises UsageFault.

    A password in it is refused, as everybody on this machine could read it.
    """
    shown = clean(url.rpartition("@")[2], ADDRESS_LIMIT)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as fault:
        raise UsageFault(f"not the URL of an Alertmanager: {shown}") from fault
    if "@" in parts.netloc:
        raise UsageFault("the URL of an Alertmanager holds no name and no password")
    if parts.scheme not in ("http", "https") or parts.query or parts.fragment or port == 0:
        raise UsageFault(
            f"not the URL of an Alertmanager: {shown} (as in http://alerts.example.com:9093)"
        )
    try:
        address = parse_node(f"{parts.scheme}://{parts.netloc}")
    except UsageFault as fault:
        raise UsageFault(f"not the URL of an Alertmanager: {shown}") from fault
    path = parts.path.rstrip("/")
    if path and not (path.isascii() and path.isprintable() and " " not in path):
        raise UsageFault(f"not the URL of an Alertmanager: {shown}")
    return address, path


def _posted(alert: Alert) -> dict[str, object]:
    """An alert as Alertmanager is sent it (its postableAlert)."""
    return {
        "labels": dict(alert.labels),
        "annotations": dict(alert.annotations),
        "startsAt": date_time(alert.starts_at),
        "endsAt": date_time(alert.ends_at),
    }


def date_time(at: float) -> str:
    """A Unix time in UTC with milliseconds (RFC 3339)."""
    told = datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")
    return told.replace("+00:00", "Z")


async def _beginning(chunks: AsyncIterator[bytes]) -> bytes:
    said = b""
    async for chunk in chunks:
        said += chunk
        if len(said) >= _LARGEST_ANSWER:
            break
    return said
