"""Asks nodes for their status, so that one that is down or in maintenance is an alarm."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from pexdash.api.address import NodeAddress
from pexdash.clock import Clock
from pexdash.errors import NodeUnavailable, NodeUnreachable, PexdashError, Refused
from pexdash.model.alarms.nodes import NodeStatus
from pexdash.session.alarms.at_work import AlarmsAtWork

if TYPE_CHECKING:
    from pexdash.api.client import NodeClient

ASK_SECONDS = 10.0
"""About how long after an answer a node is asked again."""
_TOO_MANY = 429

_Asked = tuple[str, NodeAddress]


class NodeWatch:
    """Asks each node that it is told to watch every ten seconds or so, each at its own time.

    `connect` makes a client for a node, `rng` spreads the times.
    """

    def __init__(
        self,
        work: AlarmsAtWork,
        *,
        connect: Callable[[NodeAddress], NodeClient],
        clock: Clock,
        rng: random.Random,
    ) -> None:
        self._work = work
        self._connect = connect
        self._clock = clock
        self._rng = rng
        self._wanted: frozenset[_Asked] = frozenset()
        self._asking: dict[_Asked, asyncio.Task[None]] = {}
        self._changed = asyncio.Event()

    def watch(self, nodes: Iterable[_Asked]) -> None:
        """Watch these nodes, each with its cluster, and no others, from now on."""
        self._wanted = frozenset(nodes)
        self._changed.set()

    async def run(self) -> None:
        """Ask until cancelled."""
        try:
            while True:
                self._changed.clear()
                await self._suit()
                changing = asyncio.ensure_future(self._changed.wait())
                try:
                    done, _ = await asyncio.wait(
                        {changing, *self._asking.values()}, return_when=asyncio.FIRST_COMPLETED
                    )
                finally:
                    changing.cancel()
                for task in done:
                    task.result()
        finally:
            self._wanted = frozenset()
            await self._suit()

    async def _suit(self) -> None:
        """Begin to ask those who are wanted, and end asking all others."""
        unwanted = [self._asking.pop(one) for one in self._asking.keys() - self._wanted]
        for task in unwanted:
            task.cancel()
        await asyncio.gather(*unwanted, return_exceptions=True)
        for cluster, node in self._wanted - self._asking.keys():
            self._asking[cluster, node] = asyncio.create_task(self._ask_on(cluster, node))

    async def _ask_on(self, cluster: str, node: NodeAddress) -> None:
        client = self._connect(node)
        try:
            await self._clock.sleep(ASK_SECONDS * self._rng.random())
            while True:
                if (told := await _status_of(client)) is not None:
                    status, is_sure = told
                    self._work.take_status(cluster, str(node), status, is_sure=is_sure)
                await self._clock.sleep(ASK_SECONDS * self._rng.uniform(0.8, 1.2))
        finally:
            await client.aclose()


async def _status_of(client: NodeClient) -> tuple[NodeStatus, bool] | None:
    """What the node answers, and whether that is sure; None for what says nothing of a node."""
    try:
        await client.node_status()
    except PexdashError as fault:
        return status_in(fault)
    return NodeStatus.OK, False


def status_in(fault: PexdashError) -> tuple[NodeStatus, bool] | None:
    """What the answer to any request says of its node, and whether in words; None for nothing.

    A node that refuses is there; one that is not trusted, or is no node, may be there or not.
    """
    if isinstance(fault, NodeUnavailable):
        if fault.status == 503:
            return NodeStatus.MAINTENANCE, "maintenance" in fault.reason.casefold()
        return (NodeStatus.OK if fault.status == _TOO_MANY else NodeStatus.FAILED), False
    if isinstance(fault, NodeUnreachable):
        return NodeStatus.FAILED, False
    return (NodeStatus.OK, False) if isinstance(fault, Refused) else None
