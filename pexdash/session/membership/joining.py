"""Getting in: which node, which PIN, which conference behind a Virtual Reception."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from msgspec import Struct

from pexdash.api.address import CONNECT_SECONDS, NodeAddress
from pexdash.api.admission import Admission
from pexdash.api.discovery import find_nodes
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

PIN_TRIES = 3
GIVE_UP_SECONDS = 6.0
"""How long a token that nobody waits for any more is waited for, to release it."""
REACH_SECONDS = 1.5
"""How long a node may take to accept a connection where there is another one to try."""
NO_PIN = Secret("none")


class Invitation(Struct, frozen=True):
    """What the user gave: the alias, the name to join by, and the node where one was named."""

    alias: str
    name: str
    node: NodeAddress | None = None
    pin: Secret | None = None
    extension: str = ""


class PinQuestion(Struct, frozen=True):
    """What is asked: whether a Guest may do without, and whether the last answer was wrong."""

    guest_needs_pin: bool
    wrong: bool
    tries_left: int


AskPin = Callable[[PinQuestion], Awaitable[Secret]]
"""Asks the host for the PIN; `NO_PIN` is a Guest without one."""


AskExtension = Callable[[bool], Awaitable[str]]
"""Asks for the alias behind a Virtual Reception; True where the last one was not known."""


class Joiner:
    """Takes tokens for an invitation, keeping the node and the PIN that were right."""

    def __init__(
        self,
        invitation: Invitation,
        *,
        connect: Callable[[NodeAddress], NodeClient],
        ask_pin: AskPin,
        ask_extension: AskExtension | None = None,
        rng: random.Random,
    ) -> None:
        self._invitation = invitation
        self._connect = connect
        self._ask_pin = ask_pin
        self._ask_extension = ask_extension
        self._extension = invitation.extension
        self._rng = rng
        self._pin = invitation.pin
        self._nodes: list[NodeAddress] = []
        self._node: NodeAddress | None = None

    async def first_token(self) -> Admission:
        """Join on the first node that answers; raises what the last one answered."""
        return await self._walk(await self._found(), self.token)

    async def another_token(self, client: NodeClient) -> Admission:
        """Join anew on the node of `client`, or on the next that answers where it does not."""
        several = len(self._nodes) > 1
        try:
            return Admission(
                client, await self.token(client, REACH_SECONDS if several else CONNECT_SECONDS)
            )
        except NodeUntrusted:
            raise
        except NodeFault:
            others = await self._others()
            if not others:
                raise
        return await self._walk(others, self.token)

    async def token_elsewhere(self) -> Admission:
        """Join on another node than we are on, asking nothing; raises PexdashError where none is.

        Nobody is asked, for the token we have may still be good.
        """
        return await self._walk(await self._others(), self._request)

    async def _walk(
        self,
        nodes: list[NodeAddress],
        ask: Callable[[NodeClient, float], Awaitable[Token]],
    ) -> Admission:
        """Ask one node after the other, and wait long for the last alone."""
        last: NodeFault = NodeUnreachable("no node to try")
        for node in nodes:
            client = self._connect(node)
            patience = CONNECT_SECONDS if node is nodes[-1] else REACH_SECONDS
            try:
                token = await ask(client, patience)
            except BaseException as fault:
                await client.aclose()
                if not isinstance(fault, NodeFault) or isinstance(fault, NodeUntrusted):
                    raise
                last = fault
            else:
                self._node = node
                return Admission(client, token)
        raise last

    async def _found(self) -> list[NodeAddress]:
        """The nodes in the order to try; those found before where no look-up is to be had."""
        if self._invitation.node is not None:
            return [self._invitation.node]
        try:
            self._nodes = await find_nodes(self._invitation.alias, self._rng)
        except NodeUnreachable:
            if not self._nodes:
                raise
        return self._nodes

    async def _others(self) -> list[NodeAddress]:
        return [node for node in await self._found() if node != self._node]

    async def token(self, client: NodeClient, connect_seconds: float = CONNECT_SECONDS) -> Token:
        """A new token; asks for PIN and extension where the node wants them, three times each."""
        tries_left = extensions_left = PIN_TRIES
        guest_needs_pin = True
        while True:
            try:
                return await self._request(client, connect_seconds)
            except PinRequired as asked:
                if not tries_left:
                    raise
                # A node that only says "Invalid PIN" has not taken back what it said before.
                guest_needs_pin &= asked.guest_needs_pin
                question = PinQuestion(guest_needs_pin, asked.wrong, tries_left)
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

    async def _request(self, client: NodeClient, connect_seconds: float) -> Token:
        """One request_token; a token that comes after we gave up is released at once."""
        asking = asyncio.ensure_future(
            client.request_token(
                self._invitation.name,
                pin=self._pin,
                extension=self._extension,
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
