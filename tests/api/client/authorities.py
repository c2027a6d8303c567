"""Certificates for the tests, good and bad, servers that show them, and clients that trust some."""

from __future__ import annotations

import hashlib
import ssl
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from pexdash.api.address import NodeAddress
from pexdash.api.client import NodeClient
from pexdash.api.tls import trust
from tests.api.broken_server import BrokenServer, http
from tests.api.client.clients import ALIAS, TOKEN

AUTHORITY = trustme.CA(organization_name="Acme Meetings")
OTHER_AUTHORITY = trustme.CA(organization_name="Nobody We Know")
DAY = timedelta(days=1)
NOW = datetime.now(UTC)
GOOD = http("200 OK", b'{"status": "success", "result": []}')


def showing(certificate: trustme.LeafCert) -> ssl.SSLContext:
    """The TLS of a server that shows this certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


def server_tls() -> ssl.SSLContext:
    return showing(AUTHORITY.issue_cert("localhost"))


def by_itself(
    name: str = "localhost",
    *,
    weak: bool = False,
    organisation: str = "",
    into: Path | None = None,
    names: bool = True,
) -> tuple[ssl.SSLContext, str]:
    """The TLS of a server whose certificate nobody else has signed, and its fingerprint.

    The certificate is for localhost whatever its `name`, and written to the file `into`. Without
    `names` it has its common name alone, and nothing for "".
    """
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    key = rsa.generate_private_key(65537, 1024) if weak else ec.generate_private_key(ec.SECP256R1())
    attributes = [x509.NameAttribute(NameOID.COMMON_NAME, name)] if name else []
    if organisation:
        attributes.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation))
    whole = x509.Name(attributes)
    builder = (
        x509.CertificateBuilder()
        .subject_name(whole)
        .issuer_name(whole)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(NOW - DAY)
        .not_valid_after(NOW + DAY)
    )
    if names:
        alternative = x509.SubjectAlternativeName([x509.DNSName("localhost")])
        builder = builder.add_extension(alternative, critical=False)
    built = builder.sign(key, hashes.SHA256())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if weak:
        context.set_ciphers("ALL:@SECLEVEL=0")
    with tempfile.NamedTemporaryFile() as file:
        file.write(built.public_bytes(Encoding.PEM))
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        file.flush()
        context.load_cert_chain(file.name)
    if into:
        into.write_bytes(built.public_bytes(Encoding.PEM))
    return context, _fingerprint(built.public_bytes(Encoding.DER))


def fingerprint_of(certificate: trustme.LeafCert) -> str:
    """SHA-256 as openssl prints it, in two halves."""
    pem = certificate.cert_chain_pems[0].bytes().decode("ascii")
    return _fingerprint(ssl.PEM_cert_to_DER_cert(pem))


def _fingerprint(der: bytes) -> str:
    pairs = hashlib.sha256(der).hexdigest().upper()
    whole = ":".join(pairs[at : at + 2] for at in range(0, 64, 2))
    return f"{whole[:47]} {whole[48:]}"


def by_name(server: BrokenServer) -> NodeAddress:
    """The server under the name its certificate is for."""
    return NodeAddress("https", "localhost", server.address.port)


def client_trusting(
    address: NodeAddress, ca_file: Path | None, *, insecure: bool = False
) -> NodeClient:
    return NodeClient(address, ALIAS, tls=lambda: trust(ca_file, insecure=insecure))


async def ask(address: NodeAddress, ca_file: Path | None, *, insecure: bool = False) -> object:
    """One request by a client of its own."""
    client = client_trusting(address, ca_file, insecure=insecure)
    try:
        return await client.participants(TOKEN)
    finally:
        await client.aclose()
