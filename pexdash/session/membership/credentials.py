"""What we say to be let in: the PIN, the extension, the sign-in, and who is asked for each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pexdash.api.address import NodeAddress
from pexdash.clock import Clock, SystemClock
from pexdash.errors import (
    ExtensionRequired,
    IdentityProvider,
    NameRequired,
    NoSuchConference,
    PinRequired,
    Refused,
    SignInLate,
    SignInRequired,
)
from pexdash.secret import Secret
from pexdash.session.membership.invitation import (
    AskExtension,
    AskPin,
    Invitation,
    PinQuestion,
    ProviderQuestion,
    SignInDesk,
    SignInQuestion,
)

if TYPE_CHECKING:
    from pexdash.api.loopback import Loopback

TRIES = 3
"""How often the user is asked for a PIN, for an extension, for a sign-in, or for a name."""


class Tries:
    """What one join may still ask the user for."""

    def __init__(self) -> None:
        self.pins = self.extensions = self.sign_ins = self.names = TRIES
        self.guest_needs_pin = True


class Credentials:
    """What we say in a request for a token; a secret field is said until it has let us in, once.

    `alias` is the conference that it is for.
    """

    def __init__(
        self,
        invitation: Invitation,
        ask_pin: AskPin,
        ask_extension: AskExtension | None = None,
        desk: SignInDesk | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.alias = invitation.alias
        self.name = invitation.name
        self.pin = None if invitation.is_node_pasted else invitation.pin
        self.extension = invitation.extension
        self._invitation = invitation
        self._ask_pin = ask_pin
        self._ask_extension = ask_extension
        self._desk = desk
        self._clock = clock or SystemClock()
        self._fields = dict(invitation.fields)
        self._is_sent = False
        self._sign_in: dict[str, object] = {}
        self._providers: tuple[IdentityProvider, ...] = ()
        self._loopback: Loopback | None = None

    @property
    def fields(self) -> Mapping[str, object]:
        """The further fields of request_token, the secret ones as Secret."""
        return {**self._fields, **self._sign_in}

    def let_in(self) -> None:
        """Forget what was good for one use."""
        self._is_sent = False
        self._sign_in = {}
        self._fields = {
            name: value for name, value in self._fields.items() if not isinstance(value, Secret)
        }

    def go_to(self, alias: str, token: Secret | None) -> None:
        """Ask for another conference from now on, first with a token that is good for one use."""
        self.let_in()
        self.alias, self.pin, self.extension = alias, None, ""
        if token is not None:
            self._fields["token"], self._is_sent = token, True

    def stop_waiting(self) -> None:
        """Let no browser come back any more."""
        if self._loopback is not None:
            self._loopback.close()
            self._loopback = None

    async def answer(self, refused: Refused, node: NodeAddress, tries: Tries) -> None:
        """Get what `node` wants for its next answer; raises `refused` where that is in vain."""
        match refused:
            case PinRequired():
                await self._take_pin(refused, node, tries)
            case SignInRequired():
                await self._take_sign_in(refused, node, tries)
            case NameRequired():
                await self._take_name(refused, tries)
            case ExtensionRequired() | NoSuchConference():
                await self._take_extension(refused, tries)
            case _ if self._is_sent:
                # What the node has sent us here with is no good: join as anybody does.
                self.let_in()
            case _ if self._has_signed_in():
                await self._begin_sign_in(refused, node, tries, failed=str(refused))
            case _:
                raise refused

    async def _take_pin(self, refused: PinRequired, node: NodeAddress, tries: Tries) -> None:
        if not tries.pins:
            raise refused
        # "Invalid PIN" does not say whether a Guest needs one: an earlier answer holds.
        tries.guest_needs_pin &= refused.guest_needs_pin
        question = PinQuestion(
            tries.guest_needs_pin,
            refused.wrong,
            tries.pins,
            node=str(node) if self._invitation.is_node_pasted else "",
            alias=self.alias if self.alias != self._invitation.alias else "",
        )
        self.pin = await self._ask_pin(question)
        tries.pins -= 1

    async def _take_extension(self, refused: Refused, tries: Tries) -> None:
        unknown = isinstance(refused, NoSuchConference)
        if self._ask_extension is None or not tries.extensions or (unknown and not self.extension):
            raise refused
        self.extension = await self._ask_extension(unknown)
        tries.extensions -= 1

    async def _take_name(self, refused: NameRequired, tries: Tries) -> None:
        if self._desk is None or self._desk.ask_name is None or not tries.names:
            raise refused
        self.name = await self._desk.ask_name(self.alias)
        tries.names -= 1

    async def _take_sign_in(self, refused: SignInRequired, node: NodeAddress, tries: Tries) -> None:
        if self._loopback is None or not refused.url:
            if refused.url and (self._desk is None or self._desk.sign_in is None):
                raise refused
            self._providers = refused.providers
            failed = "The node did not accept the sign-in." if self._has_signed_in() else ""
            await self._begin_sign_in(refused, node, tries, failed=failed)
            return
        assert self._desk is not None
        assert self._desk.sign_in is not None
        question = SignInQuestion(self.alias, refused.providers[0], refused.url, self._loopback)
        try:
            token = await self._desk.sign_in(question)
        except SignInLate as late:
            await self._begin_sign_in(late, node, tries, failed=str(late))
            return
        self.stop_waiting()
        self._sign_in = {"chosen_idp": self._sign_in["chosen_idp"], "sso_token": token}

    async def _begin_sign_in(
        self, refused: Refused, node: NodeAddress, tries: Tries, *, failed: str
    ) -> None:
        """Ask at which provider to sign in, and have the next request ask for its page."""
        if self._desk is None or not tries.sign_ins:
            raise refused
        tries.sign_ins -= 1
        self.stop_waiting()
        self._sign_in = {}
        provider = await self._desk.choose(ProviderQuestion(self.alias, self._providers, failed))
        self._sign_in = {"chosen_idp": provider.uuid, "node": node.host}
        if self._desk.sign_in is not None:
            from pexdash.api.loopback import Loopback

            self._loopback = Loopback(self._clock)
            await self._loopback.open()
            self._sign_in["sso_redirect_target"] = self._loopback.target

    def _has_signed_in(self) -> bool:
        return "sso_token" in self._sign_in
