"""One conference in its place on a wall: joined in its turn, followed, and joined again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import msgspec
from msgspec import Struct

from pexdash.clock import Clock
from pexdash.errors import PexdashError
from pexdash.model.alarms.keys import ConferenceKey
from pexdash.model.line import Line, LineState
from pexdash.secret import Secret
from pexdash.session.deadlines import Deadlines
from pexdash.session.estate.outcome import Outcome, goes_on, next_wait, outcome_of
from pexdash.session.estate.wanted import Wanted
from pexdash.session.feed.backoff import Backoff
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.told import Me, Told
from pexdash.session.membership.membership import Membership

LEFT = "left by you; enter joins again"


class Ways(Struct, frozen=True):
    """What a place needs of the fleet it is in.

    `turn` waits for the conference's turn to join, `make` makes its membership for a feed, `moved`
    is told of another feed, `changed` of another line.
    """

    clock: Clock
    deadlines: Deadlines
    turn: Callable[[Place], Awaitable[None]]
    make: Callable[[Place, Feed], Awaitable[Membership]]
    moved: Callable[[Place], None]
    changed: Callable[[Place], None]


class Place:
    """A conference of a wall (`estate.Slot`); `run` follows it until cancelled.

    What the wall shows of a conference that has ended, or has refused us, stays until we are in
    again: a new try is no news.
    """

    def __init__(self, wanted: Wanted, ways: Ways, backoff: Backoff) -> None:
        self.wanted = wanted
        # Kept, because it is asked for with each event.
        self.key: ConferenceKey = wanted.key
        self.gone_since: float | None = None
        self.membership: Membership | None = None
        self.is_open = False
        self.pin: Secret | None = None
        """The PIN that the host gave for this conference, in place of the list's."""
        self.is_over = False
        """Whether it is joined no more before somebody says so."""
        self._ways = ways
        self.feed = self._new_feed()
        self._backoff = backoff
        self._is_used = False
        self._turn_at: float | None = None
        self._ended: Line | None = None
        self._why = ""
        self._wait = 0.0
        self._had_people = False
        self._again = asyncio.Event()
        self._is_left = False
        self._is_renewed = False
        self._following: Membership | None = None

    @property
    def alias(self) -> str:
        return self.wanted.alias

    @property
    def label(self) -> str:
        return self.wanted.label or self.wanted.alias

    @property
    def line(self) -> Line:
        """Our line to it now."""
        if self._ended is not None:
            return self._ended
        if self.membership is not None:
            line = self.membership.line
            if self._is_left and line.state is LineState.ENDED:
                # Our token is still being released.
                return msgspec.structs.replace(line, why=LEFT)
            if line.state is not LineState.JOINING:
                return line
            return msgspec.structs.replace(line, since=self._turn_at)
        return Line(since=self._turn_at, why=self._why)

    async def run(self) -> None:
        """Join and follow the conference, again where that fits how it ended, until cancelled."""
        while True:
            self._again.clear()
            wait = None
            if self._is_left:
                self._end(Outcome(LineState.ENDED, LEFT))
            else:
                wait = await self._take_part()
            await self._rest(wait)

    def try_again(self) -> None:
        """Join at the next turn, whatever it is waiting for, unless we are in."""
        self._is_left = False
        self._wait = 0.0
        self._backoff.reset()
        if self.membership is None:
            self._again.set()

    async def rejoin(self) -> None:
        """Join anew, because the list says otherwise how, unless we have left."""
        self.pin, self._is_renewed = None, True
        await self.close()
        if not self._is_left:
            self._again.set()

    async def leave(self) -> None:
        """Leave the conference, and do not come back by itself."""
        self._is_left = True
        await self.close()
        self._again.set()

    async def close(self) -> None:
        """Release our token, where we have one; never raises."""
        if self._following is not None:
            await self._following.close()

    def open(self) -> None:
        """Keep what a screen of the conference shows."""
        self.is_open = True
        self.feed.keep_all()

    def closed(self) -> None:
        """Keep no more than a wall shows."""
        self.is_open = False
        self.feed.keep_little()

    async def _take_part(self) -> float | None:
        """Join once and follow to the end; returns the seconds until it is to be joined again."""
        await self._ways.turn(self)
        self._is_renewed = False
        if self._turn_at is None:
            self._turn_at = self._ways.clock.monotonic()
            self._ways.changed(self)
        outcome = None if self._is_left else await self._followed()
        if outcome is None:
            return 0.0
        self.is_over = not outcome.waits
        self._end(outcome)
        return self._wait_after(outcome)

    async def _followed(self) -> Outcome | None:
        """Join and follow; returns how it ended, None where we have ended it ourselves."""
        feed = self._new_feed() if self._is_used else self.feed
        self._is_used, self._had_people = True, False
        try:
            self._following = membership = await self._ways.make(self, feed)
            feed.on_told(lambda told: self._hear(told, feed, membership))
            outcome = Outcome(LineState.ENDED, await membership.run(), "later")
        except PexdashError as fault:
            outcome = outcome_of(fault)
            if self._ended is not None and goes_on(self._ended.state, fault):
                outcome = Outcome(LineState.ENDED, self._ended.why, "later")
        await self.close()
        self._following = None
        return None if self._is_left or self._is_renewed else outcome

    async def _rest(self, seconds: float | None) -> None:
        """Wait for so long, for ever where it is None, or until a key says to try again."""
        due = None
        if seconds is not None:
            moment = self._ways.clock.monotonic() + seconds
            due = self._ways.deadlines.at(moment, self._again.set)
        try:
            await self._again.wait()
        finally:
            if due is not None:
                due.cancel()

    def _hear(self, told: Told, feed: Feed, membership: Membership) -> None:
        if isinstance(told, Me) and self.membership is not membership:
            self._enter(feed, membership)
        if not self._had_people:
            # Looked at until somebody is there: at its end everybody may have left before us.
            people = feed.conference.participants.values()
            self._had_people = any(one.is_in and one.protocol != "api" for one in people)

    def _enter(self, feed: Feed, membership: Membership) -> None:
        """Show the conference that we are in now."""
        self.membership, self._ended, self._why = membership, None, ""
        self.is_over = False
        self._backoff.reset()
        if feed is not self.feed:
            self.feed = feed
            self._ways.moved(self)
        self._ways.changed(self)

    def _end(self, outcome: Outcome) -> None:
        """Show how it ended; a line that is not there yet stays one, with what is wrong."""
        was, self.membership = self.line, None
        if outcome.state is LineState.JOINING:
            self._why = outcome.why
        else:
            is_same = self._ended is not None and self._ended.state is outcome.state
            since = was.since if is_same else self._ways.clock.monotonic()
            self._ended = Line(outcome.state, since, outcome.why, was.node)
        if self.line != was:
            self._ways.changed(self)

    def _wait_after(self, outcome: Outcome) -> float | None:
        if not outcome.waits:
            return None
        if outcome.waits == "soon":
            return self._backoff.next(outcome.at_least)
        if outcome.state is LineState.ENDED and self._had_people:
            self._wait = 0.0
        self._wait = next_wait(self._wait)
        return self._wait

    def _new_feed(self) -> Feed:
        feed = Feed(self.wanted.alias, self._ways.clock)
        if not self.is_open:
            feed.keep_little()
        return feed
