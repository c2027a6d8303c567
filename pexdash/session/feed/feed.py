"""The feed of one conference: it takes the records of a source and passes changes to watches."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from pexdash.clock import Clock
from pexdash.model.airtime import Airtime
from pexdash.model.changes import Changes
from pexdash.model.chat import MOST_MESSAGES
from pexdash.model.conference import Conference
from pexdash.model.events import Event, StageUpdated
from pexdash.model.history import MOST_HAPPENINGS, History, Kind
from pexdash.model.participant import Role
from pexdash.session.feed.link import Link, LinkState
from pexdash.session.feed.logged_alarms import LoggedAlarms
from pexdash.session.feed.notices import Notice, notices_of
from pexdash.session.feed.told import (
    Acted,
    Alarmed,
    Heard,
    Line,
    Listed,
    Marked,
    Me,
    Said,
    Spoken,
    Stated,
    Told,
)
from pexdash.session.feed.watch import Watch

LITTLE = 100
"""How many lines of the chat and of the log are kept for a conference that has no screen."""

Stop = Callable[[], None]
"""Removes a listener from a feed; safe to call more than once."""

EventHearer = Callable[[Event, Changes], None]
ToldHearer = Callable[[Told], None]
_Hearer = TypeVar("_Hearer")

_LINE_WORDS = {
    LinkState.LIVE: "The line is live",
    LinkState.LOST: "The line was lost",
    LinkState.ENDED: "The line has ended",
}


class Source(Protocol):
    """Gives a feed the records of what happens in a conference."""

    async def run(self) -> None:
        """Give the feed each record; returns after the last one.

        Raises PexdashError when a fault ends the source.
        """
        ...


class Feed:
    """Keeps the state of a conference and of its link from a source's records, for any watch.

    `role` is our own role, from the token or from the roster, whichever came last. `is_listing` is
    True from the moment the line is live until the participant list is complete. `is_live` is
    whether the stream brings events and that list is complete; `live_since` is since when it is, or
    was the last time, and `live_until` the last moment of the last time, each None before the first
    one. `own_start` is the node's time at which we joined, as our row first had it.
    `is_told_elsewhere` takes a participant's uuid and returns True where another part of the
    program says how the call ended, so that the feed sends no notice about it. The feed calls
    listeners in the order in which they registered.
    """

    def __init__(self, alias: str, clock: Clock) -> None:
        self.clock = clock
        self.conference = Conference(alias)
        self.link = Link(clock)
        self.airtime = Airtime()
        self.history = History()
        self.role = Role.UNKNOWN
        self.is_listing = False
        self.is_live = False
        self.live_since: float | None = None
        self.live_until: float | None = None
        self.own_start: float | None = None
        self.is_told_elsewhere: Callable[[str], bool] = lambda _: False
        self._watches: tuple[Watch, ...] = ()
        self._takes_one_by_one = False
        self._event_hearers: tuple[EventHearer, ...] = ()
        self._told_hearers: tuple[ToldHearer, ...] = ()
        self._applied_hearers: tuple[Callable[[], None], ...] = ()
        self._changes_hearers: tuple[Callable[[Changes], None], ...] = ()
        self._is_telling = self._is_taking = False
        self._afterwards: deque[Told] = deque()
        self._touched: Changes | None = None
        self._kind_hearers: dict[type, tuple[Callable[[Any], None], ...]] = {}
        self._alarms_logged = LoggedAlarms()
        self._heard_at = clock.monotonic()
        self._hears_no_voices: Stop | None = self.on_kind(StageUpdated, self._hear_voices)

    def keep_little(self) -> None:
        """Keep what a wall shows: a hundred lines of the chat and of the log, and who talks now."""
        self._keep(LITTLE, LITTLE)
        if self._hears_no_voices is not None:
            self._hears_no_voices()
            self._hears_no_voices = None
        self.airtime = Airtime()

    def keep_all(self) -> None:
        """Keep from now on what the conference's own screen shows, the turns of talk too."""
        self._keep(MOST_MESSAGES, MOST_HAPPENINGS)
        if self._hears_no_voices is None:
            self._hears_no_voices = self.on_kind(StageUpdated, self._hear_voices)

    def _keep(self, messages: int, happenings: int) -> None:
        self.conference.chat.keep(messages)
        self.history.keep(happenings)

    # Who listens

    def watch(
        self,
        changed: Callable[[], None] | None = None,
        notify: Callable[[Notice], None] | None = None,
        *,
        one_by_one: bool = False,
    ) -> Watch:
        """Open a watch, which gathers changes and notices of its own from now on."""
        watch = Watch(self._unwatch, changed=changed, notify=notify, one_by_one=one_by_one)
        self._watches = (*self._watches, watch)
        self._look_who_listens()
        return watch

    def on_event(self, hear: EventHearer) -> Stop:
        """Call `hear` with each event and its changes, right after the feed applies the event."""
        self._event_hearers = (*self._event_hearers, hear)
        self._look_who_listens()

        def stop() -> None:
            self._event_hearers = _without(self._event_hearers, hear)
            self._look_who_listens()

        return stop

    def on_kind(self, kind: type, hear: Callable[[Any], None]) -> Stop:
        """Call `hear` with each event of type `kind`, before the feed applies the event."""
        self._kind_hearers[kind] = (*self._kind_hearers.get(kind, ()), hear)

        def stop() -> None:
            self._kind_hearers[kind] = _without(self._kind_hearers[kind], hear)

        return stop

    def on_applied(self, hear: Callable[[], None]) -> Stop:
        """Call `hear` whenever the conference has changed, before any watch is told of it.

        Events that arrived together are still told together, but `hear` sees each of them.
        """
        self._applied_hearers = (*self._applied_hearers, hear)

        def stop() -> None:
            self._applied_hearers = _without(self._applied_hearers, hear)

        return stop

    def on_changes(self, hear: Callable[[Changes], None]) -> Stop:
        """Call `hear`, which keeps none of them, with what a watch gathers before any is told."""
        self._changes_hearers = (*self._changes_hearers, hear)

        def stop() -> None:
            self._changes_hearers = _without(self._changes_hearers, hear)

        return stop

    def on_told(self, hear: ToldHearer) -> Stop:
        """Call `hear` with each record of the source, after the feed applies the record."""
        self._told_hearers = (*self._told_hearers, hear)

        def stop() -> None:
            self._told_hearers = _without(self._told_hearers, hear)

        return stop

    def _unwatch(self, watch: Watch) -> None:
        self._watches = _without(self._watches, watch)
        self._look_who_listens()

    def _look_who_listens(self) -> None:
        each = any(watch.one_by_one for watch in self._watches)
        self._takes_one_by_one = each or bool(self._event_hearers)

    # Records of the source

    def tell(self, told: Told) -> Changes:
        """Apply one record of the source; returns the changes."""
        is_within, self._is_telling = self._is_telling, True
        self._is_taking = True
        try:
            changes = _TAKE[type(told)](self, told)
            self._is_taking = False
            if self._touched is not None:
                touched, self._touched = self._touched, None
                self._pass_on(touched)
            for hear in self._told_hearers:
                hear(told)
        finally:
            self._is_taking, self._is_telling = False, is_within
        while self._afterwards and not is_within:
            self.tell(self._afterwards.popleft())
        return changes

    def tell_after(self, told: Told) -> None:
        """Apply a record once that has been heard by all which brought it, else at once."""
        if self._is_telling:
            self._afterwards.append(told)
        else:
            self.tell(told)

    def notify(self, notice: Notice) -> None:
        """Pass a notice to every watch."""
        for watch in self._watches:
            watch.say(notice)

    def touch(self, uuid: str = "") -> None:
        """Have the watches draw a participant's row again, or the conference for "".

        For a change on our side, such as a pending request: no event comes for it.
        """
        changes = Changes()
        if uuid:
            changes.before[uuid] = self.conference.participants.get(uuid)
        else:
            changes.own = True
        if not self._is_taking:
            self._pass_on(changes)
        # A watch needs the state before the record, and so the record's changes first.
        elif self._touched is None:
            self._touched = changes
        else:
            self._touched.merge(changes)

    def _take_events(self, told: Heard) -> Changes:
        if not self._takes_one_by_one:
            return self._take_together(told)
        merged = Changes()
        for event in told.events:
            changes = self._take_together(Heard((event,)))
            for hear in self._event_hearers:
                hear(event, changes)
            merged.merge(changes)
        return merged

    def _take_together(self, told: Heard) -> Changes:
        now, changes = self.clock.wall(), Changes()
        self._heard_at = self.clock.monotonic()
        kinds, apply = self._kind_hearers, self.conference.apply
        for event in told.events:
            if (hearers := kinds.get(type(event))) is not None:
                for hear in hearers:
                    hear(event)
            apply(event, now, changes)
            if self._applied_hearers:
                self._look()
        self._merge(changes)
        return changes

    def _take_list(self, told: Listed) -> Changes:
        changes = self.conference.replace_participants(told.people, self.clock.wall())
        # A list that changes nothing must not have everything drawn again.
        changes.synced = bool(changes.before)
        if self.is_listing:
            self.touch()  # one that changes nothing may be what makes the line live
        self._listing_ends()
        self._look()
        self._merge(changes)
        return changes

    def _take_status(self, told: Stated) -> Changes:
        changes = self.conference.apply(told.status, self.clock.wall())
        self._look()
        self._merge(changes)
        return changes

    def _take_line(self, told: Line) -> Changes:
        was, was_live = self.link.state, self.link.is_live
        self.link.become(told.state, told.why)
        if self.link.state is not was and (words := _LINE_WORDS.get(self.link.state)):
            words += f": {told.why}" if told.why else ""
            self.history.add(self.clock.wall(), Kind.LINE, words)
        # That events are late, or come at last, says nothing of a list.
        self.is_listing = self.link.is_live and (self.is_listing or not was_live)
        self._look_at_line()
        if not self.link.is_live or self.link.is_held_back:
            self.airtime.break_off(self._heard_at)
        if told.state is not LinkState.LIVE:
            # The stream ended within a list: the node never sends the rest.
            self.conference.drop_sync()
        self.touch()
        return Changes(own=True)

    def _take_me(self, told: Me) -> Changes:
        if told.alias and told.alias != self.conference.alias:
            self._merge(self.conference.move_to(told.alias, self.clock.wall()))
        if told.uuid != self.conference.me:
            self.own_start = None
        self.conference.become(told.uuid)
        self._take_role(told.role)
        self.touch()
        return Changes(own=True)

    def _take_said(self, told: Said) -> Changes:
        changes = self.conference.add_own_message(told.text, self.clock.wall(), told.to)
        self._merge(changes)
        return changes

    def _hear_voices(self, event: StageUpdated) -> None:
        self.airtime.hear(event.speakers, self._heard_at)

    def _take_mark(self, told: Marked) -> Changes:
        self.history.add(self.clock.wall(), Kind.MARK, f"Marked: {told.word}")
        return Changes()

    def _take_alarm(self, told: Alarmed) -> Changes:
        if words := self._alarms_logged.take(told, self.clock.monotonic()):
            self.history.add(self.clock.wall(), Kind.ALARM, words, told.person)
        return Changes()

    def _take_for_reports(self, told: Acted | Spoken) -> Changes:
        return Changes()

    def _look(self) -> None:
        for look in self._applied_hearers:
            look()

    def _merge(self, changes: Changes) -> None:
        if not changes:
            return
        mine, people = self.conference.me, self.conference.participants
        if mine in changes.before and mine in people:
            self._take_role(people[mine].role)
            if self.own_start is None:
                self.own_start = people[mine].start_time
        if changes.synced:
            self._listing_ends()
        self.history.take(changes, self.conference, self.clock.wall())
        if changes.left or changes.synced:
            self.airtime.keep(people, self.clock.monotonic())
        for notice in notices_of(changes, self.conference, self.is_told_elsewhere):
            self.notify(notice)
        self._pass_on(changes)

    def _listing_ends(self) -> None:
        if self.is_listing:
            self.is_listing = False
            self._look_at_line()

    def _look_at_line(self) -> None:
        is_live = self.link.is_live and not (self.link.is_held_back or self.is_listing)
        if is_live is self.is_live:
            return
        self.is_live = is_live
        if is_live:
            self.live_since = self.clock.monotonic()
        else:
            self.live_until = self.link.heard_at

    def _take_role(self, role: Role) -> None:
        if role is not Role.UNKNOWN:
            self.role = role

    def _pass_on(self, changes: Changes) -> None:
        # Every watch has the changes before the first of them can cause others.
        watches = self._watches
        for watch in watches:
            watch.add(changes)
        for hear in self._changes_hearers:
            hear(changes)
        for watch in watches:
            watch.tell()


def _without(hearers: tuple[_Hearer, ...], one: _Hearer) -> tuple[_Hearer, ...]:
    return tuple(other for other in hearers if other is not one)


_TAKE: dict[type, Callable[[Feed, Any], Changes]] = {
    Heard: Feed._take_events,
    Listed: Feed._take_list,
    Stated: Feed._take_status,
    Line: Feed._take_line,
    Me: Feed._take_me,
    Said: Feed._take_said,
    Marked: Feed._take_mark,
    Alarmed: Feed._take_alarm,
    Acted: Feed._take_for_reports,
    Spoken: Feed._take_for_reports,
}
