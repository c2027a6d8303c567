"""Our part in a conference that a collector holds: seen and acted in through the bus."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence

from pexdash.api.address import CONFERENCE, About
from pexdash.api.requests import Request
from pexdash.bus.bus import Bus
from pexdash.bus.messages import Epoch
from pexdash.errors import AnswerLost, BadAnswer, OutcomeUnknown, PexdashError, Refused
from pexdash.model.alarms.keys import ConferenceKey
from pexdash.model.events import Disconnected, Referred
from pexdash.model.line import Line, LineState
from pexdash.session.estate.remote.asking import Asking
from pexdash.session.estate.remote.bus_policy import NOT_YOURS, BusPolicy
from pexdash.session.feed.bus_source import BusSource
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.link import LinkState
from pexdash.session.feed.notices import Notice, Weight
from pexdash.session.feed.told import Line as LineTold
from pexdash.session.feed.told import Told
from pexdash.session.membership.ending import Disconnection, disconnection_of, first_end
from pexdash.session.moderation.calls import OwnCalls
from pexdash.session.moderation.dialling import DialledCalls
from pexdash.session.moderation.journal import KEY, source_now
from pexdash.session.moderation.layouts import Layouts
from pexdash.session.moderation.meeting_settings import MeetingSettings
from pexdash.session.moderation.moderation import Moderation
from pexdash.session.moderation.policy import READ_ONLY
from pexdash.session.moderation.rooms import Rooms

_TENTHS_SECONDS = 10.0
"""Up to which age it is told with its tenths."""


class BusSender:
    """Sends requests through the holder of a conference, each at most once.

    `source` is what those come from of which nobody says so, for the records of the holder. `epoch`
    returns the one that our view of the conference is of.
    """

    def __init__(
        self,
        asking: Asking,
        key: ConferenceKey,
        *,
        source: str = KEY,
        epoch: Callable[[], Epoch | None] = lambda: None,
    ) -> None:
        self._asking = asking
        self._key = key
        self._source = source
        self._epoch = epoch

    async def call(
        self,
        request: Request,
        about: About = CONFERENCE,
        *,
        body: Mapping[str, object] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> object:
        """Have the holder send `request`; returns the node's result, or raises PexdashError.

        Raises AnswerLost where the holder may have sent it and did not say so.
        """
        places = {"room": about.room, "mix": about.mix}
        try:
            result: object = await self._asking.request(
                self._key,
                request.name,
                participant=about.participant,
                call=about.call,
                about={name: value for name, value in places.items() if value},
                body=None if body is None else dict(body),
                query=None if query is None else dict(query),
                source=source_now.get() or self._source,
                epoch=self._epoch(),
            )
        except OutcomeUnknown as fault:
            raise AnswerLost(str(fault)) from fault
        return result


class _Nowhere:
    """Goes to no room: the node asks the collector's participant (`part.GoesToRooms`)."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed

    def enter_room(self, _: Referred) -> None:
        """Say why not."""
        self._feed.notify(Notice(NOT_YOURS, Weight.WARNING))


class RemoteMembership:
    """As a membership, by the collector's participant (`part.OurPart`); there is no token here.

    `run` follows the conference, and goes on wherever the collector or the bus is away; only with
    `ends` it returns once the meeting is over. `vouched` is whether the server knows that we are
    who we say.
    """

    def __init__(
        self,
        feed: Feed,
        bus: Bus,
        key: ConferenceKey,
        asking: Asking,
        *,
        rng: random.Random,
        read_only: bool = False,
        vouched: bool = True,
        ends: bool = False,
    ) -> None:
        self.feed = feed
        self.read_only = read_only
        self.insecure = False
        self.joined_at: float | None = None
        self.fault: PexdashError | None = None
        self.recording = None
        self.rules = None
        self._key = key
        self._asking = asking
        self._vouched = vouched
        self._running: asyncio.Task[str] | None = None
        self._closed = asyncio.Event()
        self._over: asyncio.Future[str] | None = None
        self._end = ""
        self.source = BusSource(
            feed, bus, key, lambda: asking.watch(key), rng=rng, opened=self._opened
        )
        sender = BusSender(asking, key, epoch=lambda: self.source.epoch)
        self.policy = BusPolicy(
            feed, forbids=READ_ONLY if read_only else "", has_chat=lambda: self.chat_enabled
        )
        self.moderation = Moderation(
            feed,
            policy=self.policy,
            send=sender.call,
            reconcile=self.source.list_again,
            tells_said=False,
        )
        self.settings = MeetingSettings(feed, moderation=self.moderation, send=sender.call)
        self.dialled = DialledCalls(feed, ask=self.moderation.ask)
        self.layouts = Layouts(
            feed, self.policy.capabilities, send=sender.call, ask=self.moderation.ask
        )
        self.rooms = Rooms(feed, ask=self.moderation.ask)
        self.calls = OwnCalls(feed, ask=self._ask_for_call, ice_servers=tuple)
        self.referrals = _Nowhere(feed)
        self._sender = sender
        feed.conference.chat.us = "the collector"
        if ends:
            feed.on_kind(Disconnected, self._disconnected)
            feed.on_told(self._take_end)

    @property
    def alias(self) -> str:
        """The conference."""
        return self.feed.conference.alias

    @property
    def is_own(self) -> bool:
        """The participant there is the collector's."""
        return False

    @property
    def node(self) -> None:
        """We are on none."""
        return None

    @property
    def chat_enabled(self) -> bool:
        """Whether the conference has a chat; True until the node says otherwise."""
        return self.feed.conference.status.chat_enabled is not False

    @property
    def whence(self) -> Sequence[str]:
        """The collector, and how old what the bus and the node have told is."""
        source = self.source
        if source.heard_at is None:
            return ()
        bus = f"bus {_age(self.feed.clock.monotonic() - source.heard_at)}"
        node = self.feed.link.age
        ages = bus if node is None else f"{bus} · node {_age(node)}"
        whole = f"through {source.collector} · {ages}" if source.collector else ages
        if self._vouched:
            return whole, ages, bus
        return f"{whole} · nobody vouches for {self._asking.user}", whole, ages, bus

    @property
    def line(self) -> Line:
        """How the line through the bus stands, in the clock's monotonic seconds."""
        feed = self.feed
        me = feed.conference.participants.get(feed.conference.me)
        if feed.is_live:
            state, since = LineState.LIVE, feed.live_since
        elif feed.live_since is None:
            state, since = LineState.JOINING, feed.link.since
        else:
            state, since = LineState.LOST, feed.live_until
        service = me.service_type if me is not None else ""
        return Line(
            state, since, feed.link.fault, role=feed.role, service_type=service or "conference"
        )

    def only_watch(self, why: str) -> None:
        """Send no action from now on; `why` is the sentence to show in place of each."""
        self.read_only = True
        self.policy.forbid(why)

    async def run(self) -> str:
        """Follow the conference; returns the reason when it is over, "" after `close`."""
        if self._closed.is_set():
            return ""
        self._running = asyncio.ensure_future(self._run())
        try:
            return await asyncio.shield(self._running)
        except asyncio.CancelledError:
            self._running.cancel()
            await asyncio.wait({self._running})
            task = asyncio.current_task()
            if not self._closed.is_set() or (task is not None and task.cancelling()):
                raise
        return ""

    async def _run(self) -> str:
        self._over = asyncio.get_running_loop().create_future()
        tasks = [asyncio.ensure_future(one) for one in (self.source.run(), self.moderation.watch())]
        try:
            return await first_end(tasks, self._over)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def close(self) -> None:
        """Follow the conference no longer; safe to call more than once."""
        self._closed.set()
        if self._running is not None and not self._running.done():
            self._running.cancel()
            await asyncio.wait({self._running})

    async def picture(self, request: Request, participant: str = "") -> bytes:
        """Fetch a picture of `participant`, or of the presentation for ""; raises PexdashError."""
        frame_id = "" if participant else self.feed.conference.frame_id
        query = {"id": frame_id} if frame_id else None
        picture = await self._sender.call(request, About(participant), query=query)
        if not isinstance(picture, bytes):
            raise BadAnswer("the collector answered with no picture")
        return picture

    def _disconnected(self, event: Disconnected) -> None:
        is_over = disconnection_of(event.reason) is Disconnection.OVER
        self._end = event.reason if is_over else ""

    def _take_end(self, told: Told) -> None:
        """End with the collector's own part, where the node has said that the meeting is over."""
        if not self._end or not isinstance(told, LineTold):
            return
        if told.state is LinkState.ENDED and self._over is not None and not self._over.done():
            self.moderation.conference_ended()
            self._over.set_result(self._end)

    def _opened(self) -> None:
        if self.joined_at is not None:
            return
        self.joined_at = self.feed.clock.monotonic()
        if not self._vouched:
            words = f"This bus has no users: nobody vouches that you are {self._asking.user}"
            self.feed.notify(Notice(words, Weight.WARNING))

    async def _ask_for_call(self, title: str, request: Request, **_: object) -> object:
        self.feed.notify(Notice(f"{title}: {NOT_YOURS}", Weight.WARNING))
        raise Refused(NOT_YOURS)


def _age(seconds: float) -> str:
    """Seconds in few cells: "0.4 s", "12 s"."""
    return f"{seconds:.1f} s" if seconds < _TENTHS_SECONDS else f"{seconds:.0f} s"
