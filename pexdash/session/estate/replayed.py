"""The conferences of several recordings as those of a wall: all are played by one clock."""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from pexdash.clock import Clock
from pexdash.errors import UsageFault
from pexdash.model.alarms.keys import AlarmKey, ConferenceKey
from pexdash.model.changes import Changes
from pexdash.model.history import Happening, Kind
from pexdash.model.line import LineState
from pexdash.model.summary import Summary
from pexdash.secret import Secret
from pexdash.session.alarms.together import run_together
from pexdash.session.estate.estate import EstateWatch, Incident, NodeLines
from pexdash.session.estate.replayed_alarms import ReplayedAlarms
from pexdash.session.estate.replayed_place import ReplayedPlace
from pexdash.session.estate.watching import Watches
from pexdash.session.feed.keyframes import NoteKind
from pexdash.session.feed.notices import Notice
from pexdash.session.feed.playback import Playback
from pexdash.session.feed.recorded_alarms import RecordedAlarms
from pexdash.session.feed.told import Alarmed, Told
from pexdash.session.moderation.policy import RECORDED

LOOK_SECONDS = 0.25
"""How often it is looked whether a recording has begun or ended: no record tells of that."""
_KINDS = {
    NoteKind.MARK: Kind.MARK,
    NoteKind.PRESENTING: Kind.PRESENTING,
    NoteKind.ALARM: Kind.ALARM,
    NoteKind.ACTION: Kind.OWN,
}

_NONE: RecordedAlarms = {}


class ReplayedEstate:
    """Several recordings that are played together (`estate.Estate`); nothing can be sent in them.

    `clock` is the time within the recordings, `real` the one by which somebody looks at them.
    """

    operator = ""
    read_only = True
    acknowledges = False
    through = ""

    def __init__(self, playback: Playback, real: Clock) -> None:
        self.playback = playback
        self.clock: Clock = playback.clock
        self.slots = [ReplayedPlace(playback, at) for at in range(len(playback.feeds))]
        self.alarms = ReplayedAlarms()
        self._real = real
        self._told: list[Incident] = []
        self._by_key = {place.key: place for place in self.slots}
        self._watches = Watches()
        for place in self.slots:
            place.feed.on_changes(partial(self._take_changes, place))
            place.feed.on_told(partial(self._take_told, place))
        self._lines = [place.line.state for place in self.slots]
        self._taken: list[RecordedAlarms] = [_NONE] * len(self.slots)

    @property
    def title(self) -> str:
        # How many there are stands beside it.
        return "replay"

    @property
    def incidents(self) -> Sequence[Incident]:
        """What is noted of the recordings until now."""
        notes, told, clock = self.playback.track.notes, self._told, self.clock
        started = self.playback.tape.started
        for note in notes[len(told) :]:
            happening = Happening(started + note.at, _KINDS[note.kind], note.words)
            told.append(Incident(self.slots[note.conference].key, happening))
        return told[: bisect_right(notes, clock.monotonic(), key=lambda note: note.at)]

    async def run(self) -> None:
        """Play until cancelled; raises UsageFault where a recording is broken."""
        await run_together(self.playback.source.run(), self._read(), self._look())

    async def _read(self) -> None:
        await self.playback.keyframes.run()
        self._watches.slots()
        await asyncio.Event().wait()

    async def _look(self) -> None:
        while True:
            await self._real.sleep(LOOK_SECONDS)
            for at, place in enumerate(self.slots):
                if (state := place.line.state) is not self._lines[at]:
                    self._lines[at] = state
                    self._watches.conference(place.key)
                    self._look_at_alarms(place)

    def _take_changes(self, place: ReplayedPlace, changes: Changes) -> None:
        self._watches.conference(place.key)
        self._look_at_alarms(place)

    def _take_told(self, place: ReplayedPlace, told: Told) -> None:
        if isinstance(told, Alarmed):
            self._look_at_alarms(place)

    def _look_at_alarms(self, place: ReplayedPlace) -> None:
        # What became of an alarm after its recording nobody knows.
        alarms = _NONE if place.is_over else place.feed.alarms
        if alarms is not self._taken[place.number]:
            self._taken[place.number] = alarms
            self.alarms.take(place.key, alarms, place.feed.raised)
            # After a leap there are no edges of which each change could be told.
            self._watches.slots()

    async def close(self) -> None:
        """A recording has no token."""

    def watch(
        self,
        changed: Callable[[], None] | None = None,
        notify: Callable[[Notice], None] | None = None,
    ) -> EstateWatch:
        """Open a watch; see `Estate.watch`."""
        return self._watches.open(changed, notify)

    def summary(self, key: ConferenceKey) -> Summary:
        """What there is to show of a conference now."""
        return self._by_key[key].summary()

    def nodes(self) -> Sequence[NodeLines]:
        """The nodes that conferences are on, by cluster and name."""
        counts: dict[tuple[str, str], Counter[LineState]] = {}
        for place in self.slots:
            if (line := place.line).node:
                counts.setdefault((place.key.cluster, line.node), Counter())[line.state] += 1
        return [
            NodeLines(
                cluster,
                node,
                states[LineState.LIVE],
                states[LineState.LOST],
                states.total() - states[LineState.LIVE] - states[LineState.LOST],
            )
            for (cluster, node), states in sorted(counts.items())
        ]

    def open(self, key: ConferenceKey) -> None:
        """A recording keeps what its screen shows anyway."""

    def closed(self, key: ConferenceKey) -> None:
        """A recording keeps all, as one may go back in it."""

    def take_lag(self, behind: float) -> None:
        """A recording has no alarm of this program."""

    # What cannot be done in a recording

    def try_again(self, key: ConferenceKey, pin: Secret | None = None) -> None:
        raise UsageFault(RECORDED)

    def leave(self, key: ConferenceKey) -> None:
        raise UsageFault(RECORDED)

    def acknowledge(self, keys: Iterable[AlarmKey]) -> None:
        raise UsageFault(RECORDED)

    def shelve(self, key: AlarmKey, why: str, seconds: float | None) -> None:
        raise UsageFault(RECORDED)

    def unshelve(self, key: AlarmKey) -> None:
        raise UsageFault(RECORDED)
