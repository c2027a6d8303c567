"""One part in one conference, from joining to the release of its token."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping

from pexdash.api.address import NodeAddress
from pexdash.api.client import NodeClient
from pexdash.api.requests import Request
from pexdash.api.token import Token
from pexdash.clock import Clock
from pexdash.errors import NodeFault, NodeUnreachable, PexdashError, Removed, TokenRefused
from pexdash.model.changes import Changes
from pexdash.model.conference import Conference
from pexdash.model.events import Disconnected, Event, RefreshDemanded, UnknownEvent
from pexdash.model.participant import Role
from pexdash.session import policy
from pexdash.session.actions import Action
from pexdash.session.backoff import Backoff
from pexdash.session.following import Follower
from pexdash.session.joining import AskPin, Invitation, Joiner
from pexdash.session.link import Link, LinkState
from pexdash.session.moderation import Moderation
from pexdash.session.notices import Notice, Weight, notices_of
from pexdash.session.tokens import TokenKeeper

RELEASE_SECONDS = 2.0
CALL_SECONDS = 15.0

_CONFERENCE_OVER = (
    "conference terminat",
    "conference host ended",
    "conference hosts departed",
    "keep conference alive",
    "last remaining participant",
    "test call finished",
)


class Session:
    """Joins a conference, keeps its model true and carries out what the host asks.

    `run` joins and follows until the conference or our part in it ends; `close` releases the
    token and is safe to call at any time, more than once. `changed` is called whenever something
    to show changed; `take_changes` then gives the merged difference. `notify` hears of what the
    host must notice.
    """

    def __init__(
        self,
        invitation: Invitation,
        *,
        clock: Clock,
        rng: random.Random,
        connect: Callable[[NodeAddress], NodeClient],
        ask_pin: AskPin,
        read_only: bool = False,
    ) -> None:
        self.alias = invitation.alias
        self.read_only = read_only
        self.clock = clock
        self.conference = Conference(invitation.alias)
        self.link = Link(clock)
        self.joined_at: float | None = None
        self.changed: Callable[[], None] = lambda: None
        self.notify: Callable[[Notice], None] = lambda _: None
        self.moderation = Moderation(
            self.conference,
            clock=clock,
            call=self._call,
            reconcile=self._reconcile_all,
            changed=self._touch,
            notify=lambda notice: self.notify(notice),
        )
        self._joiner = Joiner(invitation, connect=connect, ask_pin=ask_pin, rng=rng)
        self._backoff = Backoff(rng)
        self._rejoin_backoff = Backoff(rng)
        self._client: NodeClient | None = None
        self._tokens: TokenKeeper | None = None
        self._follower: Follower | None = None
        self._over: asyncio.Future[str] | None = None
        self._closing: asyncio.Task[None] | None = None
        self._changes = Changes()

    @property
    def node(self) -> NodeAddress | None:
        """The node we are on, once joined."""
        return self._client.node if self._client else None

    @property
    def role(self) -> Role:
        """Our role, as the node last told it: in the roster, or with the token."""
        me = self.conference.participants.get(self.conference.me)
        if me is not None and me.role is not Role.UNKNOWN:
            return me.role
        return self._tokens.token.role if self._tokens else Role.UNKNOWN

    @property
    def chat_enabled(self) -> bool:
        """Whether the node said that this conference has a chat."""
        return self._tokens is None or self._tokens.token.chat_enabled

    def refusal(self, action: Action) -> str:
        """Why `action` cannot be carried out now, or ""."""
        return policy.refusal(action, role=self.role, link=self.link, read_only=self.read_only)

    def take_changes(self) -> Changes:
        """What changed since this was last called."""
        taken, self._changes = self._changes, Changes()
        return taken

    async def run(self) -> str:
        """Join and follow; returns the reason when the conference is over.

        Raises Removed when the node disconnects us, and any other PexdashError when we do not get
        in, at first or after a token died.
        """
        self._over = asyncio.get_running_loop().create_future()
        client, token = await self._joiner.first_token()
        self._client = client
        self._tokens = tokens = TokenKeeper(
            client, token, clock=self.clock, rejoin=self._rejoin, renewed=self._renewed
        )
        self.joined_at = self.clock.monotonic()
        self.conference.become(token.participant_uuid)
        self._follower = follower = Follower(
            client,
            tokens,
            self.conference,
            self.link,
            clock=self.clock,
            backoff=self._backoff,
            take=self._take,
            reconcile=self._reconcile,
            changed=self._link_changed,
        )
        tasks: set[asyncio.Future[None]] = {
            asyncio.ensure_future(one)
            for one in (
                follower.follow(),
                follower.watch(),
                tokens.keep(),
                self.moderation.watch(),
                self._fetch_status(),
            )
        }
        return await self._until_over(tasks, self._over)

    async def _until_over(self, tasks: set[asyncio.Future[None]], over: asyncio.Future[str]) -> str:
        """Wait for the end; a task that fails ends the session with its error."""
        running: set[asyncio.Future[None]] = set(tasks)
        try:
            while not over.done():
                waited: set[asyncio.Future[None] | asyncio.Future[str]] = {over, *running}
                done, _ = await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
                for task in running & done:
                    task.result()
                running -= done
            return over.result()
        finally:
            self.link.ended()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._touch("")

    async def close(self) -> None:
        """Release the token, within two seconds, and close the connection; never raises."""
        if self._closing is None:
            self._closing = asyncio.ensure_future(self._close())
        await asyncio.shield(self._closing)

    async def _close(self) -> None:
        client, tokens = self._client, self._tokens
        if client is None:
            return
        thrown_out = self._over is not None and self._over.done()
        try:
            if tokens is not None and not thrown_out:
                async with asyncio.timeout(RELEASE_SECONDS):
                    await client.release_token(await tokens.current())
        except (PexdashError, TimeoutError):
            pass  # The node forgets an unreleased token by itself when it expires.
        finally:
            await client.aclose()

    async def send_message(self, text: str) -> bool:
        """Send a chat line; shown in the chat once the node has taken it."""
        if not await self.moderation.send_message(text):
            return False
        self._merge(self.conference.add_own_message(text, self.clock.wall()))
        return True

    def _take(self, event: Event) -> None:
        if isinstance(event, Disconnected):
            self._end(event.reason)
        elif isinstance(event, RefreshDemanded):
            if self._tokens is not None:
                self._tokens.demand_refresh()
        elif not isinstance(event, UnknownEvent):
            self._merge(self.conference.apply(event, self.clock.wall()))

    def _end(self, reason: str) -> None:
        if self._over is None or self._over.done():
            return
        if any(words in reason.casefold() for words in _CONFERENCE_OVER):
            self._over.set_result(reason)
        else:
            said = f": {reason}" if reason else ""
            self._over.set_exception(
                Removed(f"You were removed from {self.alias}{said}", reason=reason)
            )

    def _merge(self, changes: Changes) -> None:
        if not changes:
            return
        self.moderation.settle()
        for notice in notices_of(changes, self.conference):
            self.notify(notice)
        self._changes.merge(changes)
        self.changed()

    def _touch(self, uuid: str) -> None:
        """Have a row ("" for the conference) drawn again although the node said nothing new."""
        if uuid:
            self._changes.before.setdefault(uuid, self.conference.participants.get(uuid))
        else:
            self._changes.own = True
        self.changed()

    def _link_changed(self) -> None:
        if self.link.state is LinkState.LOST and self.link.attempt == 1:
            self.notify(Notice(f"Connection lost: {self.link.fault}", Weight.WARNING))
        self._touch("")

    async def _call(
        self,
        request: Request,
        *,
        participant: str = "",
        call: str = "",
        body: Mapping[str, str] | None = None,
    ) -> object:
        """Send with the current token, each request at most once.

        A second try is made only where the node refused a token that has been replaced
        meanwhile, for then nothing was carried out.
        """
        client, tokens = self._joined()
        try:
            async with asyncio.timeout(CALL_SECONDS):
                token = await tokens.current()
        except TimeoutError as fault:
            raise NodeUnreachable("not sent: the token is being renewed") from fault
        try:
            return await client.call(
                request, token.secret, participant=participant, call=call, body=body
            )
        except TokenRefused:
            if (newer := await tokens.current()) is token:
                raise
            return await client.call(
                request, newer.secret, participant=participant, call=call, body=body
            )

    def _joined(self) -> tuple[NodeClient, TokenKeeper]:
        if self._client is None or self._tokens is None:
            raise NodeFault("not joined yet")
        return self._client, self._tokens

    async def _rejoin(self) -> Token:
        """A new token on the same node, for as long as it takes."""
        client, _ = self._joined()
        while True:
            try:
                token = await self._joiner.token(client)
            except NodeFault:
                await self.clock.sleep(self._rejoin_backoff.next())
            else:
                self._rejoin_backoff.reset()
                return token

    def _renewed(self, token: Token) -> None:
        if token.participant_uuid == self.conference.me:
            self._touch("")
            return
        self.conference.become(token.participant_uuid)
        self.notify(Notice("The token had expired: joined again", Weight.WARNING))
        if self._follower is not None:
            self._follower.cut()
        self._touch("")

    async def _fetch_status(self) -> None:
        """Older nodes send no conference_update before something changes, so ask once."""
        client, tokens = self._joined()
        try:
            status = await client.conference_status(tokens.token)
        except PexdashError:
            return
        self._merge(self.conference.apply(status, self.clock.wall()))

    async def _reconcile(self) -> bool:
        """Fetch the participant list; whether it is what we show (it is afterwards)."""
        client, tokens = self._joined()
        try:
            people = await client.participants(await tokens.current())
        except PexdashError:
            return False
        changes = self.conference.replace_participants(people, self.clock.wall())
        changes.synced = bool(changes.before)
        self._merge(changes)
        return not changes.before

    async def _reconcile_all(self) -> None:
        await self._reconcile()
        await self._fetch_status()
