"""Our part in one conference, from joining to the release of its token."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import TYPE_CHECKING

from pexdash.api.address import About, NodeAddress
from pexdash.api.admission import Admission
from pexdash.api.discovery import Say
from pexdash.api.requests import Request
from pexdash.api.token import Token
from pexdash.errors import PexdashError, Refused
from pexdash.log import logger
from pexdash.model.events import CallDisconnected, Disconnected, RefreshDemanded
from pexdash.model.media import IceServer
from pexdash.model.participant import Role
from pexdash.session.deadlines import Deadlines
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.link import LinkState
from pexdash.session.feed.node_source import NodeSource, Turn, at_once
from pexdash.session.feed.notices import Notice, Weight
from pexdash.session.feed.told import Line, Me, Told
from pexdash.session.membership.ending import (
    ENDED_BY_US,
    Disconnection,
    disconnection_of,
    first_end,
    given_up,
    removed,
)
from pexdash.session.membership.invitation import AskExtension, AskPin, Invitation, SignInDesk
from pexdash.session.membership.joining import Joiner
from pexdash.session.membership.leaving import RELEASE_SECONDS, leave
from pexdash.session.membership.own_part import tell_of_own_part
from pexdash.session.membership.referrals import Referrals
from pexdash.session.membership.sending import Sender
from pexdash.session.membership.tokens import StaysOut, TokenKeeper
from pexdash.session.moderation.calls import OwnCalls
from pexdash.session.moderation.dialling import DialledCalls
from pexdash.session.moderation.layouts import Layouts
from pexdash.session.moderation.meeting_settings import MeetingSettings
from pexdash.session.moderation.moderation import Moderation
from pexdash.session.moderation.policy import READ_ONLY, Policy
from pexdash.session.moderation.rooms import Rooms

if TYPE_CHECKING:
    from pexdash.api.client import NodeClient
    from pexdash.session.feed.recording import Recording
    from pexdash.session.rules.at_work import RulesAtWork

TRIAL_SECONDS = 60.0
"""How long the node must keep us after it disconnected us for a reason that we do not know."""


class Membership:
    """Joins a conference, feeds `feed` from its node, and sends the host's actions.

    `run` joins and follows until the conference or our part in it ends. `close` releases the
    token; it is safe to call at any time, more than once. `insecure` only tells the screen that
    nobody checks the node's identity. Where the node disconnects us for a reason of its own, we
    join again, and give up after `patience` seconds without success. `say` is told in a sentence of
    what joining waits for. `deadlines` is the timer that memberships may share, and `turn` is
    waited for before a stream is opened again. `set_out_at` is when `run` began, in the clock's
    monotonic seconds, and `fault` is what ended it, each None before.
    """

    def __init__(
        self,
        invitation: Invitation,
        feed: Feed,
        *,
        rng: random.Random,
        connect: Callable[[NodeAddress], NodeClient],
        ask_pin: AskPin,
        ask_extension: AskExtension | None = None,
        desk: SignInDesk | None = None,
        read_only: bool = False,
        insecure: bool = False,
        patience: float = float("inf"),
        say: Say = lambda _: None,
        deadlines: Deadlines | None = None,
        turn: Turn = at_once,
    ) -> None:
        self.feed = feed
        self.read_only = read_only
        self.insecure = insecure
        self.set_out_at: float | None = None
        self.fault: PexdashError | None = None
        self.joined_at: float | None = None
        """The time of the first join, in the clock's monotonic seconds."""
        joiner = Joiner(
            invitation,
            connect=connect,
            ask_pin=ask_pin,
            ask_extension=ask_extension,
            desk=desk,
            rng=rng,
            clock=feed.clock,
            say=say,
        )
        self._joiner = joiner
        self.deadlines = deadlines = deadlines or Deadlines(feed.clock)
        self.tokens = TokenKeeper(
            joiner,
            clock=feed.clock,
            deadlines=deadlines,
            rng=rng,
            refreshed=self._refreshed,
            rejoined=self._rejoined,
            doubtful=feed.touch,
        )
        self.source = NodeSource(feed, self.tokens, deadlines=deadlines, rng=rng, turn=turn)
        sender = Sender(self.tokens, doubt=self.source.fetcher.doubt)
        self.policy = Policy(
            feed,
            forbids=READ_ONLY if read_only else "",
            has_chat=lambda: self.chat_enabled,
        )
        self.moderation = Moderation(
            feed,
            policy=self.policy,
            send=sender.call,
            reconcile=self.source.fetcher.everything,
        )
        self.settings = MeetingSettings(feed, moderation=self.moderation, send=sender.call)
        self.dialled = DialledCalls(feed, ask=self.moderation.ask)
        self.layouts = Layouts(
            feed, self.policy.capabilities, send=sender.call, ask=self.moderation.ask
        )
        self.rooms = Rooms(feed, ask=self.moderation.ask)
        self.referrals = Referrals(feed, self.tokens)
        self.calls = OwnCalls(feed, ask=self.moderation.ask, ice_servers=self._ice_servers)
        tell_of_own_part(feed)
        feed.on_told(self._line_changed)
        feed.on_kind(CallDisconnected, self.calls.ended)
        feed.on_kind(Disconnected, self._disconnected)
        feed.on_kind(RefreshDemanded, lambda _: self.tokens.demand_refresh())
        self.recording: Recording | None = None
        """Where what happens is written (`recorded`); `close` ends it."""
        self.rules: RulesAtWork | None = None
        """The rules that act through this membership; `close` ends them first."""
        self._over: asyncio.Future[str] | None = None
        self._running: asyncio.Task[str] | None = None
        self._closing: asyncio.Task[None] | None = None
        self._closed_while_running = False
        self._is_thrown_out = False
        self._patience = patience
        self._losing_patience: asyncio.Task[None] | None = None
        self._disconnected_for = ""
        self._is_coming_back = False
        self._has_one_try = False
        self._trial_ends = float("-inf")

    def only_watch(self, why: str) -> None:
        """Send no action from now on; `why` is the sentence to show in place of each."""
        self.read_only = True
        self.policy.forbid(why)

    @property
    def alias(self) -> str:
        """The conference we are in, or are to join."""
        return self._joiner.alias

    @property
    def node(self) -> NodeAddress | None:
        """The node we are on; None before we have joined."""
        return self.tokens.admission.client.node if self.tokens.admission else None

    @property
    def chat_enabled(self) -> bool:
        """Whether the conference has a chat; True until the node says otherwise."""
        told = self.feed.conference.status.chat_enabled
        if told is not None:
            return told
        return self.tokens.admission is None or self.tokens.admission.token.chat_enabled

    def _ice_servers(self) -> tuple[IceServer, ...]:
        return self.tokens.admission.token.ice_servers if self.tokens.admission else ()

    async def run(self) -> str:
        """Join and follow; returns the reason when the conference is over, "" after `close`.

        Raises Removed when a person disconnects us, and GivenUp when the node does and does not let
        us stay when we join again. Raises another PexdashError when the node
        does not let us in, at first or after a token expired. Cancelling `run` does not release the
        token; `close` does.
        """
        if self._closing is not None:
            return ""
        self.set_out_at = self.feed.clock.monotonic()
        self._running = running = asyncio.ensure_future(self._run())
        # Nobody may be left to take its error, and asyncio would then complain about that.
        running.add_done_callback(lambda task: task.cancelled() or task.exception())
        try:
            return await asyncio.shield(running)
        except PexdashError as fault:
            self.fault = fault
            raise
        except asyncio.CancelledError:
            # A second cancellation would lose a token that the first one is waiting to release.
            if not running.cancelling():
                running.cancel()
            await asyncio.wait({running})
            task = asyncio.current_task()
            if self._closed_while_running and not (task and task.cancelling()):
                return ""
            raise
        finally:
            self.feed.tell(Line(LinkState.ENDED, self.feed.link.fault))

    async def _run(self) -> str:
        over: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._over = over
        client, token = await self.tokens.join()
        self.joined_at = self.feed.clock.monotonic()
        logger.info(
            "joined %s on %s as %s, participant %s",
            self.alias,
            client.node,
            token.role.name,
            token.participant_uuid,
        )
        self.policy.capabilities.new_token(token.version)
        self.feed.tell(Me(token.participant_uuid, token.role))
        tasks = [
            asyncio.ensure_future(one)
            for one in (self.source.run(), self.tokens.keep(), self.moderation.watch())
        ]
        try:
            return await first_end(tasks, over)
        except StaysOut:
            self.moderation.conference_ended()
            over.set_result(ENDED_BY_US)
            self._is_thrown_out = True
            return ENDED_BY_US
        except Refused as refusal:
            if self.tokens.is_moving:
                raise Refused(
                    f"You were transferred to {self.alias}: {refusal}", status=refusal.status
                ) from refusal
            on_our_try = self._has_one_try or self._is_on_trial()
            if on_our_try and not self.feed.link.is_live:
                raise given_up(self.alias, self._disconnected_for) from refusal
            raise
        finally:
            self.calls.forget()
            self._keep_patience()
            await self.referrals.stop()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def close(self) -> None:
        """End `run`, release the token and close the connection within eight seconds; never raises.

        Where the node has ended our part itself, there is no token to release.
        """
        if self._closing is None:
            self._closing = asyncio.ensure_future(self._close())
        await asyncio.shield(self._closing)

    async def _close(self) -> None:
        if self.rules is not None:
            self.rules.close()
        try:
            async with asyncio.timeout(RELEASE_SECONDS):
                await self.calls.hang_up()
                await self._stop()
                # What the node has accepted was done, though its event will not be seen.
                self.moderation.conference_ended()
                await asyncio.gather(self._release(), self.tokens.farewells.done())
        except TimeoutError:
            pass
        finally:
            if self.tokens.admission is not None:
                await self.tokens.admission.client.aclose()
            if self.recording is not None:
                self.recording.close()

    async def _release(self) -> None:
        admission = self.tokens.admission
        if admission is not None and not (self._is_thrown_out or self.tokens.is_dead):
            await leave(admission)

    async def _stop(self) -> None:
        """Cancel the task of `run`, unless it is being cancelled already, and wait for its end."""
        running = self._running
        if running is None or running.done():
            return
        if not running.cancelling():
            self._closed_while_running = True
            running.cancel()
        await asyncio.wait({running})

    async def picture(self, request: Request, participant: str = "") -> bytes:
        """Fetch a picture of `participant`, or of the presentation for ""; raises PexdashError."""
        client, token = await self.tokens.in_time()
        frame_id = "" if participant else self.feed.conference.frame_id
        query = {"id": frame_id} if frame_id else None
        return await client.picture(request, token.secret, About(participant), query)

    def _disconnected(self, event: Disconnected) -> None:
        if self._over is None or self._over.done() or self.tokens.is_moving:
            return
        meaning, reason = disconnection_of(event.reason), event.reason
        if self.tokens.stays_out:
            self._over.set_result(reason or ENDED_BY_US)
        elif meaning is Disconnection.OVER:
            self._over.set_result(reason)
        elif meaning is Disconnection.REMOVED:
            self._over.set_exception(removed(self.alias, reason))
        elif self._is_on_trial():
            self._over.set_exception(given_up(self.alias, reason))
        else:
            self._join_after(meaning, reason)
        if self._over.done():
            self._is_thrown_out = True
            self.moderation.conference_ended()

    def _join_after(self, meaning: Disconnection, reason: str) -> None:
        """Join again after the node disconnected us; only once where we do not know the reason."""
        said = f"disconnected us: {reason}" if reason else "disconnected us"
        self.feed.notify(Notice(f"The node {said}", Weight.WARNING))
        # Afterwards: a record told within another would stand before it in a recording.
        lost = Line(LinkState.LOST, f"the node {said}")
        asyncio.get_running_loop().call_soon(self.feed.tell, lost)
        self._disconnected_for, self._is_coming_back = reason, True
        self._has_one_try = meaning is Disconnection.UNKNOWN
        self._trial_ends = float("-inf")
        if self._losing_patience is None and self._patience < float("inf"):
            self._losing_patience = asyncio.ensure_future(self._lose_patience())
        self.tokens.give_up()

    async def _lose_patience(self) -> None:
        await self.feed.clock.sleep(self._patience)
        self._give_up()

    def _give_up(self) -> None:
        if self._over is not None and not self._over.done():
            self._over.set_exception(given_up(self.alias, self._disconnected_for))

    def _is_on_trial(self) -> bool:
        """Whether the node must still show that it keeps us after our one try."""
        return self.feed.clock.monotonic() < self._trial_ends

    def _line_changed(self, told: Told) -> None:
        if not isinstance(told, Line):
            return
        if told.state is LinkState.LIVE:
            if self._has_one_try:
                self._has_one_try = False
                self._trial_ends = self.feed.clock.monotonic() + TRIAL_SECONDS
            self._keep_patience()
        elif told.state is LinkState.LOST and self._is_on_trial():
            self._give_up()

    def _keep_patience(self) -> None:
        if self._losing_patience is not None:
            self._losing_patience.cancel()
            self._losing_patience = None

    def _refreshed(self, token: Token) -> None:
        logger.info("token renewed for %.0f s", token.expires)
        if token.role in (self.feed.role, Role.UNKNOWN):
            self.feed.touch()
        else:
            self.feed.tell(Me(self.feed.conference.me, token.role))

    def _rejoined(self, before: Admission, now: Admission) -> None:
        client, token = now
        logger.info("joined again on %s, participant %s", client.node, token.participant_uuid)
        self.calls.forget()
        self.policy.capabilities.new_token(token.version)
        was_thrown_out, self._is_coming_back = self._is_coming_back, False
        if client.alias != before.client.alias:
            logger.info("now in %s", client.alias)
            self.layouts.forget()
            self.settings.forget()
            self.feed.tell(Me(token.participant_uuid, token.role, client.alias))
            return
        self.feed.tell(Me(token.participant_uuid, token.role))
        here, there = before.client, client
        moved = (here.node, here.address) != (there.node, there.address)
        why = "Joined again" if was_thrown_out else "The token had expired: joined again"
        if moved:
            why = f"Joined again on {client.node}"
        if self.referrals.going_to:
            why = f"You are in {self.referrals.going_to} now"
        self.feed.notify(Notice(why, Weight.WARNING))
