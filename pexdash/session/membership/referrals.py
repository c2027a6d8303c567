"""Where the node sends us: to another conference, or into a breakout room of ours and back."""

from __future__ import annotations

import asyncio

from pexdash.errors import PexdashError
from pexdash.model.events import ReferCancelled, Referred
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.notices import Notice, Weight
from pexdash.session.membership.tokens import TokenKeeper


class Referrals:
    """Follows a transfer at once, and goes to a room where the host wants to.

    Both use the node's token for one use. `going_to` is the name of the room we are on our way to,
    "" where we are not.
    """

    def __init__(self, feed: Feed, tokens: TokenKeeper) -> None:
        self.going_to = ""
        self._feed = feed
        self._tokens = tokens
        self._entering: asyncio.Task[None] | None = None
        feed.on_kind(Referred, self._follow)
        feed.on_kind(ReferCancelled, lambda _: self._stay())

    def _follow(self, referral: Referred) -> None:
        """Leave, and join where the node sends us.

        Where the node does not take its own token, we join there as anybody does. A rejoin later
        goes there too.
        """
        if referral.leads_to_a_room or not self._tokens.is_kept:
            return
        self._feed.notify(Notice(f"You were transferred to {referral.alias}", Weight.WARNING))
        self._tokens.move_to(referral.alias, referral.token)

    def _stay(self) -> None:
        if self._tokens.stay():
            self._feed.notify(Notice("The transfer was called off"))

    def enter_room(self, referral: Referred) -> None:
        """Leave for the room that the node asks us into.

        Where the node does not take its own token, we stay. A rejoin later goes to the main room.
        """
        if self._tokens.is_kept:
            self._entering = asyncio.ensure_future(self._enter_room(referral))

    async def _enter_room(self, referral: Referred) -> None:
        self.going_to = referral.breakout_name or "the main room"
        try:
            await self._tokens.enter_room(referral.alias, referral.token)
        except PexdashError as fault:
            self._feed.notify(Notice(f"Not joined there: {fault}", Weight.ERROR))
        finally:
            self.going_to = ""

    async def stop(self) -> None:
        """Go nowhere any more."""
        if self._entering is not None:
            self._entering.cancel()
            await asyncio.wait({self._entering})
