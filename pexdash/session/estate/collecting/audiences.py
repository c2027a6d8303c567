"""Conferences that somebody watches: whatever happens in one is said at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from pexdash.bus.messages import Happened, Live, packed
from pexdash.bus.subjects import live, shard_of
from pexdash.clock import Clock
from pexdash.model.alarms.keys import ConferenceKey
from pexdash.session.estate.collecting.sayer import Sayer
from pexdash.session.estate.collecting.shards import Shards

WATCHED_SECONDS = 30.0
"""For how long one request to watch holds."""


class _Audience:
    """Until when somebody watches, how many messages there were, and what the next one holds."""

    def __init__(self) -> None:
        self.until = float("-inf")
        self.n = 0
        self.records: list[Happened] = []


class Audiences:
    """Says what happens in each conference that is watched, and that nothing does, each second.

    `heard_at` returns the Unix time at which we last heard the node of a conference.
    """

    def __init__(
        self,
        shards: Shards,
        sayer: Sayer,
        clock: Clock,
        heard_at: Callable[[ConferenceKey], float],
    ) -> None:
        self._shards = shards
        self._sayer = sayer
        self._clock = clock
        self._heard_at = heard_at
        self._known: dict[ConferenceKey, _Audience] = {}

    def watch(self, key: ConferenceKey) -> int:
        """Somebody watches from now on; returns the number of the last message there was."""
        self._send(key)
        audience = self._known.setdefault(key, _Audience())
        audience.until = self._clock.monotonic() + WATCHED_SECONDS
        return audience.n

    def is_watching(self, key: ConferenceKey) -> bool:
        """Whether anybody watches a conference."""
        audience = self._known.get(key)
        return audience is not None and self._clock.monotonic() < audience.until

    def number(self, key: ConferenceKey) -> int:
        """The number of the last message of a conference, 0 where there was none."""
        audience = self._known.get(key)
        return 0 if audience is None else audience.n

    def add(self, key: ConferenceKey, record: Happened) -> None:
        """Say a record with all others of this moment, where somebody watches."""
        if not self.is_watching(key):
            return
        records = self._known[key].records
        if not records:
            asyncio.get_running_loop().call_soon(self._send, key)
        records.append(record)

    def beat(self) -> None:
        """Say once of each conference that is watched that nothing more has happened."""
        for key, audience in list(self._known.items()):
            if self.is_watching(key):
                self._send(key, even_nothing=True)
            else:
                # Its number stays: whoever watches again may have seen it.
                audience.records.clear()

    def forget(self, key: ConferenceKey) -> None:
        """Say nothing more of a conference."""
        self._known.pop(key, None)

    def _send(self, key: ConferenceKey, *, even_nothing: bool = False) -> None:
        audience, lease = self._known.get(key), self._shards.lease(shard_of(key))
        if audience is None or lease is None or not (audience.records or even_nothing):
            return
        records, audience.records = audience.records, []
        audience.n += 1
        stamp = self._shards.stamp(lease, audience.n)
        message = Live(stamp, records, self._heard_at(key))
        self._sayer.say(live(key), partial(packed, message))
