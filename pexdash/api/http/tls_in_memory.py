"""TLS between a connection and the protocol that reads it, in as little memory as TLS needs.

The TLS of asyncio keeps a quarter of a megabyte for each connection, which a thousand idle streams
would waste.
"""

from __future__ import annotations

import asyncio
import ssl

UNSENT_LIMIT = 1024 * 1024
"""How many bytes of TLS's own replies may wait for the other end to read them."""

LEAST_READ_SIZE = 4 * 1024
"""How many bytes are read at once at the least, however few `inner` takes."""
SMALL_READ_SIZE = 8 * 1024
"""How many bytes are read at once at the most while little comes: OpenSSL keeps as much memory for
what arrives as it has ever held, for as long as the connection lives."""
MUCH = 8
"""After so many whole reads in a row, much comes, and as much is read at once as `inner` takes."""
_FAILURE = "SSLV3_ALERT_HANDSHAKE_FAILURE"
"""What OpenSSL calls the alert handshake_failure (RFC 5246 section 7.2.2)."""


class CertificateMissed(ssl.SSLError):
    """The node agreed on how to speak TLS, and then ended it: it misses a certificate of ours.

    TLS 1.2 has no alert of its own for that; TLS 1.3 has.
    """


class Secured(asyncio.BufferedProtocol):
    """Reads TLS for `inner`, which gets the bytes as if there were none between.

    `inner` is told of an end only where TLS itself says so: anyone may have cut off another one.
    What arrives comes into `buffer`, which may belong to many connections, and no more at once than
    `inner` takes. `secured` is done once the node has proved by the rules of `tls` who it is, and
    raises what ssl raises where it has not; nothing may be written before.
    """

    def __init__(
        self,
        inner: asyncio.BufferedProtocol,
        tls: ssl.SSLContext,
        server_hostname: str,
        buffer: memoryview,
    ) -> None:
        self.secured: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.inner = inner
        self._buffer = buffer
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls = tls.wrap_bio(self._incoming, self._outgoing, server_hostname=server_hostname)
        self._transport: asyncio.Transport | None = None
        self._fault: Exception | None = None
        self._offered = 0
        self._whole_reads = 0

    def write(self, data: bytes) -> None:
        """Send `data` once the connection is secured."""
        self._tls.write(data)
        # Unlimited: a request may be large, and is sent once.
        self._flush()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self.inner.connection_made(transport)
        self._go_on()

    def get_buffer(self, sizehint: int) -> memoryview:
        taken = len(memoryview(self.inner.get_buffer(sizehint)))
        most = taken if self._whole_reads >= MUCH else min(taken, SMALL_READ_SIZE)
        self._offered = max(most, LEAST_READ_SIZE)
        return self._buffer[: self._offered]

    def buffer_updated(self, nbytes: int) -> None:
        self._whole_reads = self._whole_reads + 1 if nbytes == self._offered else 0
        self._incoming.write(self._buffer[:nbytes])
        self._go_on()

    def connection_lost(self, fault: Exception | None) -> None:
        self._transport = None
        if not self.secured.done():
            broken = ssl.SSLError("closed during the handshake")
            broken.__cause__ = fault
            self._refuse(broken)
        self.inner.connection_lost(self._fault or fault)

    def _go_on(self) -> None:
        try:
            if not self.secured.done():
                self._tls.do_handshake()
                self.secured.set_result(None)
            self._read()
        except ssl.SSLWantReadError:
            self._reply()
        except ssl.SSLError as fault:
            self._reply()
            self._give_up(self._meant(fault))

    def _read(self) -> None:
        """Hand on what has arrived, until TLS wants more; close the connection where TLS ends."""
        while self._transport is not None and not self._transport.is_closing():
            buffer = memoryview(self.inner.get_buffer(-1))
            # The stubs do not know that a count is returned where a buffer is given.
            count: int = self._tls.read(len(buffer), buffer)  # type: ignore[assignment]
            if not count:
                self.inner.eof_received()
                self._reply()
                self._transport.close()
                return
            self.inner.buffer_updated(count)

    def _flush(self) -> None:
        if self._outgoing.pending and self._transport is not None:
            self._transport.write(self._outgoing.read())

    def _reply(self) -> None:
        """Send the replies of TLS itself; close the connection where the other end reads none."""
        if not self._outgoing.pending or self._transport is None:
            return
        self._flush()
        # TLS replies to each demand for a new key, even of a peer that never reads.
        if self._transport.get_write_buffer_size() > UNSENT_LIMIT:
            self._fault = ConnectionAbortedError("the other end does not take what it is sent")
            self._transport.abort()

    def _give_up(self, fault: ssl.SSLError) -> None:
        self._refuse(fault)
        self._fault = fault
        if self._transport is not None:
            # Not abort: the other end may still read what was wrong.
            self._transport.close()

    def _meant(self, fault: ssl.SSLError) -> ssl.SSLError:
        """What `fault` says, at the moment it came."""
        # There is a cipher once the node has chosen one.
        has_agreed = not self.secured.done() and self._tls.cipher() is not None
        if has_agreed and getattr(fault, "reason", "") == _FAILURE:
            missed = CertificateMissed(*fault.args)
            missed.__cause__ = fault
            return missed
        return fault

    def _refuse(self, fault: Exception) -> None:
        if not self.secured.done():
            self.secured.set_exception(fault)
            # Marked as seen: whoever waited may have given up, and was told.
            self.secured.exception()


def hand_to(transport: asyncio.Transport, reader: asyncio.BufferedProtocol) -> None:
    """Have `reader` read an open connection, secured or not, from now on."""
    protocol = transport.get_protocol()
    if isinstance(protocol, Secured):
        protocol.inner = reader
    else:
        transport.set_protocol(reader)


def write_to(transport: asyncio.Transport, data: bytes) -> None:
    """Send `data` over an open connection, secured or not."""
    protocol = transport.get_protocol()
    if isinstance(protocol, Secured):
        protocol.write(data)
    else:
        transport.write(data)
