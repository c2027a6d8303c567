"""The errors of the libraries below as our own, each with a cause the user can act on."""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Callable, Iterator

import httpx

from pexdash.api.address import NodeAddress
from pexdash.api.certificate import shown_certificate
from pexdash.api.http.answer_head import NoHttp, Unreadable
from pexdash.api.http.proxy import proxy_name
from pexdash.api.own_certificate import complaint_of
from pexdash.api.tls import untrusted
from pexdash.errors import AnswerLost, BadAnswer, NodeFault, NodeUnreachable, Remedy
from pexdash.text import REASON_LIMIT, clean

# How the reasons of OpenSSL begin where the other end speaks TLS, but refuses ours.
_TLS_ALL_THE_SAME = ("TLSV1", "SSLV3", "UNSUPPORTED")

TRANSPORT_FAULTS = (
    httpx.HTTPError,
    httpx.StreamError,
    httpx.InvalidURL,
    OSError,  # TLS that breaks later than its handshake, and deadlines
    ValueError,  # text that no request can carry
)
"""Everything the libraries below raise where the node or the connection fails."""


class Failures:
    """Turns what failed between us and `node`, through `proxy` where there is one, into an error.

    Set `has_answered` once the node has answered in HTTP. `now` is our clock in Unix time.
    """

    def __init__(
        self, node: NodeAddress, proxy: httpx.Proxy | None, now: Callable[[], float]
    ) -> None:
        self.has_answered = False
        self._now = now
        self._node = node
        self._proxy = proxy
        self._whom = f"{node} through the proxy {proxy_name(proxy)}" if proxy else f"{node}"

    async def error_of(self, fault: Exception, *, safe: bool) -> NodeFault:
        """The error to raise; AnswerLost where the node may have carried out a request not `safe`.

        Takes up to 5 seconds where a certificate did not hold, to look at that certificate.
        """
        for cause in _causes(fault):
            if (complaint := complaint_of(cause)) is not None:
                return self._wants_certificate(complaint)
        if isinstance(fault, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
            return await self._no_connection(fault)
        if isinstance(fault, httpx.ProxyError):
            return self._not_let_through(fault)
        if isinstance(fault, httpx.InvalidURL | httpx.LocalProtocolError | ValueError):
            return BadAnswer(f"{self._node} named something that no request can carry")
        if isinstance(fault, NoHttp) and not self.has_answered:
            return self._no_http(fault)
        hint = self._hint_at_tls(fault)
        if isinstance(fault, NoHttp | Unreadable):
            unreadable = f"the answer of {self._whom} cannot be read ({fault})"
            if safe:
                return NodeUnreachable(unreadable)
            return AnswerLost(f"{unreadable}: it may or may not have been done")
        if safe:
            return NodeUnreachable(f"the connection to {self._whom} broke{hint}")
        return AnswerLost(f"no answer from {self._whom}: it may or may not have been done{hint}")

    def check_plain_http(self, status: int, kind: str) -> None:
        """Raise NodeUnreachable for the answer of a web server that wants TLS on this port."""
        if self._node.scheme == "http" and status == 400 and "json" not in kind:
            raise NodeUnreachable(
                f"{self._node} refuses plain http: if port {self._node.port} is for TLS, "
                "put https:// in front of the name"
            )

    def _no_http(self, fault: NoHttp) -> NodeUnreachable:
        """The error for what has never answered in HTTP, and so has done nothing."""
        port = f"port {self._node.port}"
        if fault.protocol == "TLS":
            return NodeUnreachable(
                f"{self._whom} speaks no plain HTTP: {port} is for TLS, put https:// in front of "
                "the name"
            )
        but = f" but {fault.protocol}" if fault.protocol else ""
        return NodeUnreachable(f"{self._whom} does not speak HTTP on {port}{but}")

    def _hint_at_tls(self, fault: Exception) -> str:
        broken = isinstance(fault, httpx.RemoteProtocolError | httpx.ReadError)
        if self._node.scheme != "http" or self.has_answered or not broken:
            return ""
        return f" (if port {self._node.port} is for TLS, put https:// in front of the name)"

    async def _no_connection(self, fault: httpx.TransportError) -> NodeFault:
        for cause in _causes(fault):
            if isinstance(cause, ssl.SSLCertVerificationError):
                certificate = await shown_certificate(self._node, self._proxy)
                return untrusted(self._whom, self._node.host, cause, certificate, self._now())
            if isinstance(cause, ssl.SSLError):
                return self._no_tls(cause)
        whom = f"the proxy {proxy_name(self._proxy)}" if self._proxy else f"{self._node}"
        if isinstance(fault, httpx.ConnectTimeout):
            seconds = fault.request.extensions["timeout"]["connect"]
            return NodeUnreachable(f"{whom} did not answer within {seconds:g} s")
        return NodeUnreachable(f"{whom} cannot be reached: {_why(fault)}")

    def _wants_certificate(self, complaint: str) -> NodeUnreachable:
        """The error for a node that looks at our certificate first, and so has done nothing."""
        which = f" that it accepts ({complaint})" if complaint else ": give it one"
        return NodeUnreachable(
            f"{self._whom} wants a client certificate{which}", remedy=Remedy.CERT_FILE
        )

    def _no_tls(self, fault: ssl.SSLError) -> NodeUnreachable:
        # Only errors that OpenSSL itself raised have a reason.
        reason = clean(getattr(fault, "reason", None) or "", REASON_LIMIT)
        if reason.startswith(_TLS_ALL_THE_SAME):
            words = reason.lower().replace("_", " ")
            return NodeUnreachable(f"{self._whom} and we agree on no TLS: {words}")
        return NodeUnreachable(f"{self._whom} does not speak TLS on port {self._node.port}")

    def _not_let_through(self, fault: httpx.ProxyError) -> NodeUnreachable:
        said = clean(str(fault), REASON_LIMIT)
        hint = "; put its name and password into the proxy setting" if said[:3] == "407" else ""
        proxy = f"the proxy {proxy_name(self._proxy)}" if self._proxy else "the proxy"
        return NodeUnreachable(f"{proxy} lets nobody through to {self._node}: {said}{hint}")


def _why(fault: BaseException) -> str:
    """The system's own words for what failed, without numbers and addresses."""
    for cause in _causes(fault):
        if isinstance(cause, socket.gaierror) and cause.strerror:
            return clean(cause.strerror, REASON_LIMIT)
        if isinstance(cause, OSError) and cause.errno:
            return clean(os.strerror(cause.errno), REASON_LIMIT)
    return clean(str(fault), REASON_LIMIT) or "no connection"


def _causes(fault: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = fault
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__
