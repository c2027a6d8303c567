"""Stores what whoever holds our conferences after us is to know: delays under way, and the talk."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from msgspec.structs import replace

from pexdash.bus.leases import Lease
from pexdash.bus.messages import MemoryTold, packed, unpacked
from pexdash.bus.subjects import memory, shard_of
from pexdash.clock import Clock
from pexdash.errors import BusFault
from pexdash.log import logger
from pexdash.model.alarms.carried import Carried
from pexdash.model.alarms.kept import Kept
from pexdash.model.alarms.keys import ConferenceKey
from pexdash.session.alarms.at_work import AlarmsAtWork
from pexdash.session.estate.collecting.shards import Shards
from pexdash.session.estate.collecting.state_writer import StateWriter
from pexdash.text import ADDRESS_LIMIT, NAME_LIMIT, clean

TALK_SECONDS = 5.0
"""How often what was talked is stored, of which the log is told each minute."""

_Known = tuple[Carried, dict[str, float]]


class MemoriesOnBus:
    """Stores it for the conferences of which `look` finds something new; nobody else reads it.

    `talk_of` is for how many seconds each person of a conference has talked that the log was not
    told of.
    """

    def __init__(
        self,
        work: AlarmsAtWork,
        shards: Shards,
        state: StateWriter,
        clock: Clock,
        *,
        talk_of: Callable[[ConferenceKey], dict[str, float]],
    ) -> None:
        self._work = work
        self._shards = shards
        self._state = state
        self._clock = clock
        self._talk_of = talk_of
        self._told: dict[ConferenceKey, _Known | None] = {}
        self._talk_at = 0.0

    def follow(self, key: ConferenceKey) -> None:
        """A conference is ours from now on."""
        self._told[key] = None

    def forget(self, key: ConferenceKey) -> None:
        """Store once more what is to be known of a conference, and then nothing."""
        if key in self._told and self._work.is_followed(key):
            self._put(key)
        self._told.pop(key, None)

    def inherit(
        self, key: ConferenceKey, payload: bytes, since: float, ahead: float
    ) -> dict[str, float]:
        """Go on with what another collector stored, who saw the conference last `since`.

        `ahead` is how far its Unix time was ahead of our clock. Returns for how many seconds each
        person had talked of which the log was not told.
        """
        try:
            told = unpacked(MemoryTold, payload)
        except BusFault as fault:
            logger.warning("the memory of %s: %s", key.alias, fault)
            return {}
        carried = _cleaned(told.carried).later(-ahead)
        self._work.inherit(key, (), Kept(), carried, since)
        self._put(key)
        return told.talked

    def renew(self, keys: Iterable[ConferenceKey]) -> None:
        """Store it again for these conferences."""
        for key in keys:
            self._told[key] = None
            self._put(key)

    def look(self) -> None:
        """Store what has changed."""
        now = self._clock.monotonic()
        is_talk_due = now - self._talk_at >= TALK_SECONDS
        if is_talk_due:
            self._talk_at = now
        for key in self._work.take_touched() & self._told.keys():
            self._put(key, of_talk=is_talk_due)
        for key, told in list(self._told.items()) if is_talk_due else ():
            if self._talk_of(key) != (told[1] if told is not None else {}):
                self._put(key)

    def _put(self, key: ConferenceKey, *, of_talk: bool = True) -> None:
        """Store what is known of a conference, unless nothing is new, `of_talk` or of all else."""
        known = self._work.carried(key).later(self._shards.ahead), self._talk_of(key)
        before = self._told.get(key)
        if before is not None and (known if of_talk else known[:1]) == before[: 1 + of_talk]:
            return
        self._told[key] = known
        self._state.put(shard_of(key), memory(key), partial(self._made, known))

    def _made(self, known: _Known, lease: Lease) -> bytes:
        return packed(MemoryTold(self._shards.stamp(lease, 0), *known))


def _cleaned(carried: Carried) -> Carried:
    """With texts as they may be shown."""
    told = carried.remembered
    cleaned = replace(
        told,
        last_host=clean(told.last_host, NAME_LIMIT),
        flaps={
            clean(who, ADDRESS_LIMIT): (at, count, clean(name, NAME_LIMIT))
            for who, (at, count, name) in told.flaps.items()
        },
        failed_calls={
            clean(who, ADDRESS_LIMIT): replace(
                one,
                name=clean(one.name, NAME_LIMIT),
                address=clean(one.address, ADDRESS_LIMIT),
            )
            for who, one in told.failed_calls.items()
        },
        new_roles={
            who: (at, clean(name, NAME_LIMIT)) for who, (at, name) in told.new_roles.items()
        },
        outsiders={
            who: (at, clean(where, ADDRESS_LIMIT)) for who, (at, where) in told.outsiders.items()
        },
    )
    return replace(carried, remembered=cleaned)
