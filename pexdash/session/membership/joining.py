"""Joining: finds a node, and gets a token from it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from pexdash.api.address import CONNECT_SECONDS, NodeAddress
from pexdash.api.admission import Admission
from pexdash.api.discovery import LookUp, Say
from pexdash.api.token import Token
from pexdash.clock import Clock
from pexdash.errors import NodeFault, NodeUnreachable, NodeUntrusted, PexdashError, Refused
from pexdash.secret import Secret
from pexdash.session.membership.credentials import Credentials, Tries
from pexdash.session.membership.invitation import AskExtension, AskPin, Invitation, SignInDesk

if TYPE_CHECKING:
    from pexdash.api.client import NodeClient
    from pexdash.api.http.route import Address

MOST_ADDRESSES = 5
"""At how many addresses of one node a token is asked for in turn."""
GIVE_UP_SECONDS = 6.0
"""How long a cancelled join waits for a token that is on its way, and releases it."""
REACH_SECONDS = 1.5
"""How long a node may take to accept a connection while there is another node to try."""
_Ask = Callable[["NodeClient", float], Awaitable[Token]]


class Joiner:
    """Gets tokens for an invitation, and keeps what let us in, and the node, for the next."""

    def __init__(
        self,
        invitation: Invitation,
        *,
        connect: Callable[[NodeAddress], NodeClient],
        ask_pin: AskPin,
        ask_extension: AskExtension | None = None,
        desk: SignInDesk | None = None,
        rng: random.Random,
        clock: Clock | None = None,
        say: Say = lambda _: None,
    ) -> None:
        """`say` is told in a sentence of what takes a while.

        Without a `desk` nobody signs in: SignInRequired is raised where the node wants that.
        """
        self._invitation = invitation
        self._connect = connect
        self._credentials = Credentials(invitation, ask_pin, ask_extension, desk, clock)
        self._say = say
        self._look_up = LookUp(invitation.alias, rng, say)
        self._nodes: list[NodeAddress] = []
        self._node: NodeAddress | None = None
        self._doubted: set[NodeAddress] = set()

    @property
    def alias(self) -> str:
        """The conference to join: the invitation's, until the node sends us to another."""
        return self._credentials.alias

    def go_to(self, alias: str, token: Secret | None) -> None:
        """Join `alias` from now on, first by a token that is good for one use."""
        self._credentials.go_to(alias, token)

    async def first_token(self) -> Admission:
        """Join on the first node that answers; raises the error of the last node if none does."""
        for remark in self._invitation.remarks:
            self._say(remark)
        nodes = await self._found()
        try:
            return await self._walk(nodes, self.token)
        except NodeFault as fault:
            raise self._look_up.explained(fault) from fault.__cause__

    def client(self, node: NodeAddress) -> NodeClient:
        """A client for the conference on a node that is known to have let us in."""
        self._node = node
        return self._client(node)

    def _client(self, node: NodeAddress) -> NodeClient:
        client = self._connect(node)
        client.alias = self.alias
        return client

    async def another_token(self, old: Admission) -> Admission:
        """Join anew on the node of `old`, or on another node if that one does not answer."""
        node = old.client.node
        if old.client.standing.is_doubtful:
            self._doubted.add(node)
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

        Raises PexdashError where none lets us in. The user is asked for nothing,
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
            client = self._client(node)
            client.avoid(avoids)
            if node in self._doubted:
                client.standing.suspect()
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
        """A new token; asks the user for whatever the node wants, each at most three times."""
        tries = Tries()
        try:
            while True:
                try:
                    return await self._request(client, connect_seconds)
                except Refused as refused:
                    await self._credentials.answer(refused, client.node, tries)
        finally:
            self._credentials.stop_waiting()

    async def _request(
        self,
        client: NodeClient,
        connect_seconds: float,
        more: Mapping[str, object] | None = None,
    ) -> Token:
        """Send one request_token; where we are cancelled, release the token that still comes."""
        said = self._credentials
        asking = asyncio.ensure_future(
            client.request_token(
                said.name,
                pin=said.pin,
                extension=said.extension,
                fields={**said.fields, **(more or {})},
                connect_seconds=connect_seconds,
            )
        )
        try:
            token = await asyncio.shield(asking)
            said.let_in()
            return token
        except asyncio.CancelledError:
            with suppress(PexdashError, TimeoutError):
                async with asyncio.timeout(GIVE_UP_SECONDS):
                    await client.release_token(await asking)
            raise
