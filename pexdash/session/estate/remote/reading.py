"""Reads from the bus which conferences a fleet has, how each stands, and their alarms.

The pulses are subscribed first, then everything is listed; from then on the pulses tell what
changes, and a shard of which something was missed is listed again, alone.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Collection, Iterable
from functools import partial
from typing import Protocol

from msgspec import Raw

from pexdash.bus.bus import Bus, Kept
from pexdash.bus.messages import (
    AlarmsTold,
    Named,
    PulseRead,
    Stamp,
    SummaryRead,
    unpacked,
    unsqueezed,
)
from pexdash.bus.subjects import (
    META,
    SHARDS,
    STATE,
    all_alarms,
    conferences,
    key_of,
    pulse,
    shard_in,
    summaries,
)
from pexdash.clock import Clock
from pexdash.errors import BusFault, BusRefused
from pexdash.log import logger
from pexdash.model.alarms.keys import ConferenceKey
from pexdash.model.line import LineState
from pexdash.session.alarms.together import run_together
from pexdash.session.estate.forms import packed_line_of
from pexdash.session.estate.remote.shards import SILENT_SECONDS, Heard, Position, Shard, position_of
from pexdash.session.feed.backoff import MOST_SECONDS, Backoff

LOOK_SECONDS = 1.0
"""The time between two looks at which shards are silent."""
SPREAD_SECONDS = 0.5
"""Within how long readers list a shard again of which all of them have missed something."""
AWAY = "the bus is away"
NOBODY = "no collector holds it"


class Shown(Protocol):
    """Whatever is told of what was read; `ahead` is how far Unix time there is ahead of our clock.

    Each is called with what is newest, but `take_summaries`, which compares for itself. It is told
    the code of each conference, how its line stands, and the fields, which are still packed.
    """

    def take_name(self, key: ConferenceKey, named: Named) -> None: ...
    def keep_names(self, keys: Collection[ConferenceKey]) -> None: ...
    def take_summaries(
        self, told: Iterable[tuple[str, LineState, Raw]], position: Position, ahead: float
    ) -> None: ...
    def take_alarms(
        self, home: ConferenceKey, told: AlarmsTold, ahead: float, *, is_news: bool
    ) -> None: ...
    def fall_silent(self, shard: int, since: float, why: str) -> None: ...
    def speak(self, shard: int) -> None: ...
    def was_refused(self, words: str) -> None: ...


class Reading:
    """Tells `shown` what the bus has, and goes on after whatever interrupts it; `run` reads.

    `shards` is what is known of each, by its number. `pulse_at` is when the last pulse of any
    came, None before the first.
    """

    def __init__(self, bus: Bus, shown: Shown, *, clock: Clock, rng: random.Random) -> None:
        self.shards: dict[int, Shard] = {}
        self.pulse_at: float | None = None
        self._bus = bus
        self._shown = shown
        self._clock = clock
        self._rng = rng
        self._began = clock.monotonic()
        self._silent: dict[int, str] = {}
        self._wanted: set[int] = set()
        self._wants_all = True
        self._wake = asyncio.Event()
        self._names: set[ConferenceKey] = set()
        self._listed: dict[ConferenceKey, Named] | None = None
        self._alarms: dict[ConferenceKey, Position] = {}
        self._alarms_gone: set[ConferenceKey] = set()
        self._is_news = False

    async def run(self) -> None:
        """Read until cancelled."""
        stop = self._bus.on_change(self._bus_changed)
        try:
            await run_together(
                self._again_and_again(self._read_summaries),
                self._again_and_again(self._follow_names),
                self._again_and_again(self._follow_alarms),
                self._look_now_and_then(),
            )
        finally:
            stop()

    def silence(self, shard: int) -> tuple[float, str] | None:
        """Since when nobody tells of a shard and why, None where somebody does."""
        why = self._silent.get(shard)
        return None if why is None else (self._heard_at(shard), why)

    def list_again(self, shard: int) -> None:
        """List a shard, because something new is known to be in it."""
        self._wanted.add(shard)
        self._wake.set()

    async def _again_and_again(self, read: Callable[[], Awaitable[None]]) -> None:
        """Read for ever; what the bus refuses may be allowed later."""
        backoff = Backoff(self._rng)
        while True:
            began = self._clock.monotonic()
            try:
                await read()
            except BusFault as fault:
                logger.warning("%s", fault)
                if isinstance(fault, BusRefused):
                    self._shown.was_refused(str(fault))
            if not self._bus.is_up or self._clock.monotonic() - began > MOST_SECONDS:
                backoff.reset()
            await self._bus.up()
            await self._clock.sleep(backoff.next())

    def _bus_changed(self) -> None:
        if self._bus.is_up:
            # What was said meanwhile is lost.
            self._wants_all = True
            self._wake.set()

    def _taken(self, take: Callable[[str, bytes], None], subject: str, payload: bytes) -> None:
        try:
            take(subject, payload)
        except BusFault as fault:
            logger.warning("the bus: %s: %s", subject, fault)

    # How each stands

    async def _read_summaries(self) -> None:
        stop = await self._bus.hear(pulse(), partial(self._taken, self._take_pulse))
        try:
            self._wants_all = True
            while True:
                await self._list_what_is_wanted()
                await self._wake.wait()
        finally:
            await stop()

    async def _list_what_is_wanted(self) -> None:
        self._wake.clear()
        wanted, self._wanted = self._wanted, set()
        if not self._wants_all:
            await self._clock.sleep(self._rng.uniform(0, SPREAD_SECONDS))
        if self._wants_all or len(wanted) > SHARDS // 4:
            await self._list_shard("*")
            self._wants_all = False
            return
        for shard in wanted:
            await self._list_shard(shard)

    async def _list_shard(self, shard: int | str) -> None:
        def take(kept: Kept) -> None:
            self._taken(self._take_summary, kept.subject, kept.payload)

        await self._bus.list_all(STATE, summaries(shard), take)

    def _take_pulse(self, subject: str, payload: bytes) -> None:
        told, now = unsqueezed(PulseRead, payload), self._clock.monotonic()
        number = shard_in(subject)
        shard = self.shards.setdefault(number, Shard())
        heard = shard.take(told.stamp, now)
        if heard is Heard.OLD:
            return
        self.pulse_at = now
        assert shard.ahead is not None
        if self._silent.pop(number, None) is not None:
            self._shown.speak(number)
        if told.summaries:
            self._shown.take_summaries(told.summaries, position_of(told.stamp), shard.ahead)
        if heard is Heard.MISSED:
            self.list_again(number)

    def _take_summary(self, subject: str, payload: bytes) -> None:
        told = unpacked(SummaryRead, payload)
        ahead = self._ahead(shard_in(subject))
        one = subject.rpartition(".")[2], packed_line_of(told.fields), told.fields
        self._shown.take_summaries([one], position_of(told.stamp), ahead)

    # Which there are

    async def _follow_names(self) -> None:
        def anew() -> None:
            self._names.clear()
            self._listed = {}

        def take(kept: Kept) -> None:
            self._taken(self._take_name, kept.subject, kept.payload)

        def ended() -> None:
            listed, self._listed = self._listed or {}, None
            # They come as they were stored last, which a take-over changes; a wall must not.
            for key in sorted(listed, key=lambda one: (listed[one].place, one)):
                self._shown.take_name(key, listed[key])
            self._shown.keep_names(self._names)

        await self._bus.follow(META, conferences(), take, anew=anew, ended=ended)

    def _take_name(self, subject: str, payload: bytes) -> None:
        key, listed = _key_in(subject), self._listed
        if payload:
            named = unpacked(Named, payload)
            self._names.add(key)
            if listed is None:
                self._shown.take_name(key, named)
            else:
                listed[key] = named
        elif key in self._names:
            self._names.discard(key)
            if listed is None:
                self._shown.keep_names(self._names)
            else:
                listed.pop(key, None)

    # Their alarms

    async def _follow_alarms(self) -> None:
        def anew() -> None:
            self._alarms_gone = set(self._alarms)

        def take(kept: Kept) -> None:
            self._taken(self._take_alarms, kept.subject, kept.payload)

        def ended() -> None:
            self._is_news = True
            for home in self._alarms_gone:
                self._forget_alarms(home)

        await self._bus.follow(STATE, all_alarms(), take, anew=anew, ended=ended)

    def _take_alarms(self, subject: str, payload: bytes) -> None:
        home = _key_in(subject)
        self._alarms_gone.discard(home)
        if not payload:
            self._forget_alarms(home)
            return
        told = unpacked(AlarmsTold, payload)
        position, known = position_of(told.stamp), self._alarms.get(home)
        if known is None or position >= known:
            self._alarms[home] = position
            ahead = self._ahead(shard_in(subject))
            self._shown.take_alarms(home, told, ahead, is_news=self._is_news)

    def _forget_alarms(self, home: ConferenceKey) -> None:
        if (known := self._alarms.pop(home, None)) is not None:
            nothing = AlarmsTold(Stamp(*known, 0.0))
            self._shown.take_alarms(home, nothing, 0.0, is_news=self._is_news)

    # What is common to them

    def _ahead(self, number: int) -> float:
        """How far the holder's Unix time is ahead of our clock, where it is silent ours instead."""
        shard = self.shards.get(number)
        if shard is not None and shard.ahead is not None:
            return shard.ahead
        return self._clock.wall() - self._clock.monotonic()

    # Silence

    async def _look_now_and_then(self) -> None:
        while True:
            await self._clock.sleep(LOOK_SECONDS)
            self._look()

    def _look(self) -> None:
        """See which shards are silent by now, and why."""
        now = self._clock.monotonic()
        why = NOBODY if self._bus.is_up else AWAY
        for number in range(SHARDS):
            if now - self._heard_at(number) > SILENT_SECONDS and self._silent.get(number) != why:
                self._silent[number] = why
                self._shown.fall_silent(number, self._heard_at(number), why)

    def _heard_at(self, number: int) -> float:
        """When a shard was heard last, or when we began to listen."""
        shard = self.shards.get(number)
        heard_at = None if shard is None else shard.heard_at
        return self._began if heard_at is None else heard_at


def _key_in(subject: str) -> ConferenceKey:
    return key_of(subject.rpartition(".")[2])
