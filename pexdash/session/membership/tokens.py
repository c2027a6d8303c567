"""Keeps a valid token: refreshes it in time, and joins anew when it has expired."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from pexdash.api.admission import Admission
from pexdash.api.token import Token
from pexdash.clock import Clock
from pexdash.errors import (
    AnswerLost,
    NodeFault,
    NodeUnavailable,
    NodeUnreachable,
    PexdashError,
    Refused,
)
from pexdash.secret import Secret
from pexdash.session.deadlines import Deadlines
from pexdash.session.feed.backoff import Backoff
from pexdash.session.membership.custody import Custody, OwnTokens
from pexdash.session.membership.leaving import Farewells, see_off
from pexdash.session.membership.refreshing import adopted, refreshed

if TYPE_CHECKING:
    from pexdash.session.membership.joining import Joiner

RETRY_SECONDS = 5.0
"""The longest wait between two tries to refresh a token near its end, if the node allows it."""
LOST_SECONDS = 1.0
"""The wait before a new try after a refresh whose answer was lost."""
KEPT_SECONDS = 60.0
"""How long a token must have been of use for the next join to begin with a short wait again."""
MOVE_SECONDS = 0.5
"""The wait before we join where the node has sent us; it may still call that off meanwhile."""
IN_TIME_SECONDS = 15.0
"""How long a request may wait for a token that is being renewed."""


class StaysOut(Exception):
    """We have ended the conference ourselves, and joining again would begin a new one."""


class TokenKeeper:
    """Holds our token and the client of the node that gave it.

    `part` counts the participants we have been in this conference. While `stays_out` is set, the
    keeper does not join again. `refreshed` is called with each refreshed token. `rejoined` is
    called with the old and the new admission after each new join, and `doubtful` when refreshing
    the token begins to fail. `farewells` releases each token that was replaced and may still be
    alive. `ends_at` is when the token ends, in the clock's monotonic seconds, while refreshing it
    fails, else None. `joined_at` and `joined_at_unix` are when we became the present participant,
    by the clock's monotonic seconds and as Unix time. `custody` is asked and told as it says.
    """

    def __init__(
        self,
        joiner: Joiner,
        *,
        clock: Clock,
        deadlines: Deadlines,
        rng: random.Random,
        refreshed: Callable[[Token], None],
        rejoined: Callable[[Admission, Admission], None],
        doubtful: Callable[[], None],
        custody: Custody | None = None,
    ) -> None:
        self.admission: Admission | None = None
        self.part = 0
        self.stays_out = False
        self.is_kept = False
        """Whether `keep` runs, so that we can go from here to another conference."""
        self.farewells = Farewells()
        self._is_out = False
        self._dead: Admission | None = None
        self._left = 0
        self.joined_at = float("-inf")
        self.joined_at_unix = float("-inf")
        self.ends_at: float | None = None
        self._rest_backoff = Backoff(rng)
        self._joiner = joiner
        self._custody: Custody = custody or OwnTokens()
        self._clock = clock
        self._deadlines = deadlines
        self._backoff = Backoff(rng)
        self._has_refreshed = refreshed
        self._has_rejoined = rejoined
        self._is_doubtful = doubtful
        self._turn = asyncio.Lock()
        self._joining = asyncio.Lock()
        self._bound_for: tuple[str, Secret] | None = None
        self._usable = asyncio.Event()
        self._replaced = asyncio.Event()
        self._demand = asyncio.Event()
        self._joined = asyncio.Event()
        self._taken_at = clock.monotonic()

    async def join(self) -> Admission:
        """Get the first token; raises PexdashError where no node lets us in."""
        earlier = self._custody.inherited()
        admission = None
        if earlier is not None:
            admission = await adopted(earlier, self._joiner.client(earlier.node), self._come_late)
        if earlier is not None and admission is not None:
            await self._keep(admission, is_another=True)
            self._joined_then(earlier.joined_at_unix)
        else:
            await self._custody.may_join()
            admission = await self._joiner.first_token()
            await self._keep(admission, is_another=True)
            if earlier is not None:
                await see_off(admission, earlier.token.participant_uuid)
        self._usable.set()
        return admission

    def _joined_then(self, unix: float) -> None:
        """Be the participant that joined at a Unix time: the node's clock is known from that."""
        self.joined_at -= self.joined_at_unix - unix
        self.joined_at_unix = unix

    async def _keep(self, admission: Admission, *, is_another: bool = False) -> None:
        """Have a token written down, and take it: it is ours, even where we are cancelled."""
        try:
            await self._custody.keep(admission)
        finally:
            self._take(admission, is_another=is_another)

    async def current(self) -> Admission:
        """The token to use now, with its client; waits while the token is being renewed."""
        while True:
            await self._usable.wait()
            if self.admission is not None:
                return self.admission

    async def in_time(self) -> Admission:
        """As `current`; raises NodeFault where the wait is too long or we have not joined yet."""
        if self.admission is None:
            raise NodeFault("not joined yet")
        try:
            async with asyncio.timeout(IN_TIME_SECONDS):
                return await self.current()
        except TimeoutError as fault:
            raise NodeUnreachable("not sent: the token is being renewed") from fault

    async def after(self, old: Admission) -> Admission:
        """Wait for the token that replaces `old`, and return it."""
        while self.admission is None or self.admission is old:
            await self._replaced.wait()
        return self.admission

    async def after_part(self, part: int) -> None:
        """Wait until we are another participant, that is until `part` has changed."""
        while self.part == part:
            await self._replaced.wait()

    def give_up(self) -> None:
        """Take the token for dead, because the node said so: join again, with a wait.

        The wait grows while the node gives each new token up within a minute.
        """
        self._dead = self.admission
        self._usable.clear()
        self._demand.set()

    @property
    def is_dead(self) -> bool:
        """Whether the node gave our present token up, so that it needs no release."""
        return self.admission is not None and self.admission is self._dead

    @property
    def needs_release(self) -> bool:
        """Whether our present token is alive, and nobody else goes on by it."""
        return self._custody.releases and not self.is_dead

    def demand_refresh(self) -> None:
        """Have `keep` renew the token at once, because the node wants that."""
        self._demand.set()

    @property
    def is_moving(self) -> bool:
        """Whether we are on our way to another conference, so that the present token is over."""
        return self._left == self.part > 0

    def move_to(self, alias: str, token: Secret) -> None:
        """Leave, and join the conference `alias` by a token that is good for one use."""
        self._bound_for = alias, token
        self._left = self.part
        self._usable.clear()
        self._demand.set()

    def stay(self) -> bool:
        """Do not leave after all; False where we are joining the other conference already."""
        if not self.is_moving or self._bound_for is None:
            return False
        self._left, self._bound_for = 0, None
        if not self._turn.locked():  # a renewal under way says itself when a token is of use
            self._usable.set()
        return True

    async def keep(self) -> None:
        """Renew the token at half of its life, for ever; raises what `renew` raises."""
        self.is_kept = True
        try:
            while True:
                admission = await self.current()
                half = self._taken_at + admission.token.expires / 2
                due = self._deadlines.at(half, self._demand.set)
                try:
                    await self._demand.wait()
                finally:
                    due.cancel()
                if self.admission is not None:
                    await self.renew(self.admission)
        finally:
            self.is_kept = False

    async def renew(self, old: Admission) -> None:
        """Replace `old` by a refreshed token, or join anew where `old` cannot be refreshed.

        Several callers at once share one renewal. Raises Refused when the node lets us in no more,
        and StaysOut when we have ended the conference ourselves.
        """
        async with self._turn:
            if self._is_out:
                raise StaysOut
            if self.admission is not old:
                return
            # Cleared first: a demand that comes during the refresh needs a refresh of its own.
            self._demand.clear()
            self._joined.clear()
            try:
                if self.is_moving and await self._sets_off():
                    await self._join(old, lambda: self._join_again(old))
                    return
                token = None if old is self._dead else await self._refreshed(old)
                if self.admission is not old:
                    # Somebody has joined meanwhile, and no rest is due for that.
                    return
                if token is None:
                    await self._rest(old)
                    await self._join(old, lambda: self._join_again(old))
                elif await self._succeeds(old, Admission(old.client, token)):
                    self._has_refreshed(token)
            finally:
                self._usable.set()

    async def _succeeds(self, old: Admission, refreshed: Admission) -> bool:
        """Have a refreshed token written down, and take it unless we have joined meanwhile."""
        try:
            await self._custody.keep(refreshed)
        finally:
            if is_next := self.admission is old:
                self._take(refreshed)
        return is_next

    async def _sets_off(self) -> bool:
        """Wait a moment before we leave; False where the transfer was called off meanwhile."""
        await self._clock.sleep(MOVE_SECONDS)
        return self.is_moving

    async def _rest(self, old: Admission) -> None:
        """Wait before the next join where a token was of no use soon after it was given."""
        if self._clock.monotonic() - self.joined_at >= KEPT_SECONDS:
            self._rest_backoff.reset()
            if old is not self._dead:
                return
        await self._clock.sleep(self._rest_backoff.next())

    async def move(self, old: Admission) -> None:
        """Join at another address or node than that of `old`, where one lets us in."""
        with suppress(PexdashError):
            await self._join(old, lambda: self._join_elsewhere(old))

    async def enter_room(self, alias: str, token: Secret) -> None:
        """Join a room of `alias` by a token for one use; raises PexdashError if refused."""
        old = await self.in_time()
        await self._join(old, lambda: self._joiner.by_token(old, alias, token))

    async def _join(self, old: Admission, ask: Callable[[], Awaitable[Admission]]) -> None:
        """Join as a new participant by `ask`, unless `old` has been replaced meanwhile."""
        async with self._joining:
            await self._custody.may_join()
            if self.admission is not old:
                return
            found = await ask()
            try:
                await self._custody.keep(found)
            finally:
                self._become(found)

    def _become(self, found: Admission) -> None:
        """Be another participant from now on, and leave as the one before."""
        # A refresh of the token before may have been answered during the join.
        before = self.admission
        assert before is not None
        dies_at = self._taken_at + before.token.expires
        is_dead = before is self._dead or self._clock.monotonic() >= dies_at
        self._take(found, is_another=True)
        self._usable.set()
        self._joined.set()
        self._has_rejoined(before, found)
        self.farewells.leave(before, found, is_dead=is_dead)

    async def _join_again(self, old: Admission) -> Admission:
        """Join on the same node or another one, where the node has sent us if it has.

        Tries until a node answers.
        """
        self._unless_out()
        while True:
            if self.is_moving and self._bound_for is not None:
                self._joiner.go_to(*self._bound_for)
                self._bound_for = None
            wait = 0.0
            try:
                admission = await self._joiner.another_token(old)
            except NodeUnavailable as unavailable:
                wait = unavailable.retry_after
            except NodeFault:
                pass
            else:
                self._backoff.reset()
                return admission
            await self._clock.sleep(self._backoff.next(wait))

    async def _join_elsewhere(self, old: Admission) -> Admission:
        self._unless_out()
        return await self._joiner.token_elsewhere(old)

    def _unless_out(self) -> None:
        if self.stays_out:
            self._is_out = True
            raise StaysOut

    def _take(self, admission: Admission, *, is_another: bool = False) -> None:
        self.admission = admission
        self.part += is_another
        if is_another:
            self._bound_for = None
            self.joined_at, self.joined_at_unix = self._clock.monotonic(), self._clock.wall()
        self.ends_at = None
        self._taken_at = self._clock.monotonic()
        replaced, self._replaced = self._replaced, asyncio.Event()
        replaced.set()

    async def _refreshed(self, old: Admission) -> Token | None:
        """Refresh `old` until a node answers; None once `old` is refused, expired or replaced.

        Between two tries `old` stays in use, because it may still be valid.
        """
        life = old.token.expires
        dies_at = self._taken_at + life
        late = self._taken_at + life * 0.75
        lost = False
        while self.admission is old and self._clock.monotonic() < dies_at:
            await self._custody.may_refresh(dies_at)
            now = self._clock.monotonic()
            if self.admission is not old or now >= dies_at:
                break
            self._usable.clear()
            try:
                return await refreshed(old, self._come_late)
            except Refused:
                return None
            except NodeFault as fault:
                if self.ends_at is None and self.admission is old:
                    self.ends_at = dies_at
                    self._is_doubtful()
                wait = max(late - now, min(RETRY_SECONDS, life / 8))
                if isinstance(fault, AnswerLost) and not lost:
                    # The node may have replaced the token: a new try soon shows whether it did.
                    lost, wait = True, LOST_SECONDS
                elif isinstance(fault, NodeUnavailable):
                    wait = max(wait, fault.retry_after)
            self._usable.set()
            await self._unless_joined(min(wait, dies_at - now))
        if self.admission is old:
            self._usable.clear()
        return None

    async def _come_late(self, admission: Admission) -> None:
        """Take the token that comes for the present one, or is the first, while we leave."""
        old = self.admission
        if old is None or old.client is admission.client:
            await self._keep(admission, is_another=old is None)

    async def _unless_joined(self, seconds: float) -> None:
        """Wait for so many seconds, or until we have joined anew."""
        sleeping = asyncio.ensure_future(self._clock.sleep(seconds))
        joining = asyncio.ensure_future(self._joined.wait())
        try:
            await asyncio.wait({sleeping, joining}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeping.cancel()
            joining.cancel()
