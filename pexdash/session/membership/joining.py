"""Joining: finds a node, and gets a token with the right PIN and extension."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from msgspec import Struct

from pexdash.api.address import CONNECT_SECONDS, NodeAddress
from pexdash.api.admission import Admission
from pexdash.api.discovery import LookUp, Say
from pexdash.api.token import Token
from pexdash.errors import (
    ExtensionRequired,
    NodeFault,
    NodeUnreachable,
    NodeUntrusted,
    NoSuchConference,
    PexdashError,
    PinRequired,
)
from pexdash.secret import Secret

if TYPE_CHECKING:
    from pexdash.api.client import NodeClient
    from pexdash.api.http.route import Address

PIN_TRIES = 3
"""How often the user is asked for a PIN, and how often for an extension."""
MOST_ADDRESSES = 5
"""At how many addresses of one node a token is asked for in turn."""
GIVE_UP_SECONDS = 6.0
"""How long a cancelled join waits for a token that is on its way, and releases it."""
REACH_SECONDS = 1.5
"""How long a node may take to accept a connection while there is another node to try."""
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
    was wrong. `node` is the node to name in the question, or "": a link has chosen it.
    """

    guest_needs_pin: bool
    wrong: bool
    tries_left: int
    node: str = ""


AskPin = Callable[[PinQuestion], Awaitable[Secret]]
"""Asks the user for the PIN; returns `NO_PIN` for a Guest without a PIN."""


AskExtension = Callable[[bool], Awaitable[str]]
"""Asks for the alias behind a Virtual Reception; True where the node knew no such alias before."""

_Ask = Callable[["NodeClient", float], Awaitable[Token]]


class Joiner:
    """Gets tokens for an invitation, and keeps the PIN, the extension and the node for the next."""

    def __init__(
        self,
        invitation: Invitation,
        *,
        connect: Callable[[NodeAddress], NodeClient],
        ask_pin: AskPin,
        ask_extension: AskExtension | None = None,
        rng: random.Random,
        say: Say = lambda _: None,
    ) -> None:
        """`say` is told in a sentence of what takes a while."""
        self._invitation = invitation
        self._connect = connect
        self._ask_pin = ask_pin
        self._ask_extension = ask_extension
        self._extension = invitation.extension
        self._say = say
        self._look_up = LookUp(invitation.alias, rng, say)
        self._pin = None if invitation.is_node_pasted else invitation.pin
        self._nodes: list[NodeAddress] = []
        self._node: NodeAddress | None = None

    async def first_token(self) -> Admission:
        """Join on the first node that answers; raises the error of the last node if none does."""
        for remark in self._invitation.remarks:
            self._say(remark)
        nodes = await self._found()
        try:
            return await self._walk(nodes, self.token)
        except NodeFault as fault:
            raise self._look_up.explained(fault) from fault

    async def another_token(self, old: Admission) -> Admission:
        """Join anew on the node of `old`, or on another node if that one does not answer."""
        node = old.client.node
        patience = REACH_SECONDS if len(self._nodes) > 1 else CONNECT_SECONDS
        try:
            return await self._join(node, self.token, patience)
        except NodeUntrusted:
            raise
        except NodeFault:
            others = await self._others()
            if not others:
                raise
        return await self._walk(others, self.token)

    async def by_token(self, old: Admission, alias: str, token: Secret) -> Admission:
        """Join `alias` on the node of `old` by a token for one use."""

        async def ask(client: NodeClient, connect_seconds: float) -> Token:
            client.alias = alias
            return await self._request(client, connect_seconds, {"token": token})

        return await self._join(old.client.node, ask, CONNECT_SECONDS)

    async def token_elsewhere(self, old: Admission) -> Admission:
        """Join at another address of our node, or on another node.

        Raises PexdashError where none lets us in. The user is not asked for a PIN or an extension,
        because our present token may still work.
        """
        tried = await old.client.tried_addresses()
        if tried:
            try:
                return await self._join(old.client.node, self._request, REACH_SECONDS, avoids=tried)
            except NodeUntrusted:
                raise
            except NodeFault:
                pass
        return await self._walk(await self._others(), self._request)

    async def _walk(self, nodes: list[NodeAddress], ask: _Ask) -> Admission:
        """Try one node after the other; the last one gets the longest time to connect."""
        last: NodeFault = NodeUnreachable("no node to try")
        for node in nodes:
            if node is not nodes[0]:
                self._say(f"{last}: trying {node}")
            patience = CONNECT_SECONDS if node is nodes[-1] else REACH_SECONDS
            try:
                return await self._join(node, ask, patience)
            except NodeUntrusted:
                raise
            except NodeFault as fault:
                last = fault
        raise last

    async def _join(
        self,
        node: NodeAddress,
        ask: _Ask,
        patience: float,
        *,
        avoids: frozenset[Address] = frozenset(),
    ) -> Admission:
        """Get a token by a client of its own, at one address of `node` after the other."""
        while True:
            client = self._connect(node)
            client.avoid(avoids)
            try:
                token = await ask(client, patience)
            except BaseException as fault:
                avoids = await self._tried(client, fault)
                if not 0 < len(avoids) < MOST_ADDRESSES:
                    raise
            else:
                self._node = node
                return Admission(client, token)

    async def _tried(self, client: NodeClient, fault: BaseException) -> frozenset[Address]:
        """The addresses to avoid from now on, empty where `fault` is that of them all.

        Closes the client.
        """
        try:
            if not isinstance(fault, NodeFault) or isinstance(fault, NodeUntrusted):
                return frozenset()
            return await client.tried_addresses()
        finally:
            await client.aclose()

    async def _found(self) -> list[NodeAddress]:
        """The nodes in the order to try."""
        if self._invitation.node is not None:
            return [self._invitation.node]
        self._nodes = await self._look_up.nodes()
        return self._nodes

    async def _others(self) -> list[NodeAddress]:
        return [node for node in await self._found() if node != self._node]

    async def token(self, client: NodeClient, connect_seconds: float = CONNECT_SECONDS) -> Token:
        """A new token; asks the user for a PIN and an extension, each at most three times."""
        tries_left = extensions_left = PIN_TRIES
        guest_needs_pin = True
        while True:
            try:
                return await self._request(client, connect_seconds)
            except PinRequired as asked:
                if not tries_left:
                    raise
                # "Invalid PIN" does not say whether a Guest needs one: an earlier answer holds.
                guest_needs_pin &= asked.guest_needs_pin
                node = str(client.node) if self._invitation.is_node_pasted else ""
                question = PinQuestion(guest_needs_pin, asked.wrong, tries_left, node)
            except (ExtensionRequired, NoSuchConference) as refused:
                unknown = isinstance(refused, NoSuchConference)
                if (
                    self._ask_extension is None
                    or not extensions_left
                    or (unknown and not self._extension)
                ):
                    raise
                self._extension = await self._ask_extension(unknown)
                extensions_left -= 1
                continue
            self._pin = await self._ask_pin(question)
            tries_left -= 1

    async def _request(
        self,
        client: NodeClient,
        connect_seconds: float,
        more: Mapping[str, object] | None = None,
    ) -> Token:
        """Send one request_token; where we are cancelled, release the token that still comes."""
        asking = asyncio.ensure_future(
            client.request_token(
                self._invitation.name,
                pin=self._pin,
                extension=self._extension,
                fields={**self._invitation.fields, **(more or {})},
                connect_seconds=connect_seconds,
            )
        )
        try:
            return await asyncio.shield(asking)
        except asyncio.CancelledError:
            with suppress(PexdashError, TimeoutError):
                async with asyncio.timeout(GIVE_UP_SECONDS):
                    await client.release_token(await asking)
            raise
