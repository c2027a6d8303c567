"""One part in one conference, from joining to the release of its token."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pexdash.api.address import NodeAddress
from pexdash.api.requests import Request
from pexdash.api.token import Token
from pexdash.clock import Clock
from pexdash.errors import NodeFault, NodeUnavailable, PexdashError
from pexdash.log import logger
from pexdash.model.changes import Changes
from pexdash.model.conference import Conference
from pexdash.model.events import (
    CallDisconnected,
    Disconnected,
    Event,
    RefreshDemanded,
    UnknownEvent,
)
from pexdash.model.participant import Role
from pexdash.session.feed.backoff import Backoff
from pexdash.session.feed.fetching import Fetcher
from pexdash.session.feed.following import Follower
from pexdash.session.feed.link import Link
from pexdash.session.feed.notices import Notice, Weight, notices_of
from pexdash.session.membership.ending import ENDED_BY_US, first_end, is_over, removed
from pexdash.session.membership.joining import Admission, AskExtension, AskPin, Invitation, Joiner
from pexdash.session.membership.sending import Sender
from pexdash.session.membership.tokens import TokenKeeper
from pexdash.session.moderation.calls import OwnCalls
from pexdash.session.moderation.dialling import DialledCalls
from pexdash.session.moderation.moderation import Moderation
from pexdash.session.moderation.policy import Policy
from pexdash.text import CHAT_LIMIT, clean

if TYPE_CHECKING:
    from pexdash.api.client import NodeClient
    from pexdash.api.stream import Tap

RELEASE_SECONDS = 8.0


class Session:
    """Joins a conference, keeps its model true and carries out what the host asks.

    `run` joins and follows until the conference or our part in it ends; `close` releases the
    token and is safe to call at any time, more than once. `changed` is called whenever something
    to show changed, once for the events that arrived together, or after each where they are taken
    `one_by_one`; `take_changes` then gives the merged difference. `notify` hears of what the host
    must notice, `tap` of every event as it came. With `insecure` the node's identity is unchecked.
    """

    def __init__(
        self,
        invitation: Invitation,
        *,
        clock: Clock,
        rng: random.Random,
        connect: Callable[[NodeAddress], NodeClient],
        ask_pin: AskPin,
        ask_extension: AskExtension | None = None,
        read_only: bool = False,
        insecure: bool = False,
        tap: Tap | None = None,
    ) -> None:
        self.alias = invitation.alias
        self.read_only = read_only
        self.insecure = insecure
        self._tap = tap
        self.clock = clock
        self.conference = Conference(invitation.alias)
        self.link = Link(clock)
        self.joined_at: float | None = None
        self.role = Role.UNKNOWN
        """Our role, as the node last told it: in the roster, or with a token."""
        self.is_listing = False
        """Whether the list of participants has begun to come over the line, and is not complete."""
        self.one_by_one = False
        self.changed: Callable[[], None] = lambda: None
        self.notify: Callable[[Notice], None] = lambda _: None
        self._sender = Sender(lambda: self._tokens, doubt=lambda: self._fetcher.doubt())
        self.policy = Policy(self.conference, self.link, lambda: self.role, read_only=read_only)
        self.refusal = self.policy.refusal
        self.moderation = Moderation(
            self.conference,
            clock=clock,
            policy=self.policy,
            send=self._sender.call,
            reconcile=lambda: self._fetcher.everything(),
            changed=self._touch,
            notify=lambda notice: self.notify(notice),
        )
        self.dialled = DialledCalls(
            self.conference,
            clock=clock,
            ask=self.moderation.ask,
            notify=lambda notice: self.notify(notice),
        )
        self.calls = OwnCalls(
            self.moderation.ask,
            me=lambda: self.conference.me,
            notify=lambda notice: self.notify(notice),
        )
        self._joiner = Joiner(
            invitation, connect=connect, ask_pin=ask_pin, ask_extension=ask_extension, rng=rng
        )
        self._rng = rng
        self._rejoin_backoff = Backoff(rng)
        self._tokens: TokenKeeper | None = None
        self._follower: Follower | None = None
        self._over: asyncio.Future[str] | None = None
        self._running: asyncio.Task[str] | None = None
        self._closing: asyncio.Task[None] | None = None
        self._closed_while_running = False
        self._changes = Changes()
        self._fetcher = Fetcher(
            self.conference, clock=clock, admission=self._sender.admission, merge=self._merge
        )

    @property
    def node(self) -> NodeAddress | None:
        """The node we are on, once joined."""
        return self._tokens.admission.client.node if self._tokens else None

    @property
    def chat_enabled(self) -> bool:
        """Whether the node said that this conference has a chat."""
        return self._tokens is None or self._tokens.admission.token.chat_enabled

    def take_changes(self) -> Changes:
        """What changed since this was last called."""
        taken, self._changes = self._changes, Changes()
        return taken

    async def run(self) -> str:
        """Join and follow; returns the reason when the conference is over, "" after `close`.

        Raises Removed when the node disconnects us, and any other PexdashError when we do not get
        in, at first or after a token died. Cancelling it does not release the token: `close` does.
        """
        if self._closing is not None:
            return ""
        self._running = running = asyncio.ensure_future(self._run())
        # What it ends by is told here, or nobody waits for it any more.
        running.add_done_callback(lambda task: task.cancelled() or task.exception())
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            # Once is enough: it may be waiting for a token that nobody else would release.
            if not running.cancelling():
                running.cancel()
            await asyncio.wait({running})
            task = asyncio.current_task()
            if self._closed_while_running and not (task and task.cancelling()):
                return ""
            raise
        finally:
            self.link.ended()
            self._line_changed()

    async def _run(self) -> str:
        self._over = over = asyncio.get_running_loop().create_future()
        admission = await self._joiner.first_token()
        token = admission.token
        self._tokens = tokens = TokenKeeper(
            admission,
            clock=self.clock,
            rejoin=self._rejoin,
            elsewhere=self._elsewhere,
            refreshed=self._refreshed,
            rejoined=self._rejoined,
        )
        self.joined_at = self.clock.monotonic()
        self.role = token.role
        self.policy.new_token(token.version)
        logger.info(
            "joined %s on %s as %s, participant %s",
            self.alias,
            admission.client.node,
            token.role.name,
            token.participant_uuid,
        )
        self.conference.become(token.participant_uuid)
        self._follower = follower = Follower(
            tokens,
            self.conference,
            self.link,
            clock=self.clock,
            rng=self._rng,
            take=self._take,
            prove=self._fetcher.prove,
            opened=self._opened,
            changed=self._line_changed,
            lost=lambda fault: self.notify(Notice(f"Connection lost: {fault}", Weight.WARNING)),
            tap=self._tap,
        )
        tasks = [
            asyncio.ensure_future(one)
            for one in (
                follower.follow(),
                follower.watch(),
                tokens.keep(),
                self.moderation.watch(),
            )
        ]
        try:
            return await first_end(tasks, over)
        finally:
            self.calls.forget()
            ending: list[asyncio.Future[Any]] = [*tasks, *self._fetcher.asking]
            for task in ending:
                task.cancel()
            await asyncio.gather(*ending, return_exceptions=True)

    async def close(self) -> None:
        """End `run`, release the token and close the connection within eight seconds; never raises.

        Nothing is released where the node has ended our part itself.
        """
        if self._closing is None:
            self._closing = asyncio.ensure_future(self._close())
        await asyncio.shield(self._closing)

    async def _close(self) -> None:
        try:
            async with asyncio.timeout(RELEASE_SECONDS):
                await self._stop()
                thrown_out = self._over is not None and self._over.done()
                if self._tokens is None or thrown_out:
                    return
                client, token = await self._tokens.current()
                await client.release_token(token)
        except (PexdashError, TimeoutError):
            pass  # The node forgets an unreleased token by itself when it expires.
        finally:
            if self._tokens is not None:
                await self._tokens.admission.client.aclose()

    async def _stop(self) -> None:
        """End what `run` does; one that is being cancelled already is left to it."""
        running = self._running
        if running is None or running.done():
            return
        if not running.cancelling():
            self._closed_while_running = True
            running.cancel()
        await asyncio.wait({running})

    async def send_message(self, text: str) -> bool:
        """Send a chat line; shown in the chat once the node has taken it."""
        if not await self.moderation.send_message(text):
            return False
        # As an echo of it would come, so that it is known for one.
        shown = clean(text, CHAT_LIMIT, lines=True)
        self._merge(self.conference.add_own_message(shown, self.clock.wall()))
        return True

    async def picture(self, request: Request, participant: str = "") -> bytes:
        """The picture of a participant, or of the presentation; raises PexdashError."""
        client, token = await self._sender.admission()
        frame_id = "" if participant else self.conference.frame_id
        return await client.picture(
            request, token.secret, participant=participant, frame_id=frame_id
        )

    def _take(self, events: list[Event]) -> None:
        """Take the events that arrived together."""
        # How a call of ours ends is told by what comes between.
        alone = self.one_by_one or self.dialled.rings
        for together in [[one] for one in events] if alone else [events]:
            self._take_together(together)

    def _take_together(self, events: list[Event]) -> None:
        self._fetcher.heard(events)
        now, changes = self.clock.wall(), Changes()
        # What is asked for may be undone by the next of them.
        settle = self.moderation.settle if self.moderation.has_pending else None
        for event in events:
            if (take := _OWN_EVENTS.get(type(event))) is not None:
                take(self, event)
                continue
            self.conference.apply(event, now, changes)
            if settle is not None:
                settle()
        self._merge(changes)

    def _take_call_end(self, event: CallDisconnected) -> None:
        self.calls.ended(event)
        self._touch("")

    def _take_demand(self, event: RefreshDemanded) -> None:
        if self._tokens is not None:
            self._tokens.demand_refresh()

    def _end(self, reason: str) -> None:
        if self._over is None or self._over.done():
            return
        self.moderation.conference_ended()
        if self._sender.ended_by_us:
            self._over.set_result(reason or ENDED_BY_US)
        elif is_over(reason):
            self._over.set_result(reason)
        else:
            self._over.set_exception(removed(self.alias, reason))

    def _opened(self) -> None:
        self.is_listing = True
        self._fetcher.opened(self.role)

    def _line_changed(self) -> None:
        self.is_listing = self.is_listing and self.link.is_live
        self._touch("")

    def _merge(self, changes: Changes) -> None:
        if not changes:
            return
        mine, people = self.conference.me, self.conference.participants
        if mine in changes.before and mine in people:
            self._take_role(people[mine].role)
        self.moderation.settle()
        for notice in notices_of(changes, self.conference, self.dialled.is_ours):
            self.notify(notice)
        self.dialled.look()
        self._changes.merge(changes)
        if changes.synced:
            self.is_listing = False
        self.changed()

    def _touch(self, uuid: str) -> None:
        """Have a row ("" for the conference) drawn again although the node said nothing new."""
        if uuid:
            self._changes.before.setdefault(uuid, self.conference.participants.get(uuid))
        else:
            self._changes.own = True
        self.changed()

    async def _rejoin(self, client: NodeClient) -> Admission:
        """A new token on the same node or another, for as long as it takes."""
        await self._unless_ended_by_us()
        while True:
            wait = 0.0
            try:
                admission = await self._joiner.another_token(client)
            except NodeUnavailable as unavailable:
                wait = unavailable.retry_after
            except NodeFault:
                pass
            else:
                self._rejoin_backoff.reset()
                return admission
            await self.clock.sleep(self._rejoin_backoff.next(wait))

    async def _elsewhere(self) -> Admission:
        await self._unless_ended_by_us()
        return await self._joiner.token_elsewhere()

    async def _unless_ended_by_us(self) -> None:
        """Join no conference again that we have ended: whoever joins it would begin another."""
        if self._sender.ended_by_us:
            self._end("")
            await asyncio.Event().wait()

    def _refreshed(self, token: Token) -> None:
        logger.info("token renewed for %.0f s", token.expires)
        self._take_role(token.role)
        self._fetcher.renewed(self.role)
        self._touch("")

    def _rejoined(self, before: Admission, now: Admission) -> None:
        client, token = now
        logger.info("joined again on %s, participant %s", client.node, token.participant_uuid)
        self._take_role(token.role)
        self.policy.new_token(token.version)
        self.conference.become(token.participant_uuid)
        self.calls.forget()
        moved = client is not before.client
        why = f"Joined again on {client.node}" if moved else "The token had expired: joined again"
        self.notify(Notice(why, Weight.WARNING))
        if self._follower is not None:
            self._follower.reopen()
        self._touch("")

    def _take_role(self, role: Role) -> None:
        if role is not Role.UNKNOWN:
            self.role = role


_OWN_EVENTS: dict[type, Callable[[Session, Any], None]] = {
    CallDisconnected: Session._take_call_end,
    Disconnected: lambda session, event: session._end(event.reason),
    RefreshDemanded: Session._take_demand,
    UnknownEvent: lambda session, event: session._fetcher.missed(event),
}
"""The events that tell nothing of the conference itself."""
