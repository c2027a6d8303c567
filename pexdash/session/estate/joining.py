"""What all conferences of a wall are joined with."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from msgspec import Struct

from pexdash.api.address import NodeAddress
from pexdash.errors import PinRequired
from pexdash.model.alarms.keys import ConferenceKey
from pexdash.secret import Secret
from pexdash.session.deadlines import Deadlines
from pexdash.session.estate.wanted import Cluster, Wanted
from pexdash.session.feed.feed import Feed
from pexdash.session.membership.custody import Custody
from pexdash.session.membership.invitation import NO_PIN, Invitation, PinQuestion
from pexdash.session.membership.membership import Membership

if TYPE_CHECKING:
    import ssl

    from pexdash.api.client import NodeClient
    from pexdash.api.http.connections import Connections


class Joining(Struct, frozen=True):
    """What is the same for all; `trust` gives the TLS settings for a cluster.

    `name` is our name where the user gave one, else the list's is used, and then `usual_name`.

    `node` is where conferences are whose list names no node, `pin` what conferences are joined by
    whose list is only their aliases. Each of `begins` is called with every membership before it
    joins, to follow what happens in it. `custody` gives who else knows the tokens of a conference,
    None where nobody does. A wall that is `read_only` acts nowhere, but with `local_ack` people may
    acknowledge alarms at it.
    """

    name: str
    trust: Callable[[Cluster], Callable[[], ssl.SSLContext]]
    node: NodeAddress | None = None
    pin: Secret | None = None
    insecure: bool = False
    read_only: bool = False
    local_ack: bool = False
    usual_name: str = ""
    begins: tuple[Callable[[ConferenceKey, Membership], None], ...] = ()
    custody: Callable[[ConferenceKey], Custody] | None = None

    @property
    def acknowledges(self) -> bool:
        """Whether people may acknowledge and shelve alarms here."""
        return self.local_ack or not self.read_only


class Entrance:
    """Makes the memberships of a wall, which share connections and one timer."""

    def __init__(self, joining: Joining, deadlines: Deadlines, rng: random.Random) -> None:
        self.joining = joining
        self._deadlines = deadlines
        self._rng = rng
        self._connections: dict[Cluster, Connections] = {}

    def membership(
        self,
        wanted: Wanted,
        name: str,
        pin: Secret | None,
        feed: Feed,
        turn: Callable[[], Awaitable[None]],
    ) -> Membership:
        """A membership that asks nobody; it takes a `turn` for each new stream."""
        node, custody = wanted.cluster.node or self.joining.node, self.joining.custody

        def connect(address: NodeAddress) -> NodeClient:
            return self.client(address, wanted.cluster, wanted.alias)

        return Membership(
            Invitation(wanted.alias, name, node, pin),
            feed,
            rng=random.Random(self._rng.random()),
            connect=connect,
            ask_pin=_answer,
            read_only=self.joining.read_only,
            insecure=self.joining.insecure,
            deadlines=self._deadlines,
            turn=turn,
            custody=None if custody is None else custody(wanted.key),
        )

    def client(self, node: NodeAddress, cluster: Cluster, alias: str = "") -> NodeClient:
        """A client for a node of a cluster."""
        from pexdash.api.client import NodeClient

        return NodeClient(node, alias, connections=self._connections_to(cluster))

    def _connections_to(self, cluster: Cluster) -> Connections:
        from pexdash.api.http.connections import Connections

        known = self._connections.get(cluster)
        if known is None:
            known = self._connections[cluster] = Connections(self.joining.trust(cluster))
        return known

    async def close(self) -> None:
        """Close all connections."""
        for connections in self._connections.values():
            await connections.aclose()


async def _answer(question: PinQuestion) -> Secret:
    """Join as a Guest where Guests need no PIN; nobody is there to be asked for one."""
    if not question.wrong and not question.guest_needs_pin:
        return NO_PIN
    words = "Invalid PIN" if question.wrong else "a PIN is needed, and none is given"
    raise PinRequired(words, guest_needs_pin=question.guest_needs_pin, wrong=question.wrong)
