"""Strikes at each await in turn: whatever is under way at that moment, the token is released."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from pexdash.api.address import NodeAddress
from pexdash.api.client import NodeClient
from pexdash.api.tls import trust
from pexdash.api.token import Token
from pexdash.clock import SystemClock
from pexdash.node.server import EmbeddedNode
from pexdash.session.membership.membership import Membership
from pexdash.session.moderation.actions import BY_ID
from tests.eventually import eventually
from tests.session.host import ALIAS, OPEN, membership_on

WITHIN_SECONDS = 0.01
_OURS = "/pexdash/"
_STRIKE: ContextVar[Strike | None] = ContextVar("strike", default=None)


class Strike:
    """Counts the awaits of the tasks that are begun while it is set, and strikes at one of them.

    `blow` is called at number `at`; where it returns true, what is awaited there is cancelled, and
    the task is not. With `ends`, each counts twice: as it begins, and as what it waited for is
    there. Nothing counts once it is `over`.
    """

    def __init__(self, at: int, blow: Callable[[], bool], *, ends: bool) -> None:
        self.count = 0
        self.ends = ends
        self.over = False
        self._at = at
        self._blow = blow

    def aim(self, at: int) -> None:
        """Begin to count anew, and strike at number `at`."""
        self.count, self._at, self.over = 0, at, False

    def reach(self) -> bool:
        """Another await is reached; returns whether it is to fail."""
        if self.over:
            return False
        self.count += 1
        if self.count != self._at:
            return False
        self.over = True
        return self._blow()


@contextmanager
def struck_by(strike: Strike) -> Iterator[None]:
    """Have `strike` count the awaits of the tasks that are begun within."""
    setting = _STRIKE.set(strike)
    try:
        yield
    finally:
        _STRIKE.reset(setting)


class _Counted(Coroutine[Any, Any, Any]):
    """Steps through a coroutine, and tells a strike of each await."""

    def __init__(self, work: Coroutine[Any, Any, Any], strike: Strike) -> None:
        self._work = work
        self._strike = strike

    def send(self, value: object) -> object:
        if self._strike.ends:
            self._strike.reach()
        return self._begun(self._work.send(value))

    def throw(self, fault: BaseException) -> object:  # type: ignore[override]
        return self._begun(self._work.throw(fault))

    def _begun(self, waits_for: object) -> object:
        if not self._strike.reach():
            return waits_for
        if isinstance(waits_for, asyncio.Future):
            # Thrown past it, the cancellation would leave it pending: no loop ever does that.
            waits_for.cancel()
            return waits_for
        return self._work.throw(asyncio.CancelledError())

    def close(self) -> None:
        self._work.close()

    def __await__(self) -> Generator[Any, Any, Any]:
        raise AssertionError("a task steps through it")


def counted(work: Coroutine[Any, Any, Any], strike: Strike) -> asyncio.Task[Any]:
    """Begin `work` in a task that counts."""
    return asyncio.Task(_Counted(work, strike), loop=asyncio.get_running_loop())


def count_awaits(loop: asyncio.AbstractEventLoop, work: Any, **options: Any) -> asyncio.Future[Any]:
    """A task factory: awaits count where a strike is set, in tasks of our own."""
    strike = _STRIKE.get()
    code = getattr(work, "cr_code", None)
    ours = code is not None and (_OURS in code.co_filename or code is _visit.__code__)
    return asyncio.Task(_Counted(work, strike) if strike and ours else work, loop=loop, **options)


class _TellingClient(NodeClient):
    """A client that tells of the tokens it gets."""

    obtained: list[str]

    async def request_token(self, name: str, **given: Any) -> Token:
        token = await super().request_token(name, **given)
        self.obtained.append(token.secret.reveal())
        return token

    async def refresh_token(self, token: Token) -> Token:
        newer = await super().refresh_token(token)
        self.obtained[-1] = newer.secret.reveal()
        return newer


@dataclass
class Visit:
    """What came of one visit: its awaits, the tokens it got, and those the node saw released.

    A token that was refreshed counts as the newer one alone.
    """

    awaits: int
    obtained: list[str] = field(default_factory=list)
    released: list[str | None] = field(default_factory=list)


class Blow(Enum):
    """What strikes a visit."""

    CANCELLED_AT_AWAIT = "cancelled as an await begins or ends"
    CANCELLED_IN_AWAIT = "cancelled while an await lasts"
    FAILING_AWAIT = "an await that is cancelled by itself"


async def visit(node: EmbeddedNode, at: int, blow: Blow) -> Visit:
    """Join, mute somebody and leave, struck at await number `at`.

    An await that fails by itself never is one of leaving: a release that is itself cancelled
    cannot be made good.
    """
    loop = asyncio.get_running_loop()
    loop.set_task_factory(count_awaits)
    obtained: list[str] = []

    def connect(address: NodeAddress) -> NodeClient:
        client = _TellingClient(address, ALIAS, tls=lambda: trust(None, insecure=False))
        client.obtained = obtained
        return client

    membership = membership_on(node.url, SystemClock(), connect=connect)

    def strike_now() -> bool:
        if blow is Blow.FAILING_AWAIT:
            return True
        if blow is Blow.CANCELLED_IN_AWAIT:
            loop.call_later(WITHIN_SECONDS, visiting.cancel)
        else:
            visiting.cancel()
        return False

    def leaving() -> None:
        strike.over = blow is Blow.FAILING_AWAIT

    strike = Strike(at, strike_now, ends=blow is Blow.CANCELLED_AT_AWAIT)
    with struck_by(strike):
        visiting = asyncio.create_task(_visit(membership, leaving))
    seen = len(node.received)
    with suppress(asyncio.CancelledError):
        await visiting
    await membership.close()
    people = node.conference(ALIAS).participants.values()
    await eventually(lambda: all(one.protocol != "api" for one in people), f"left after {at}")
    released = [one.token for one in node.received[seen:] if one.path.endswith("/release_token")]
    return Visit(strike.count, obtained, released)


@dataclass(frozen=True)
class Struck:
    """How many visits were struck, and in how many exactly the token they had was released."""

    struck: int
    kept: int


async def count_struck(blow: Blow) -> Struck:
    """Visit again and again, struck at each await in turn."""
    async with EmbeddedNode(OPEN) as node:
        node.conference(ALIAS).join("Bob")
        if blow is Blow.CANCELLED_IN_AWAIT:
            for name in ("request_token", "conference_status", "mute", "release_token"):
                node.faults.delay(name, 2 * WITHIN_SECONDS, times=1000)
        untouched = await visit(node, 0, blow)
        visits = [await visit(node, at, blow) for at in range(1, untouched.awaits + 3)]
    kept = [one for one in visits if one.released == one.obtained and len(one.obtained) <= 1]
    assert len(untouched.released) == 1
    return Struck(len(visits), len(kept))


async def _visit(membership: Membership, leaving: Callable[[], None]) -> None:
    changed = asyncio.Event()
    membership.feed.watch(changed.set)
    running = asyncio.create_task(membership.run())
    try:
        while membership.feed.conference.synced_at is None and not running.done():
            changed.clear()
            await changed.wait()
        others = membership.feed.conference.participants.keys() - {membership.feed.conference.me}
        await membership.moderation.carry_out(membership.moderation.plan(BY_ID["mute"], others))
    finally:
        leaving()
        try:
            await membership.close()
        finally:
            await asyncio.gather(running, return_exceptions=True)
