"""Counts what happens in conferences, and tells it as metrics."""

from __future__ import annotations

import asyncio
import platform
from collections.abc import Callable

from pexdash import __version__
from pexdash.api.request_log import on_asked
from pexdash.clock import Clock
from pexdash.model.alarms.alarm import Alarm, Change, State
from pexdash.model.alarms.keys import ConferenceKey
from pexdash.plain.metrics.asked import Asking
from pexdash.plain.metrics.counts import Counts
from pexdash.plain.metrics.following import Following
from pexdash.plain.metrics.slices import Slices
from pexdash.plain.metrics.snapshot import Snapshot
from pexdash.plain.metrics.sources import Slot, Source
from pexdash.plain.metrics.text import Text

TICK_SECONDS = 1.0
"""How often is looked whether conferences came or went, and how late this program is."""


class Metrics:
    """Follows the conferences of `source` from now on, until `close`; have `run` running.

    The first `conferences` of them have series of their own. `frames` returns how many frames were
    drawn.
    """

    def __init__(
        self,
        source: Source,
        clock: Clock,
        *,
        conferences: int = 0,
        frames: Callable[[], int] = lambda: 0,
    ) -> None:
        self._source = source
        self._clock = clock
        self._most = conferences
        self._frames = frames
        self._counts = Counts()
        self._asking = Asking(self._counts)
        self._stop_asking = on_asked(self._asking.hear)
        self._followed: dict[ConferenceKey, Following] = {}
        self._text = Text()
        self._turn = asyncio.Lock()
        self._is_closed = False
        self._look()

    def close(self) -> None:
        """Follow nothing any more; what was counted stays."""
        self._is_closed = True
        self._stop_asking()
        for following in self._followed.values():
            following.stop()
        self._followed.clear()
        self._source.close()

    async def run(self) -> None:
        """Look for conferences that came or went once a second, until cancelled."""
        while True:
            due = self._clock.monotonic() + TICK_SECONDS
            await self._clock.sleep(TICK_SECONDS)
            late = max(0.0, self._clock.monotonic() - due)
            self._counts.observe("pexdash_loop_lag_seconds", late)
            self._look()

    def _look(self) -> None:
        """Follow what has come, and what was joined anew, and leave what has gone."""
        if self._is_closed:
            return
        slots = self._source.slots()
        present = {slot.key for slot in slots}
        for key in [key for key in self._followed if key not in present]:
            self._followed.pop(key).stop()
        for at, slot in enumerate(slots):
            followed = self._followed.get(slot.key)
            if followed is None or followed.feed is not slot.feed:
                followed = self._follow(slot, followed)
            followed.show(has_series=at < self._most)
        for edge in self._source.take_edges():
            if edge.change is Change.RAISED:
                rule = self._counts.rules.label(edge.key.rule)
                self._counts.add("pexdash_alarms_raised_total", rule, edge.severity.value)

    def _follow(self, slot: Slot, before: Following | None) -> Following:
        if before is not None:
            before.stop()
        following = self._followed[slot.key] = Following(
            _name_of(slot.key),
            slot.feed,
            lambda: slot.line,
            self._counts,
            was_in=before is not None,
        )
        return following

    # Scrapes

    async def text(self) -> bytes:
        """Everything as it is now; scrapes at once wait for each other."""
        async with self._turn:
            slices = Slices()
            self._look()
            snapshot = await self._snapshot(slices)
            return await self._text.write(self._counts, snapshot.gauges, slices)

    async def _snapshot(self, slices: Slices) -> Snapshot:
        now = self._clock.monotonic()
        snapshot = Snapshot(now, self._clock.wall() - now)
        followed = [*self._followed.values()]
        for following in followed:
            following.pass_time()
            snapshot.take(following)
            await slices.rest()
        told = self._source.told()
        for at, (key, summary) in enumerate(told):
            node = self._counts.node(summary.node)
            snapshot.take_told(_name_of(key), node, summary, has_series=at < self._most)
            await slices.rest()
        beyond = max(0, len(followed) + len(told) - self._most)
        snapshot.add("pexdash_build_info", 1, __version__, platform.python_version())
        snapshot.add("pexdash_conferences_without_series", beyond)
        await slices.rest()
        self._add_nodes(snapshot)
        await slices.rest()
        snapshot.add("pexdash_alarm_flood", self._source.is_flood())
        for alarm in self._source.alarms():
            rule = self._counts.rules.label(alarm.key.rule)
            snapshot.add("pexdash_alarms", 1, rule, alarm.severity.value, state_of(alarm))
        self._counts.counters["pexdash_frames_total"][()] = self._frames()
        return snapshot

    def _add_nodes(self, snapshot: Snapshot) -> None:
        up, maintenance = (
            snapshot.gauges[name] for name in ("pexdash_node_up", "pexdash_node_maintenance")
        )
        for one in self._source.nodes():
            label = (self._counts.node(one.node),)
            # Behind one label there may be several nodes: it is the worst of them that counts.
            up[label] = min(float(not one.is_down), up.get(label, 1.0))
            says_so = one.is_in_maintenance or label[0] in self._asking.in_maintenance
            maintenance[label] = max(float(says_so), maintenance.get(label, 0.0))


def state_of(alarm: Alarm) -> str:
    """The label for where an alarm is; information counts as acked, as nobody needs to."""
    if alarm.is_shelved:
        return "shelved"
    if alarm.parent:
        return "suppressed"
    if alarm.state is State.RETURNED:
        return "returned"
    return "unacked" if alarm.is_unacked else "acked"


def _name_of(key: ConferenceKey) -> str:
    """The label of a conference: its alias, after its cluster where there is one."""
    return f"{key.cluster}/{key.alias}" if key.cluster else key.alias
