"""Our own certificate, for nodes that want to know who we are before they let us ask."""

from __future__ import annotations

import re
import ssl
from pathlib import Path

from msgspec import Struct

from pexdash.api.http.tls_in_memory import CertificateMissed
from pexdash.errors import UsageFault
from pexdash.files import shown_path

_ABOUT_OURS = re.compile(
    "ALERT_((?:BAD|UNSUPPORTED|NO)_CERTIFICATE|CERTIFICATE_[A-Z]+|UNKNOWN_CA|ACCESS_DENIED)"
)
"""The alerts that are about a certificate of the one who gets them (RFC 8446 section 6.2)."""
_REQUIRED = "CERTIFICATE_REQUIRED"


class OwnCertificate(Struct, frozen=True):
    """The file of a certificate, its chain after it, and that of its key; both are PEM.

    The key may stand in the file of the certificate; `key_file` is then None.
    """

    cert_file: Path
    key_file: Path | None = None

    def check(self) -> None:
        """Raise UsageFault where the files do not hold a certificate and its key."""
        self.show_by(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))

    def show_by(self, context: ssl.SSLContext) -> None:
        """Have connections by `context` show the certificate; raises UsageFault as `check`."""
        key_file = self.key_file or self.cert_file
        _need(self.cert_file, b"-----BEGIN CERTIFICATE-----", "certificate")
        _need(key_file, b"PRIVATE KEY-----", "private key")
        try:
            context.load_cert_chain(self.cert_file, self.key_file, password=_refuse)
        except _Encrypted:
            raise UsageFault(
                f"the key in {shown_path(key_file)} is encrypted: give one without a passphrase, "
                "which only you can read"
            ) from None
        except (OSError, ValueError) as fault:  # ssl.SSLError is an OSError
            if getattr(fault, "reason", "") == "KEY_VALUES_MISMATCH":
                raise UsageFault(
                    f"the key in {shown_path(key_file)} does not belong to the certificate in "
                    f"{shown_path(self.cert_file)}"
                ) from fault
            raise UsageFault(
                f"the certificate in {shown_path(self.cert_file)} or the key in "
                f"{shown_path(key_file)} is damaged"
            ) from fault


class _Encrypted(Exception):
    """OpenSSL wants a passphrase, and would itself ask for it on the terminal."""


def _refuse() -> str:
    raise _Encrypted


def _need(file: Path, mark: bytes, what: str) -> None:
    """Raise UsageFault where `file` cannot be read or does not have `mark` in it."""
    try:
        content = file.read_bytes()
    except OSError as fault:
        raise UsageFault(
            f"the {what} file {shown_path(file)} cannot be read: {fault.strerror}"
        ) from fault
    if mark not in content:
        raise UsageFault(f"{shown_path(file)} holds no {what} in PEM")


def complaint_of(fault: BaseException) -> str | None:
    """What a node says of our certificate, "" where it misses one; None if `fault` is another."""
    if isinstance(fault, CertificateMissed):
        return ""
    if not isinstance(fault, ssl.SSLError):
        return None
    # Only errors that OpenSSL itself raised have a reason; it stands in their text too.
    about = _ABOUT_OURS.search(str(fault))
    if about is None:
        return None
    return "" if about[1] == _REQUIRED else about[1].lower().replace("_", " ")
