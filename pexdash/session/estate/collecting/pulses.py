"""Each second, what changed in a shard: said to every wall, and stored for those who come later."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import partial
from typing import Any

from pexdash.bus.leases import Lease
from pexdash.bus.messages import Epoch, Pulse, SummaryTold, packed, squeezed
from pexdash.bus.subjects import code_of, pulse, shard_of, summary
from pexdash.model.alarms.keys import ConferenceKey
from pexdash.model.line import LineState
from pexdash.model.summary import Summary
from pexdash.session.estate.collecting.sayer import Sayer
from pexdash.session.estate.collecting.shards import Shards
from pexdash.session.estate.collecting.state_writer import StateWriter
from pexdash.session.estate.fleet import Fleet
from pexdash.session.estate.forms import told_summary

PULSE_SECONDS = 1.0
"""How often each shard has a pulse."""


class Pulses:
    """Says the pulses of our shards whenever `beat` is called, empty where nothing changed.

    A summary is stored with the number of the pulse that said it.
    """

    def __init__(self, fleet: Fleet, shards: Shards, state: StateWriter, sayer: Sayer) -> None:
        self._fleet = fleet
        self._shards = shards
        self._state = state
        self._sayer = sayer
        self._watch = fleet.watch()
        self._changed: set[ConferenceKey] = set()
        self._told: dict[ConferenceKey, Summary] = {}
        self._numbers: dict[int, tuple[Epoch, int]] = {}

    def renew(self, keys: Iterable[ConferenceKey]) -> None:
        """Tell conferences again, whether they have changed or not."""
        for key in keys:
            self._told.pop(key, None)
            self._changed.add(key)

    def forget(self, key: ConferenceKey) -> None:
        """Tell nothing more of a conference."""
        self._told.pop(key, None)
        self._changed.discard(key)

    def beat(self) -> set[ConferenceKey]:
        """Say one pulse of each shard; returns the conferences that may have changed."""
        self._changed |= self._watch.take_changes().conferences
        changed: defaultdict[int, list[tuple[ConferenceKey, Summary]]] = defaultdict(list)
        for key in self._changed:
            if self._fleet.place(key) is None:
                self._told.pop(key, None)
                continue
            now = self._fleet.summary(key)
            if self._told.get(key) != now:
                changed[shard_of(key)].append((key, now))
        seen, self._changed = self._changed, set()
        for shard, lease in self._shards.held():
            self._beat(shard, lease, changed.get(shard, ()))
        return seen

    def _beat(
        self, shard: int, lease: Lease, changed: Iterable[tuple[ConferenceKey, Summary]]
    ) -> None:
        epoch, n = self._numbers.get(shard, (lease.epoch, 0))
        n = n + 1 if epoch == lease.epoch else 1
        self._numbers[shard] = (lease.epoch, n)
        told: list[tuple[str, LineState, list[Any]]] = []
        for key, now in changed:
            fields = told_summary(now, self._shards.ahead)
            told.append((code_of(key), now.line, fields))
            self._told[key] = now
            self._state.put(shard, summary(key), partial(self._stored, n, fields))
        message = Pulse(self._shards.stamp(lease, n), told)
        self._sayer.say(pulse(shard), partial(squeezed, message))

    def _stored(self, n: int, fields: list[Any], lease: Lease) -> bytes:
        return packed(SummaryTold(self._shards.stamp(lease, n), fields))
