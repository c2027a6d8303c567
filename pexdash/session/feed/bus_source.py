"""The source of a conference that a collector holds: its records as the collector publishes them.

What is live is subscribed first, then the holder is asked for the conference as it is, and then
its people are listed: whatever happens meanwhile waits until those are in.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import suppress

import msgspec

from pexdash.api.participants import participants_of
from pexdash.bus.bus import Bus
from pexdash.bus.messages import Epoch, Happened, Live, Opening, PersonTold, Stamp, unpacked
from pexdash.bus.subjects import STATE, live, participants
from pexdash.errors import BadAnswer, BusFault, BusRefused, NobodyHolds, PexdashError
from pexdash.model.alarms.keys import ConferenceKey
from pexdash.model.history import Kind
from pexdash.model.participant import Participant
from pexdash.session.feed.backoff import Backoff
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.link import LinkState
from pexdash.session.feed.recorded import told_of
from pexdash.session.feed.told import Heard, Line, Listed, Told
from pexdash.text import NAME_LIMIT, clean

RENEW_SECONDS = 10.0
"""How often the holder is asked to go on publishing; it stops after 30 s."""
SILENT_SECONDS = 3.0
"""After how long without a word the bus counts as silent: it brings one each second."""
LOOK_SECONDS = 1.0
"""The time between two looks at whether it is silent, or the holder is to be asked again."""
NOT_LET = "the bus does not let you see inside this conference"
NOBODY = "no collector holds this conference now"


class BusSource:
    """Follows one conference (`feed.Source`), and opens it anew wherever something was missed.

    `watch` asks the holder to publish what happens. `collector` is who holds the conference, as it
    said last, "" before. `heard_at` is when the bus last brought anything of it, and `ahead` how
    far the holder's Unix time is ahead of our monotonic clock; each None before. `opened` is called
    each time the conference is there.
    """

    def __init__(
        self,
        feed: Feed,
        bus: Bus,
        key: ConferenceKey,
        watch: Callable[[], Awaitable[Opening]],
        *,
        rng: random.Random,
        opened: Callable[[], None] = lambda: None,
    ) -> None:
        self.collector = ""
        self.heard_at: float | None = None
        self.ahead: float | None = None
        self._feed = feed
        self._clock = feed.clock
        self._bus = bus
        self._key = key
        self._watch = watch
        self._backoff = Backoff(rng)
        self._opened = opened
        self._position: tuple[Epoch, int] | None = None
        self._early: list[Live] = []
        self._missed = ""
        self._is_open = False
        self._again = asyncio.Event()

    @property
    def epoch(self) -> Epoch | None:
        """The epoch of what the feed shows, None before it shows anything."""
        return None if self._position is None else self._position[0]

    def open_anew(self, why: str) -> None:
        """Have the holder tell all of it again."""
        self._missed = self._missed or why
        self._again.set()

    async def list_again(self) -> bool:
        """List the people once more; returns whether that worked."""
        if not self._is_open:
            return False
        try:
            self._tell_people(await rows_on(self._bus, self._key))
        except BusFault:
            return False
        return True

    async def run(self) -> None:
        """Give the feed each record, until cancelled."""
        while True:
            wait = 0.0
            try:
                why = await self._follow()
            except NobodyHolds:
                why, wait = NOBODY, self._backoff.next(1.0)
            except BusRefused:
                why, wait = NOT_LET, self._backoff.next(1.0)
            except PexdashError as fault:
                why, wait = str(fault), self._backoff.next(1.0)
            self._feed.tell(Line(LinkState.LOST, why))
            if wait:
                await self._clock.sleep(wait)

    async def _follow(self) -> str:
        """Open the conference and follow it; returns why it has to be opened anew."""
        self._early, self._missed, self._is_open = [], "", False
        self._again.clear()
        stop = await self._bus.hear(live(self._key), self._hear)
        try:
            opening = await self._watch()
            people = await rows_on(self._bus, self._key)
            self._take_opening(opening, people)
            self._backoff.reset()
            return await self._keep_open()
        finally:
            self._is_open = False
            await stop()

    def _take_opening(self, opening: Opening, people: list[object]) -> None:
        told = [one for one in _told(opening.records) if not isinstance(one, Listed)]
        self.collector = clean(opening.collector, NAME_LIMIT)
        self._learn(opening.stamp, opening.heard_at)
        for one in told:
            self._feed.tell(one)
        self._tell_people(people)
        self._position = (opening.stamp.epoch, opening.stamp.n)
        self._note_node(opening.heard_at)
        self._is_open = True
        early, self._early = self._early, []
        for message in early:
            self._take(message)
        self._opened()

    def _tell_people(self, rows: list[object]) -> None:
        self._feed.tell(Listed(_people_in(rows), rows))

    async def _keep_open(self) -> str:
        renewed = self._clock.monotonic()
        while not self._missed:
            await self._look_at(LOOK_SECONDS)
            now = self._clock.monotonic()
            assert self.heard_at is not None
            if not self._missed and now - self.heard_at > SILENT_SECONDS:
                self._missed = "the bus brings nothing of this conference"
            elif not self._missed and now - renewed >= RENEW_SECONDS:
                renewed = now
                self.collector = clean((await self._watch()).collector, NAME_LIMIT)
        return self._missed

    async def _look_at(self, seconds: float) -> None:
        """Wait for so long, or until something was missed."""
        waits = [
            asyncio.ensure_future(one) for one in (self._again.wait(), self._clock.sleep(seconds))
        ]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waits:
                one.cancel()

    # What the bus brings

    def _hear(self, _: str, payload: bytes) -> None:
        try:
            told = unpacked(Live, payload)
        except BusFault as fault:
            self.open_anew(str(fault))
            return
        if self._is_open:
            self._take(told)
        else:
            self._early.append(told)

    def _take(self, message: Live) -> None:
        """Take what comes next; what is of an earlier epoch, or was in the opening, is dropped."""
        stamp = message.stamp
        assert self._position is not None
        epoch, n = self._position
        if stamp.epoch < epoch or (stamp.epoch == epoch and stamp.n <= n):
            return
        if stamp.epoch != epoch:
            self.open_anew("another collector has taken over")
        elif stamp.n != n + 1:
            missed = stamp.n - n - 1
            words = "1 message" if missed == 1 else f"{missed} messages"
            self.open_anew(f"the bus has lost {words}")
        if self._missed:
            return
        self._position = (epoch, stamp.n)
        self._learn(stamp, message.heard_at)
        for one in _together(_told(message.records)):
            self._feed.tell(one)
        self._note_takeover(message.records)
        self._note_node(message.heard_at)

    def _note_takeover(self, records: Iterable[Happened]) -> None:
        """Write into the log what the holder says of who had the conference before."""
        for happened in records:
            if (takeover := _takeover(happened.record)) is None:
                continue
            words = f"Another collector went on after {takeover:.1f} s, which are missing here"
            self._feed.history.add(self._clock.wall(), Kind.LINE, words)
            self._feed.touch()

    def _learn(self, stamp: Stamp, heard_at: float) -> None:
        """Take from a message how far the holder's Unix time is ahead of our clock.

        A message may come late and never early, so that the most is the nearest.
        """
        self.heard_at = now = self._clock.monotonic()
        ahead = stamp.at - now
        if self.ahead is None or ahead > self.ahead or self.ahead - ahead > SILENT_SECONDS:
            self.ahead = ahead

    def _note_node(self, heard_at: float) -> None:
        """Take when the holder last heard the node, in its Unix time."""
        if heard_at and self.ahead is not None:
            self._feed.link.heard_at = min(heard_at - self.ahead, self._clock.monotonic())


async def rows_on(bus: Bus, key: ConferenceKey) -> list[object]:
    """The participants of a conference as its holder has stored them, each as the node sent it."""
    found: list[object] = []
    for kept in await bus.listed(STATE, participants(key)):
        with suppress(BusFault):
            found.append(unpacked(PersonTold, kept.payload).person)
    return found


async def people_on(bus: Bus, key: ConferenceKey) -> list[Participant]:
    """The participants of a conference as its holder has stored them; raises BusFault."""
    return _people_in(await rows_on(bus, key))


def _people_in(rows: list[object]) -> list[Participant]:
    try:
        return participants_of(rows)
    except BadAnswer as fault:
        raise BusFault(f"what the bus has of the people is no list: {fault}") from fault


def _takeover(record: bytes) -> float | None:
    """How many seconds are missing by a takeover, None for another record."""
    if not record.startswith(b'{"takeover"'):
        return None
    try:
        return msgspec.json.decode(record, type=_Takeover).takeover.hole_seconds
    except (msgspec.MsgspecError, RecursionError):
        return None


class _Hole(msgspec.Struct, frozen=True):
    hole_seconds: float


class _Takeover(msgspec.Struct, frozen=True):
    takeover: _Hole


def _told(records: Iterable[Happened]) -> Iterator[Told]:
    """What records tell; those that this version does not know are left out."""
    for happened in records:
        try:
            record = msgspec.json.decode(happened.record)
        except (msgspec.DecodeError, RecursionError):
            continue
        told = told_of(record) if isinstance(record, dict) else None
        if told is not None:
            yield told


def _together(tolds: Iterable[Told]) -> Iterator[Told]:
    """The same with events that follow each other put together, as a stream brings them."""
    heard: list[Heard] = []
    for told in tolds:
        if isinstance(told, Heard):
            heard.append(told)
            continue
        yield from _merged(heard)
        heard.clear()
        yield told
    yield from _merged(heard)


def _merged(heard: list[Heard]) -> Iterator[Heard]:
    if heard:
        events = [event for one in heard for event in one.events]
        yield Heard(events, [sent for one in heard for sent in one.sent])
