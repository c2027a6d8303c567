"""What we are invited to, and the questions that a host answers to be let in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from pexdash.api.address import NodeAddress
from pexdash.errors import IdentityProvider
from pexdash.secret import Secret

if TYPE_CHECKING:
    from pexdash.api.loopback import Loopback

NO_PIN = Secret("none")
"""The API's word for joining as a Guest without a PIN."""


class Invitation(Struct, frozen=True):
    """What to join: the alias, our display name, and the node, PIN and extension if given.

    A node that `is_node_pasted` came with the alias in a link: it is sent a PIN only after the user
    was asked. `remarks` are sentences to tell the user when we join.
    `fields` are further fields of request_token, each as its row of the request table has it,
    the secret ones as Secret.
    """

    alias: str
    name: str
    node: NodeAddress | None = None
    pin: Secret | None = None
    extension: str = ""
    is_node_pasted: bool = False
    remarks: tuple[str, ...] = ()
    fields: Mapping[str, object] = {}


class PinQuestion(Struct, frozen=True):
    """The question for a PIN.

    `guest_needs_pin` is False where a Guest joins without a PIN. `wrong` tells that the last PIN
    was wrong. `node` is the node to name in the question, or "": a link has chosen it. `alias` is
    the conference to name, or "" for the invitation's: the node has sent us elsewhere.
    """

    guest_needs_pin: bool
    wrong: bool
    tries_left: int
    node: str = ""
    alias: str = ""


AskPin = Callable[[PinQuestion], Awaitable[Secret]]
"""Asks the user for the PIN; returns `NO_PIN` for a Guest without a PIN."""


AskExtension = Callable[[bool], Awaitable[str]]
"""Asks for the alias behind a Virtual Reception; True where the node knew no such alias before."""


class ProviderQuestion(Struct, frozen=True):
    """The question at which of `providers` to sign in; `failed` says why the last try failed."""

    alias: str
    providers: tuple[IdentityProvider, ...]
    failed: str = ""


class SignInQuestion(Struct, frozen=True):
    """The question to sign in at `provider`, on the web page at `url`.

    The browser brings the token to `loopback`, or the host pastes it there.
    """

    alias: str
    provider: IdentityProvider
    url: str
    loopback: Loopback


AskName = Callable[[str], Awaitable[str]]
"""Asks for the name by which to join the conference of this alias."""


class SignInDesk(Struct, frozen=True):
    """Leads the host through a sign-in.

    `choose` asks at which provider. `sign_in` has the host sign in and returns the token, or raises
    SignInLate; it is None where nobody can come back from a web page.
    """

    choose: Callable[[ProviderQuestion], Awaitable[IdentityProvider]]
    sign_in: Callable[[SignInQuestion], Awaitable[Secret]] | None = None
    ask_name: AskName | None = None
