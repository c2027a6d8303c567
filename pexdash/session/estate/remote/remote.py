"""The conferences of a wall that collectors hold, read from the bus."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import partial

from msgspec import Raw

from pexdash.bus.bus import Bus
from pexdash.bus.messages import AlarmsTold, Epoch, Named
from pexdash.bus.subjects import code_of, shard_of
from pexdash.clock import Clock
from pexdash.errors import BusFault
from pexdash.log import logger
from pexdash.model.alarms.edge import Edge
from pexdash.model.alarms.keys import AlarmKey, ConferenceKey
from pexdash.model.alarms.rule import Moment
from pexdash.model.line import LineState
from pexdash.model.summary import Summary
from pexdash.secret import Secret
from pexdash.session.alarms.together import run_together
from pexdash.session.estate.estate import EstateWatch, Incident, NodeLines
from pexdash.session.estate.forms import alarm_of, shelf_of
from pexdash.session.estate.incidents import Incidents
from pexdash.session.estate.places import Places
from pexdash.session.estate.remote.asking import Asking
from pexdash.session.estate.remote.deeds import Deeds
from pexdash.session.estate.remote.mirrored_alarms import MirroredAlarms
from pexdash.session.estate.remote.reading import LOOK_SECONDS, Reading
from pexdash.session.estate.remote.remote_membership import RemoteMembership
from pexdash.session.estate.remote.shards import SILENT_SECONDS, Position
from pexdash.session.estate.remote.slot import RemoteSlot
from pexdash.session.estate.watching import Watches
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.notices import Notice
from pexdash.text import ADDRESS_LIMIT, NAME_LIMIT, REASON_LIMIT, clean


class Remote:
    """Reads a fleet's conferences and alarms from the bus, and acts through who holds them.

    An `estate.Estate`. `user` is the name by which our requests go, and `vouched` whether the
    server knows that we are it. `moment` writes a Unix time as a time of day. Who opens the bus
    closes it.
    """

    def __init__(
        self,
        bus: Bus,
        user: str,
        *,
        title: str,
        clock: Clock,
        rng: random.Random,
        moment: Moment,
        read_only: bool = False,
        vouched: bool = True,
        operator: str = "",
    ) -> None:
        self.title = title
        self.clock = clock
        self.operator = user
        self.read_only, self.acknowledges = read_only, not read_only
        self._bus = bus
        self._rng = rng
        self._vouched = vouched
        self._of_day = moment
        self._alarms = MirroredAlarms(self._moment)
        self._incidents = Incidents(clock)
        self._watches = Watches()
        self._places: Places[RemoteSlot] = Places()
        self._by_code: dict[str, RemoteSlot] = {}
        self._in_shard: dict[int, list[RemoteSlot]] = {}
        self._opened: dict[ConferenceKey, tuple[RemoteMembership, asyncio.Task[str]]] = {}
        self._closing: set[asyncio.Task[None]] = set()
        self._make_part = self._part  # one for all slots: each look-up of a method makes another
        self._reading = Reading(bus, self, clock=clock, rng=rng)
        self._asking = Asking(bus, user, rng=rng, operator=operator, epoch_of=self._epoch_of)
        self._deeds = Deeds(
            self._asking,
            self._alarms,
            say=self._watches.say,
            label_of=self._label_of,
            conferences=self._in_cluster,
            read_only=read_only,
        )
        bus.on_change(self._bus_changed)

    # What there is to show

    @property
    def slots(self) -> Sequence[RemoteSlot | None]:
        return self._places.slots

    @property
    def alarms(self) -> MirroredAlarms:
        return self._alarms

    @property
    def incidents(self) -> Sequence[Incident]:
        return self._incidents

    @property
    def through(self) -> str:
        """How old what the bus brings is, and whether anybody vouches for us."""
        pulse_at, now = self._reading.pulse_at, self.clock.monotonic()
        if pulse_at is None:
            age = "bus silent" if self._bus.is_up else "bus away"
        elif now - pulse_at <= SILENT_SECONDS:
            age = f"bus {now - pulse_at:.1f} s"
        else:
            how = "silent" if self._bus.is_up else "away"
            age = f"bus {how} {now - pulse_at:.0f} s"
        return age if self._vouched else f"{age} · nobody vouches for {self.operator}"

    def watch(
        self,
        changed: Callable[[], None] | None = None,
        notify: Callable[[Notice], None] | None = None,
    ) -> EstateWatch:
        """Open a watch; see `Estate.watch`."""
        return self._watches.open(changed, notify)

    def summary(self, key: ConferenceKey) -> Summary:
        """What there is to show of a conference now; of one that is off the list, its last."""
        return self._places[key].shown

    def nodes(self) -> Sequence[NodeLines]:
        """The nodes that conferences are on, by cluster and name."""
        counts: dict[tuple[str, str], Counter[LineState]] = {}
        for slot in self._places:
            if slot.gone_since is None and slot.shown.node:
                counts.setdefault((slot.key.cluster, slot.shown.node), Counter())[
                    slot.shown.line
                ] += 1
        return [self._node_lines(*node, counts[node]) for node in sorted(counts)]

    def _node_lines(self, cluster: str, node: str, states: Counter[LineState]) -> NodeLines:
        live, stale = states[LineState.LIVE], states[LineState.LOST]

        def says(rule: str) -> bool:
            alarm = self._alarms.get(AlarmKey(rule, ConferenceKey(cluster, ""), node))
            return alarm is not None and alarm.is_active

        return NodeLines(
            cluster,
            node,
            live,
            stale,
            states.total() - live - stale,
            is_down=says("node-down"),
            is_in_maintenance=says("node-maintenance"),
        )

    # What runs

    async def run(self) -> None:
        """Follow the conferences until cancelled; what the bus does not tell is stale."""
        if not self._vouched:
            self.say(f"This bus has no users: nobody vouches that you are {self.operator}")
        await run_together(self._reading.run(), self._each_second())

    async def _each_second(self) -> None:
        while True:
            await self.clock.sleep(LOOK_SECONDS)
            now = self.clock.monotonic()
            self._tell_edges(self._alarms.ring_again(now))
            if freed := self._places.free(now):
                for slot in freed:
                    self._in_shard[shard_of(slot.key)].remove(slot)
                    del self._by_code[code_of(slot.key)]
                self._watches.slots()

    async def close(self) -> None:
        """Follow no conference any more; safe to call more than once."""
        for key in list(self._opened):
            self.closed(key)
        await self._deeds.close()
        await asyncio.gather(*self._closing, return_exceptions=True)

    # What the bus tells (`reading.Shown`)

    def take_name(self, key: ConferenceKey, named: Named) -> None:
        """The fleet has this conference."""
        alias, label = clean(named.alias, ADDRESS_LIMIT), clean(named.label, NAME_LIMIT)
        slot = self._places.get(key)
        if slot is None:
            # Of 10,000 conferences no name is kept twice.
            alias = key.alias if alias == key.alias else alias
            slot = RemoteSlot(key, alias, label, self.clock, self._make_part)
            self._places.add(slot)
            self._by_code[code_of(key)] = slot
            number = shard_of(key)
            self._in_shard.setdefault(number, []).append(slot)
            self._reading.list_again(number)
            self._silence(slot)
        elif slot.gone_since is None and slot.label == (label or alias):
            return
        slot.label, slot.gone_since = label or alias, None
        self._watches.slots()

    def keep_names(self, keys: Collection[ConferenceKey]) -> None:
        """The fleet has these conferences and no other."""
        kept, is_changed = set(keys), False
        for slot in self._places:
            if slot.gone_since is None and slot.key not in kept:
                slot.gone_since, is_changed = self.clock.monotonic(), True
                self._tell_edges(self._alarms.forget(slot.key, self.clock.monotonic()))
        if is_changed:
            self._watches.slots()

    def take_summaries(
        self, told: Iterable[tuple[str, LineState, Raw]], position: Position, ahead: float
    ) -> None:
        """How conferences of a shard stand, unless something newer is known of one."""
        find, changed = self._by_code.get, []
        for code, state, fields in told:
            slot = find(code)
            if slot is None or (slot.position is not None and position < slot.position):
                continue
            before = None if slot.told_state is state else slot.state
            slot.take(state, bytes(fields), position, ahead)
            if before is not None and slot.state is not before:
                self._incidents.take_line(slot.key, before, slot.line)
            changed.append(slot.key)
        self._watches.conferences(changed)

    def take_alarms(
        self, home: ConferenceKey, told: AlarmsTold, ahead: float, *, is_news: bool
    ) -> None:
        """The alarms of a conference, and what is shelved there."""
        alarms, shelves = [], {}
        for form in told.alarms:
            try:
                alarms.append(alarm_of(form, ahead))
            except BusFault as fault:
                # One by a rule of a newer version must not hide the others.
                logger.warning("the bus: %s", fault)
        for form in told.shelves:
            key, shelf = shelf_of(form, ahead)
            shelves[key] = shelf
        now = self.clock.monotonic()
        edges = self._alarms.take(home, alarms, shelves, now, is_news=is_news)
        self._tell_edges(edges)
        if is_news:
            self._watches.conference(home)
        else:
            # Nothing is news at first, and all of it is to be looked at.
            self._watches.slots()

    def fall_silent(self, shard: int, since: float, why: str) -> None:
        """Nobody tells of the conferences of a shard."""
        for slot in self._in_shard.get(shard, ()):
            slot.fall_silent(since, self._words_of(since, why))
            self._watches.conference(slot.key)

    def speak(self, shard: int) -> None:
        """Somebody tells of them again."""
        for slot in self._in_shard.get(shard, ()):
            slot.speak()
            self._watches.conference(slot.key)

    def _silence(self, slot: RemoteSlot) -> None:
        silence = self._reading.silence(shard_of(slot.key))
        if silence is not None:
            slot.fall_silent(silence[0], self._words_of(*silence))

    def _words_of(self, since: float, why: str) -> str:
        return f"{why}: as it was at {self._moment(since)}"

    def _moment(self, at: float) -> str:
        return self._of_day(at + self.clock.wall() - self.clock.monotonic())

    def _tell_edges(self, edges: list[Edge]) -> None:
        if edges:
            for edge in edges:
                self._incidents.take_edge(edge)
            self._watches.edges(edges)

    def _bus_changed(self) -> None:
        self._incidents.take_words("the bus is back" if self._bus.is_up else "the bus is away")

    def was_refused(self, words: str) -> None:
        """The server does not let us read what a wall needs."""
        self.say(f"The bus: {clean(words, REASON_LIMIT)}")

    # A conference that is opened

    def _part(self, key: ConferenceKey, feed: Feed) -> RemoteMembership:
        part = RemoteMembership(
            feed,
            self._bus,
            key,
            self._asking,
            rng=random.Random(self._rng.random()),
            read_only=self.read_only,
            vouched=self._vouched,
        )
        part.moderation.journal.on_ended(partial(self._incidents.take_request, key))
        return part

    def open(self, key: ConferenceKey) -> None:
        """Follow all that happens in a conference, from now on."""
        if key in self._opened:
            return
        slot = self._places[key]
        part = slot.membership
        part.feed.keep_all()
        self._opened[key] = part, asyncio.ensure_future(part.run())

    def closed(self, key: ConferenceKey) -> None:
        """Follow no more of a conference than the wall shows."""
        opened = self._opened.pop(key, None)
        if opened is None:
            return
        closing = asyncio.ensure_future(self._close(*opened))
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)
        if (slot := self._places.get(key)) is not None:
            slot.forget()

    async def _close(self, part: RemoteMembership, running: asyncio.Task[str]) -> None:
        await part.close()
        await running

    # What people do

    def try_again(self, key: ConferenceKey, pin: Secret | None = None) -> None:
        """Have the holder join anew; a PIN is refused, as it would be sent in the clear."""
        self._deeds.try_again(key, pin)

    def leave(self, key: ConferenceKey) -> None:
        """Have the holder leave the conference."""
        self._deeds.leave(key)

    def acknowledge(self, keys: Iterable[AlarmKey]) -> None:
        """Take note of alarms, at their holders."""
        self._deeds.acknowledge(keys)

    def shelve(self, key: AlarmKey, why: str, seconds: float | None) -> None:
        """Put an alarm aside at its holder; see `Estate.shelve`."""
        self._deeds.shelve(key, why, seconds)

    def unshelve(self, key: AlarmKey) -> None:
        """Take an alarm, a conference or a cluster off the shelf."""
        self._deeds.unshelve(key)

    def take_lag(self, behind: float) -> None:
        """Nothing: alarms are judged elsewhere, and the screen tells itself that it is behind."""

    def say(self, words: str) -> None:
        """Tell everybody who watches a sentence on the whole wall."""
        self._watches.say(self._incidents.take_words(words))

    def _epoch_of(self, key: ConferenceKey) -> Epoch | None:
        shard = self._reading.shards.get(shard_of(key))
        return None if shard is None else shard.epoch

    def _label_of(self, key: ConferenceKey) -> str:
        slot = self._places.get(key)
        return key.alias if slot is None else slot.label

    def _in_cluster(self, cluster: str) -> Iterator[ConferenceKey]:
        return (
            slot.key
            for slot in self._places
            if slot.key.cluster == cluster and slot.gone_since is None
        )
