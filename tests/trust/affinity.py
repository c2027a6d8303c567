"""Sessions at a name that leads to several nodes: is anybody left behind, is any action lost?"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import Enum

from pexdash.clock import SystemClock
from pexdash.node.server import EmbeddedNode
from pexdash.session.membership.membership import Membership
from tests.eventually import eventually
from tests.session.balancer import Balancer, Closing, balancing
from tests.session.host import ALIAS, membership_on
from tests.session.several_nodes import SeveralNodes, rotating, several_nodes

AT_ONCE = 10
ACTIONS = 12
LONGEST_PAUSE_SECONDS = 0.004


class Way(Enum):
    """What stands between us and the nodes."""

    ADDRESSES = "rotating addresses"
    COOKIES = "a balancer's cookie"
    DYING = "connections that die"


@dataclass
class Figures:
    """What became of the tokens and the actions of all sessions."""

    tokens: int = 0
    left_behind: int = 0
    actions: int = 0
    done: int = 0
    received: int = 0

    @property
    def hold(self) -> bool:
        """Whether nobody is left behind, and each action was done once."""
        return not self.left_behind and self.actions == self.done == self.received

    def __str__(self) -> str:
        return (
            f"{self.tokens} tokens, {self.left_behind} left behind; "
            f"{self.done} of {self.actions} actions done, none twice"
        )


async def leave_nobody_behind(way: Way, sessions: int, rng: random.Random) -> Figures:
    """Have that many sessions act, renew their tokens, lose their streams, and leave."""
    figures = Figures()
    async with _behind(way) as (nodes, urls):
        for begun in range(0, sessions, AT_ONCE):
            visits = (
                _visit(urls[at % len(urls)], nodes, figures, rng)
                for at in range(begun, min(begun + AT_ONCE, sessions))
            )
            await asyncio.gather(*visits)
        figures.tokens = len(nodes.requests("request_token"))
        figures.received = len(nodes.requests("message"))
        figures.left_behind = nodes.left_behind
    return figures


@asynccontextmanager
async def _behind(way: Way) -> AsyncIterator[tuple[SeveralNodes, list[str]]]:
    """Two nodes, and the URLs under which both are."""
    async with several_nodes(share_port=way is Way.ADDRESSES) as nodes:
        if way is Way.ADDRESSES:
            with rotating():
                yield nodes, [nodes.url]
        elif way is Way.COOKIES:
            async with balancing(Balancer(nodes.ports, sticky=True)) as url:
                yield nodes, [url]
        else:
            at_once = Balancer(nodes.ports, sticky=True, closing=Closing.AFTER_EACH)
            later = Balancer(nodes.ports, sticky=True, closing=Closing.AT_THE_NEXT)
            async with balancing(at_once) as one, balancing(later) as other:
                yield nodes, [one, other]


async def _visit(url: str, nodes: SeveralNodes, figures: Figures, rng: random.Random) -> None:
    membership = membership_on(url, SystemClock())
    running = asyncio.ensure_future(membership.run())
    try:
        await eventually(lambda: membership.feed.link.is_live, "live")
        node = _node_of(membership, nodes)
        for at in range(ACTIONS):
            figures.actions += 1
            is_done = await membership.moderation.send_message(f"message {at}")
            figures.done += is_done
            await asyncio.sleep(rng.uniform(0, LONGEST_PAUSE_SECONDS))
            if at == ACTIONS // 3:
                node.conference(ALIAS).publish("refresh_token", None)
            elif at == ACTIONS * 2 // 3:
                node.faults.cut_streams(to=membership.feed.conference.me)
        await eventually(lambda: membership.feed.link.is_live, "live again")
    finally:
        await membership.close()
        await asyncio.gather(running, return_exceptions=True)


def _node_of(membership: Membership, nodes: SeveralNodes) -> EmbeddedNode:
    me = membership.feed.conference.me
    (node,) = [one for one in nodes.nodes if me in one.conference(ALIAS).participants]
    return node
