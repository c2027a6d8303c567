"""The conferences of a wall that this program has joined itself."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Collection, Coroutine, Iterable, Sequence
from functools import partial

import msgspec

from pexdash.clock import Clock
from pexdash.model.alarms.alarms import Alarms
from pexdash.model.alarms.edge import Edge
from pexdash.model.alarms.keys import AlarmKey, ConferenceKey
from pexdash.model.alarms.policy import Policy, policy_of
from pexdash.model.line import LineState
from pexdash.model.summary import Summary
from pexdash.secret import Secret
from pexdash.session.alarms.at_work import AlarmsAtWork
from pexdash.session.alarms.together import run_together
from pexdash.session.deadlines import Deadline, Deadlines
from pexdash.session.estate.estate import EstateWatch, Incident, NodeLines
from pexdash.session.estate.incidents import Incidents
from pexdash.session.estate.joining import Entrance, Joining
from pexdash.session.estate.nodes import Nodes
from pexdash.session.estate.pins import pin_of
from pexdash.session.estate.place import Place, Ways
from pexdash.session.estate.places import KEPT_SECONDS, Places
from pexdash.session.estate.turns import Turns
from pexdash.session.estate.wanted import Plan, Wanted
from pexdash.session.estate.watching import Watches
from pexdash.session.feed.backoff import Backoff
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.notices import Notice
from pexdash.session.membership.membership import Membership

JOINS_A_SECOND = 20.0
"""How many conferences are joined in a second."""
ADOPTIONS_A_SECOND = 100.0
"""How many conferences are gone on with in a second, where another program was in them."""
STREAMS_A_SECOND = 50.0
"""How many streams of one cluster are opened again in a second, after all of them broke at once."""
CLOSES_AT_ONCE = 100
"""How many tokens are released at a time."""
_HOST_SAYS = -1.0
"""The rank of a conference that a key or a screen wants: before all others."""


class Fleet:
    """Own memberships in many conferences (`estate.Estate`), on shared connections and one timer.

    Conferences are joined in turns, in the order of their places, each by a token of its own.
    `adopt` takes another plan while it runs: who is in both stays joined.
    """

    def __init__(
        self,
        plan: Plan,
        joining: Joining,
        alarms: AlarmsAtWork,
        *,
        clock: Clock,
        rng: random.Random,
    ) -> None:
        self.clock = clock
        self.read_only, self.acknowledges = joining.read_only, joining.acknowledges
        self._incidents = Incidents(clock)
        self._plan = Plan()
        self._alarms_at_work = alarms
        self._rng = rng
        self._deadlines = Deadlines(clock)
        self._entrance = Entrance(joining, self._deadlines, rng)
        self._nodes = Nodes(alarms, self._entrance, clock, rng)
        self._joins = Turns(clock, self._deadlines, JOINS_A_SECOND)
        self._adoptions = Turns(clock, self._deadlines, ADOPTIONS_A_SECOND)
        self._streams: dict[str, Turns] = {}
        self._places: Places[Place] = Places()
        self._policies: dict[bytes, Policy] = {}
        self._watches = Watches()
        self._states: dict[ConferenceKey, LineState] = {}
        self._last: dict[ConferenceKey, Summary] = {}
        self._running: dict[Place, asyncio.Task[None]] = {}
        self._leaving: set[asyncio.Task[None]] = set()
        self._freeing: Deadline | None = None
        self._is_running = False
        self._has_changed = asyncio.Event()
        self._closing: asyncio.Task[None] | None = None
        self._ways = Ways(
            clock=clock,
            deadlines=self._deadlines,
            turn=self._turn,
            make=self._make,
            moved=lambda place: alarms.moved(place.key, place.feed),
            changed=self._line_changed,
        )
        self._stop_hearing = alarms.on_edges(self._take_edges)
        self.adopt(plan)

    # What there is to show

    @property
    def title(self) -> str:
        return self._plan.title

    @property
    def operator(self) -> str:
        return self._alarms_at_work.operator

    @property
    def slots(self) -> Sequence[Place | None]:
        return self._places.slots

    @property
    def alarms(self) -> Alarms:
        return self._alarms_at_work.alarms

    @property
    def through(self) -> str:
        return ""

    @property
    def incidents(self) -> Sequence[Incident]:
        return self._incidents

    def watch(
        self,
        changed: Callable[[], None] | None = None,
        notify: Callable[[Notice], None] | None = None,
    ) -> EstateWatch:
        """Open a watch; see `Estate.watch`."""
        return self._watches.open(changed, notify)

    def summary(self, key: ConferenceKey) -> Summary:
        """What there is to show of a conference now; of one that is off the list, its last."""
        last = self._last.get(key)
        return self.alarms.summary(key) if last is None else last

    def nodes(self) -> Sequence[NodeLines]:
        """The nodes that conferences are on, by cluster and name."""
        return self._nodes.lines(self._places)

    # What runs

    async def run(self) -> None:
        """Follow the conferences until cancelled; one that fails is a slot that says why."""
        self._is_running = True
        for place in self._places:
            self._start(place)
        alarms = asyncio.ensure_future(run_together(self._alarms_at_work.run(), self._nodes.run()))
        try:
            while True:
                self._has_changed.clear()
                changed = asyncio.ensure_future(self._has_changed.wait())
                running = {alarms, changed, *self._running.values()}
                done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                changed.cancel()
                for task in done:
                    if not task.cancelled():
                        task.result()
        finally:
            self._is_running = False
            tasks = [alarms, *self._running.values()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._running.clear()

    def _start(self, place: Place) -> None:
        if self._is_running and place.gone_since is None:
            self._running[place] = asyncio.ensure_future(place.run())
            self._has_changed.set()

    async def close(self) -> None:
        """Release every token, many at a time; safe to call more than once."""
        if self._closing is None:
            self._closing = asyncio.ensure_future(self._close())
        await asyncio.shield(self._closing)

    async def _close(self) -> None:
        # Who still waits for a turn must not join when all others have left.
        running = [*self._running.values()]
        self._is_running = False
        self._running.clear()
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        room = asyncio.Semaphore(CLOSES_AT_ONCE)

        async def close(place: Place) -> None:
            async with room:
                await place.close()

        await asyncio.gather(*map(close, self._places), *self._leaving)
        if self._freeing is not None:
            self._freeing.cancel()
        self._stop_hearing()
        await self._entrance.close()

    # Which conferences

    def place(self, key: ConferenceKey) -> Place | None:
        """The conference of that key while it is on the list, else None."""
        place = self._places.get(key)
        return None if place is None or place.gone_since is not None else place

    async def left(self) -> None:
        """Wait until we have left what is off the list."""
        await asyncio.gather(*self._leaving, return_exceptions=True)

    def adopt(self, plan: Plan, given: Collection[ConferenceKey] = ()) -> None:
        """Show the conferences of another plan; those of the present one stay joined.

        Another program goes on with those that are `given`: their alarms are not over.
        """
        before, self._plan = self._plan, plan
        wanted = {one.key: one for one in plan.wanted}
        if (before.layers, before.profiles) != (plan.layers, plan.profiles):
            everywhere = policy_of(layers=plan.layers, profiles=plan.profiles)
            self._alarms_at_work.become_everywhere(everywhere)
        self._nodes.keep({key.cluster: one.cluster for key, one in wanted.items()})
        for place in [*self._places]:
            if place.gone_since is None and place.key not in wanted:
                self._take_off(place, is_given=place.key in given)
        for key, one in wanted.items():
            place = self._places.get(key)
            if place is None or place.gone_since is not None:
                self._put_on(one, place)
            elif (place.wanted, before.layers, before.profiles) != (
                one,
                plan.layers,
                plan.profiles,
            ):
                self._change(place, one)
        self._watches.slots()

    def _put_on(self, wanted: Wanted, earlier: Place | None) -> None:
        place = Place(wanted, self._ways, Backoff(random.Random(self._rng.random())))
        if earlier is None:
            self._places.add(place)
        else:
            self._places.replace(earlier, place)
            self._last.pop(place.key, None)
        self._states[place.key] = LineState.JOINING
        self._alarms_at_work.follow(
            place.key, place.feed, lambda: place.line, self._policy_of(wanted)
        )
        self._start(place)

    def _change(self, place: Place, wanted: Wanted) -> None:
        """Take what the plan says of a conference now; it is joined anew where it has to be."""
        before, place.wanted = place.wanted, wanted
        self._alarms_at_work.become(place.key, self._policy_of(wanted))
        if (before.cluster, before.pin_file, before.pin_command) != (
            wanted.cluster,
            wanted.pin_file,
            wanted.pin_command,
        ):
            self._in_background(place.rejoin())

    def _take_off(self, place: Place, *, is_given: bool) -> None:
        now = self.clock.monotonic()
        place.gone_since = now
        self._last[place.key] = self.alarms.summary(place.key)
        if is_given:
            self._alarms_at_work.hand_on(place.key)
        else:
            self._alarms_at_work.unfollow(place.key)
        self._states.pop(place.key, None)
        task = self._running.pop(place, None)
        if task is not None:
            self._in_background(self._leave(place, task))
        if self._freeing is None:
            self._freeing = self._deadlines.at(now + KEPT_SECONDS, self._free)

    async def _leave(self, place: Place, task: asyncio.Task[None]) -> None:
        await place.close()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    def _in_background(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.ensure_future(work)
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)

    def _free(self) -> None:
        """Free the places that are to be free by now."""
        for place in self._places.free(self.clock.monotonic()):
            self._last.pop(place.key, None)
        waiting = [place.gone_since for place in self._places if place.gone_since is not None]
        self._freeing = None
        if waiting:
            self._freeing = self._deadlines.at(min(waiting) + KEPT_SECONDS, self._free)
        self._watches.slots()

    def _policy_of(self, wanted: Wanted) -> Policy:
        """The rules for a conference, the same object for all that are judged alike."""
        said = (
            wanted.profile,
            wanted.expects,
            wanted.alarms,
            self._plan.layers,
            self._plan.profiles,
        )
        kind = msgspec.json.encode(said)
        policy = self._policies.get(kind)
        if policy is None:
            policy = self._policies[kind] = self._plan.policy(wanted)
        return policy

    # What a place needs

    async def _turn(self, place: Place) -> None:
        rank = _HOST_SAYS if place.is_open else float(self._places.index(place))
        custody = self._entrance.joining.custody
        is_heir = custody is not None and custody(place.key).is_heir
        await (self._adoptions if is_heir else self._joins).take(rank)

    async def _make(self, place: Place, feed: Feed) -> Membership:
        joining = self._entrance.joining
        pin = place.pin or await pin_of(place.wanted)
        if place.wanted.is_bare:
            pin = pin or joining.pin
        name = joining.name or self._plan.name or joining.usual_name
        turns = self._streams.setdefault(
            place.key.cluster, Turns(self.clock, self._deadlines, STREAMS_A_SECOND)
        )
        membership = self._entrance.membership(place.wanted, name, pin, feed, turns.take)
        membership.moderation.journal.on_ended(partial(self._incidents.take_request, place.key))
        for begin in joining.begins:
            begin(place.key, membership)
        self._alarms_at_work.mind(place.key, membership)
        feed.on_told(lambda _: self._changed(place, feed))
        return membership

    def _changed(self, place: Place, feed: Feed) -> None:
        if feed is place.feed and place.gone_since is None:
            self._note_line(place)
            self._watches.conference(place.key)

    def _line_changed(self, place: Place) -> None:
        if place.gone_since is None:
            self._alarms_at_work.line_changed(place.key)
            self._note_line(place)
            self._watches.conference(place.key)

    def _note_line(self, place: Place) -> None:
        line = self._alarms_at_work.line(place.key)
        before = self._states[place.key]
        # That every line ends when we leave is no news.
        if line.state is not before and self._is_running:
            self._nodes.note(place)
            self._states[place.key] = line.state
            self._incidents.take_line(place.key, before, line)

    def _take_edges(self, edges: list[Edge]) -> None:
        for edge in edges:
            self._incidents.take_edge(edge)
        self._watches.edges(edges)

    # What people do

    def open(self, key: ConferenceKey) -> None:
        """Keep what a screen of the conference shows, from now on."""
        self._places[key].open()

    def closed(self, key: ConferenceKey) -> None:
        """Keep no more of a conference than the wall shows."""
        if (place := self._places.get(key)) is not None:
            place.closed()

    def try_again(self, key: ConferenceKey, pin: Secret | None = None) -> None:
        """Join a conference anew, by another PIN where one is given; see `Estate.try_again`."""
        place = self._places[key]
        place.pin = pin or place.pin
        place.try_again()

    def leave(self, key: ConferenceKey) -> None:
        """Leave a conference for this run; its slot says so."""
        self._in_background(self._places[key].leave())

    def acknowledge(self, keys: Iterable[AlarmKey]) -> None:
        """Take note of alarms; those that are over are gone then."""
        self._alarms_at_work.acknowledge(keys)

    def shelve(self, key: AlarmKey, why: str, seconds: float | None) -> None:
        """Put an alarm aside for so long, or until it clears; see `Estate.shelve`."""
        self._alarms_at_work.shelve(key, why, seconds)

    def unshelve(self, key: AlarmKey) -> None:
        """Take an alarm, a conference or a cluster off the shelf."""
        self._alarms_at_work.unshelve(key)

    def take_lag(self, behind: float) -> None:
        """Take by how many seconds this program's loop is behind."""
        self._alarms_at_work.take_lag(behind)

    def say(self, words: str) -> None:
        """Tell everybody who watches a sentence on the whole wall."""
        self._watches.say(self._incidents.take_words(words))
