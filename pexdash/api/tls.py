"""How a node proves who it is, and what to say when it does not."""

from __future__ import annotations

import ssl
from pathlib import Path

from pexdash.errors import NodeUntrusted, UsageFault
from pexdash.text import REASON_LIMIT, clean


def trust(ca_file: Path | None, *, insecure: bool) -> ssl.SSLContext:
    """The TLS settings: the system's authorities, those of `ca_file`, or nobody's proof at all.

    Raises UsageFault where `ca_file` cannot be read or holds no certificate.
    """
    try:
        context = ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
        if ca_file:
            context.load_default_certs()
    except (OSError, ssl.SSLError) as fault:
        raise UsageFault(f"{ca_file} holds no usable certificates: {clean(str(fault))}") from fault
    if insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def untrusted(node: str, fault: ssl.SSLCertVerificationError) -> NodeUntrusted:
    """The sentence for a certificate that did not hold."""
    reason = clean(fault.verify_message or str(fault), REASON_LIMIT).rstrip(".")
    return NodeUntrusted(
        f"{node} could not prove who it is: {reason}. "
        "Give its authority with --ca-file, or see the certificate's dates and names."
    )
