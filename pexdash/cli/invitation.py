"""Makes an invitation, a membership or a joiner from the options of a command that joins."""

from __future__ import annotations

import getpass
import random
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pexdash.api.address import NodeAddress, parse_node
from pexdash.api.pasted import Pasted, read_address
from pexdash.cli.given_secrets import token_from
from pexdash.cli.options import JoinOptions
from pexdash.clock import SystemClock
from pexdash.errors import UsageFault
from pexdash.files import shown_path
from pexdash.secret import Secret
from pexdash.session.feed.feed import Feed
from pexdash.session.membership.invitation import (
    AskExtension,
    AskPin,
    Invitation,
    SignInDesk,
)
from pexdash.session.membership.joining import Joiner
from pexdash.session.membership.membership import Membership
from pexdash.settings import Settings
from pexdash.text import NAME_LIMIT, clean

if TYPE_CHECKING:
    import ssl

    from pexdash.api.client import NodeClient
    from pexdash.api.own_certificate import OwnCertificate
    from pexdash.session.moderation.audit import Audit


def invitation_for(
    alias: str, options: JoinOptions, settings: Settings, pin: Secret | None
) -> Invitation:
    """The invitation from `alias`, options and settings; raises UsageFault for a wrong value.

    An `alias` may be a pasted link; its node goes before that of the settings.
    """
    pasted = read_address(alias)
    node, remarks = None, []
    if options.node:
        node = parse_node(options.node)
    elif pasted.node is not None:
        node = pasted.node
        remarks.append(f"the link names the node {node}")
    elif settings.node:
        node = parse_node(settings.node)
    extension = read_address(options.extension) if options.extension else Pasted("")
    if extension.node not in (None, node):
        remarks.append(f"the node {extension.node} of the link for the extension is not used")
    if pasted.had_pin or extension.had_pin:
        remarks.append("the PIN in the address is dropped; it is asked for where one is needed")
    is_node_pasted = node is pasted.node is not None
    if is_node_pasted and options.token_file is not None:
        raise UsageFault(f"the link names the node {node}: with --node {node} it is sent the token")
    return Invitation(
        alias=pasted.alias,
        name=clean(options.name or settings.name, NAME_LIMIT) or own_name(),
        node=node,
        pin=pin,
        extension=extension.alias,
        is_node_pasted=is_node_pasted,
        remarks=tuple(remarks),
        fields={} if options.token_file is None else {"sso_token": token_from(options.token_file)},
    )


def membership_for(
    invitation: Invitation,
    options: JoinOptions,
    settings: Settings,
    ask_pin: AskPin,
    ask_extension: AskExtension | None = None,
    desk: SignInDesk | None = None,
    *,
    say: Callable[[str], None],
    patience: float = float("inf"),
) -> Membership:
    """The membership for an invitation, not joined yet, with its recording and its log file.

    `say` is called with a sentence when a write to one of these files fails, and when joining takes
    a while. Raises UsageFault for a file that cannot be opened.
    """
    feed = Feed(invitation.alias, SystemClock())
    _log_to(options.log_file, say)
    membership = Membership(
        invitation,
        feed,
        rng=random.Random(),
        connect=_connector(invitation.alias, options, settings),
        ask_pin=ask_pin,
        ask_extension=ask_extension,
        desk=desk,
        read_only=options.read_only,
        insecure=options.insecure,
        patience=patience,
        say=say,
    )
    if options.record is not None:
        from pexdash.session.membership.recording import record

        record(membership, options.record, keep=options.keep, say=say)
    return membership


def audit_for(file: Path | None, *, say: Callable[[str], None]) -> Audit | None:
    """The audit in `file`, if there is one; raises UsageFault where it cannot be opened."""
    if file is None:
        return None
    from pexdash.session.moderation.audit import Audit

    return Audit(file, say=say)


def _log_to(file: Path | None, say: Callable[[str], None]) -> None:
    if file is not None:
        from pexdash.cli.log_file import open_log

        open_log(file, say=say)


def joiner_for(
    invitation: Invitation,
    options: JoinOptions,
    settings: Settings,
    ask_pin: AskPin,
    desk: SignInDesk | None = None,
    *,
    say: Callable[[str], None],
) -> Joiner:
    """The joiner that gets one token for an invitation, without a membership."""
    _log_to(options.log_file, say)
    return Joiner(
        invitation,
        connect=_connector(invitation.alias, options, settings),
        ask_pin=ask_pin,
        desk=desk,
        rng=random.Random(),
        say=say,
    )


def _connector(
    alias: str, options: JoinOptions, settings: Settings
) -> Callable[[NodeAddress], NodeClient]:
    tls = trust_for(options, settings)

    def connect(address: NodeAddress) -> NodeClient:
        # The modules for HTTP take long to load: load them after the screen has been drawn.
        from pexdash.api.client import NodeClient

        return NodeClient(address, alias, tls=tls)

    return connect


def trust_for(options: JoinOptions, settings: Settings) -> Callable[[], ssl.SSLContext]:
    """What gives the TLS settings, which it reads once: each token has a client of its own.

    Raises UsageFault where the files of our own certificate do not fit together.
    """
    ca_file = options.ca_file or settings.ca_file
    own = own_certificate(options, settings)

    @cache
    def tls() -> ssl.SSLContext:
        from pexdash.api.tls import trust

        return trust(ca_file, insecure=options.insecure, own=own)

    return tls


def own_certificate(options: JoinOptions, settings: Settings) -> OwnCertificate | None:
    """Our certificate, if there is one; raises UsageFault where its files do not fit together."""
    cert_file, key_file = options.cert_file, options.key_file
    if cert_file is None:
        cert_file, key_file = settings.cert_file, key_file or settings.key_file
    if cert_file is None:
        if key_file is not None:
            raise UsageFault(
                f"{shown_path(key_file)} is the key of no certificate: give that by --cert-file"
            )
        return None
    from pexdash.api.own_certificate import OwnCertificate

    own = OwnCertificate(cert_file, key_file)
    own.check()
    return own


def own_name() -> str:
    """What this system calls the user."""
    try:
        return clean(getpass.getuser(), NAME_LIMIT) or "pexdash"
    except (OSError, KeyError):
        return "pexdash"
