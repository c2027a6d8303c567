"""Writes what the bus has logged of conferences as recordings, which are read as any others."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import aclosing
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from pexdash.bus.bus import Bus
from pexdash.bus.messages import Epoch, Happened, Logged, Named, unpacked
from pexdash.bus.subjects import code_of, log, shard_of
from pexdash.errors import BusFault
from pexdash.files import open_private
from pexdash.log import logger
from pexdash.model.alarms.keys import ConferenceKey
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.link import LinkState
from pexdash.session.feed.read_clock import ReadClock
from pexdash.session.feed.record_lines import encoded, header, records
from pexdash.session.feed.recorded import told_of
from pexdash.session.feed.standing import Standing
from pexdash.session.feed.told import Line

BACK_SECONDS = 86_400.0
"""How far before its beginning a recording looks for who is in the meeting then."""
_TAKEOVER = "takeover"
"""A record that tells who had the conference before: here its epoch has told that already."""
TAKEN_OVER = "another collector has taken over"
LOST = "the log of the bus lacks some of it"


async def write_log(
    bus: Bus,
    names: Mapping[ConferenceKey, Named],
    folder: Path,
    *,
    since: float | None,
    node_of: Callable[[ConferenceKey], str] = lambda _: "",
) -> list[Path]:
    """Write a recording of each of these conferences of which the log has anything; their paths.

    It begins at the Unix time `since`, or with the log for None. What the log lacks is a stale line
    in it. Only their owner can read the files. Raises BusFault.
    """
    written = {
        code_of(key): _Written(
            folder / f"{at}.ndjson", key.cluster, named.alias, node_of(key), since
        )
        for at, (key, named) in enumerate(names.items())
    }
    shards = {shard_of(key) for key in names}
    subject = log(*shards) if len(shards) == 1 else log()
    begin = None if since is None else since - BACK_SECONDS
    read = _Read(written)
    try:
        async with aclosing(bus.read_log(subject, since=begin)) as messages:
            async for kept in messages:
                if kept is None:
                    break
                read.take(kept.subject, kept.payload)
        for one in written.values():
            one.end()
    finally:
        for one in written.values():
            one.close()
    return [one.path for one in written.values() if one.is_there]


class _Read:
    """Takes the messages of the log in order, and sees where some of a shard are missing."""

    def __init__(self, written: Mapping[str, _Written]) -> None:
        self._written = written
        self._last: dict[str, tuple[Epoch, int]] = {}
        self._seen: dict[str, set[str]] = {}

    def take(self, subject: str, payload: bytes) -> None:
        """Take one message of a shard."""
        try:
            logged = unpacked(Logged, payload)
        except BusFault as fault:
            logger.warning("the log of the bus: %s", fault)
            self._lose(subject, LOST)
            return
        stamp, last = logged.stamp, self._last.get(subject)
        if last is not None and stamp.epoch == last[0] and stamp.n <= last[1]:
            return  # sent again, because its writer could not know that it was stored
        self._last[subject] = stamp.epoch, stamp.n
        if last is not None and last[0] != stamp.epoch:
            self._lose(subject, TAKEN_OVER)
        elif last is not None and stamp.n != last[1] + 1:
            self._lose(subject, LOST)
        for happened in logged.records:
            one = self._written.get(happened.code)
            if one is not None:
                self._seen.setdefault(subject, set()).add(happened.code)
                one.take(happened)

    def _lose(self, subject: str, why: str) -> None:
        for code in self._seen.get(subject, ()):
            self._written[code].lose(why)


class _Written:
    """One recording; until it begins, what happened is only kept as how the conference stands."""

    def __init__(
        self, path: Path, cluster: str, alias: str, node: str, since: float | None
    ) -> None:
        self.path = path
        self._cluster = cluster
        self._alias = alias
        self._node = node
        self._since = since
        self._before: _Before | None = None
        self._file: BinaryIO | None = None
        self._started = 0.0
        self._t = 0.0

    @property
    def is_there(self) -> bool:
        """Whether there is a recording."""
        return self._file is not None

    def take(self, happened: Happened) -> None:
        """Take what happened next."""
        record = _record(happened.record)
        if record is None or _TAKEOVER in record:
            return
        if self._since is not None and happened.at < self._since:
            if self._before is None:
                self._before = _Before(self._alias)
            self._before.take(record, happened.at)
            return
        begins = happened.at if self._before is None else self._since
        self._begin(happened.at if begins is None else begins)
        # The clocks of two collectors differ, and a recording never goes back.
        self._t = max(self._t, happened.at - self._started)
        self._write([{"t": round(self._t, 3), **record}])

    def lose(self, why: str) -> None:
        """Something is missing after what was taken last."""
        lost = Line(LinkState.LOST, why)
        if self._file is not None:
            self._write(records(lost, self._t))
        elif self._before is not None:
            self._before.feed.tell(lost)

    def end(self) -> None:
        """Nothing more comes: one in which nothing happened tells how the conference stood."""
        if self._since is not None and self._before is not None:
            self._begin(self._since)

    def close(self) -> None:
        """Write nothing more."""
        if self._file is not None:
            self._file.close()

    def _begin(self, at: float) -> None:
        if self._file is not None:
            return
        self._started = at
        self._file = os.fdopen(open_private(self.path, os.O_EXCL), "wb")
        self._write([header(self._alias, self._cluster, self._node, at)])
        if self._before is not None:
            for told in self._before.standing.told():
                self._write(records(told, 0.0))

    def _write(self, lines: Iterator[dict[str, Any]] | list[dict[str, Any]]) -> None:
        assert self._file is not None
        self._file.write(encoded(lines))


class _Before:
    """How a conference stands when its recording begins, from what happened before."""

    def __init__(self, alias: str) -> None:
        self._clock = ReadClock()
        self.feed = Feed(alias, self._clock)
        self.feed.keep_little()
        self.standing = Standing(self.feed)

    def take(self, record: dict[str, Any], at: float) -> None:
        """Take what happened next, at a Unix time."""
        self._clock.now = max(self._clock.now, at)
        if (told := told_of(record)) is not None:
            self.feed.tell(told)
            self.standing.hear(told)


def _record(payload: bytes) -> dict[str, Any] | None:
    try:
        record = msgspec.json.decode(payload)
    except (msgspec.DecodeError, RecursionError):
        return None
    return record if isinstance(record, dict) else None
