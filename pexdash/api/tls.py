"""How a node proves who it is, and what to say when it does not."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pexdash.api.certificate import Certificate
from pexdash.api.own_certificate import OwnCertificate
from pexdash.errors import NodeUntrusted, Remedy, UsageFault
from pexdash.files import shown_path
from pexdash.text import ADDRESS_LIMIT, REASON_LIMIT, clean

_MOST_NAMES = 3
# The verify codes of OpenSSL (X509_V_ERR_*), which the ssl module does not name.
_SELF_SIGNED = 18
_UNKNOWN_AUTHORITY = (2, 19, 20, 21)
_WRONG_NAME = (62, 64)
_TOO_EARLY = 9
_EXPIRED = 10


def trust(
    ca_file: Path | None, *, insecure: bool, own: OwnCertificate | None = None
) -> ssl.SSLContext:
    """The TLS settings: trust the system's authorities and those of `ca_file`, or anybody.

    `own` is shown to nodes that want a certificate of ours. Raises UsageFault where `ca_file` or a
    file of `own` cannot be read or holds no certificate.
    """
    try:
        context = ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
        if ca_file:
            context.load_default_certs()
    except ssl.SSLError as fault:
        shown = shown_path(ca_file) if ca_file else "this computer"
        raise UsageFault(f"{shown} holds no usable certificates in PEM") from fault
    except OSError as fault:
        place = f"in {shown_path(ca_file)}" if ca_file else "of this computer"
        raise UsageFault(f"the certificates {place} cannot be read: {fault.strerror}") from fault
    context.set_alpn_protocols(["http/1.1"])
    # The common name says who somebody is, not by which names (RFC 9525 section 6.3).
    context.hostname_checks_common_name = False
    if own is not None:
        own.show_by(context)
    if insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def untrusted(
    node: str,
    host: str,
    fault: ssl.SSLCertVerificationError,
    certificate: Certificate | None,
    now: float,
) -> NodeUntrusted:
    """The error for a certificate that did not hold: why, who issued it, and what may help.

    `host` is the name we know the node by, and `now` this computer's clock in Unix time.
    """
    said = [f"{node} could not prove who it is: {_cause(host, fault, certificate, now)}."]
    if certificate is not None and certificate.issuer:
        said.append(f"It was issued by {certificate.issuer.rstrip('.')}.")
    if certificate is not None:
        said.append(f"SHA-256 {certificate.fingerprint}.")
    if fault.verify_code not in (_SELF_SIGNED, *_UNKNOWN_AUTHORITY):
        return NodeUntrusted(" ".join(said))
    what = "the certificate" if fault.verify_code == _SELF_SIGNED else "its authority"
    said.append(f"If you trust {what}, add its file to the trusted authorities")
    return NodeUntrusted(" ".join(said), remedy=Remedy.CA_FILE)


def _cause(
    host: str, fault: ssl.SSLCertVerificationError, certificate: Certificate | None, now: float
) -> str:
    seen = certificate or Certificate("")
    code = fault.verify_code
    today = f"this computer's clock says {_date(now)}"
    if code == _SELF_SIGNED:
        return "its certificate is self-signed, so nobody vouches for it"
    if code in _UNKNOWN_AUTHORITY:
        return "its certificate is by an authority this computer does not know"
    if code in _WRONG_NAME and seen.has_common_name_alone:
        return (
            f"its certificate names {_listed(seen.names)} by its common name alone, which does not "
            "count: names must be in it as alternative names (subjectAltName)"
        )
    if code in _WRONG_NAME:
        whom = clean(host, ADDRESS_LIMIT)
        # Every certificate that could be read has a time.
        if seen.not_before is not None and not seen.names:
            return f"its certificate has no name in it, so it cannot be for {whom}"
        return f"its certificate is for {_listed(seen.names)}, not for {whom}"
    if code == _EXPIRED:
        if seen.not_after is not None and seen.not_after >= now:
            return f"the certificate of an authority behind it has expired ({today})"
        when = "" if seen.not_after is None else f" on {_date(seen.not_after)}"
        return f"its certificate expired{when} ({today})"
    if code == _TOO_EARLY:
        if seen.not_before is not None and seen.not_before <= now:
            whose, when = "the certificate of an authority behind it", ""
        else:
            whose = "its certificate"
            when = "" if seen.not_before is None else f" (from {_date(seen.not_before)} on)"
        return f"{whose} is not yet valid{when}, and {today}: check the clock"
    return clean(fault.verify_message or str(fault), REASON_LIMIT).rstrip(".")


def _listed(names: tuple[str, ...]) -> str:
    if not names:
        return "another name"
    more = len(names) - _MOST_NAMES
    return ", ".join(names[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def _date(time: float) -> str:
    # fromtimestamp() refuses times before 1970 on some systems.
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=time)).date().isoformat()
