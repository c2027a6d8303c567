"""Who is alive, and which shards are whose: pure, with the time of our own clock handed in."""

from __future__ import annotations

import hashlib
import random
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from msgspec import Struct

from pexdash.bus.messages import Heartbeat, Owned
from pexdash.bus.subjects import SHARDS

_FORGOTTEN_LIVES = 10  # after so many lives without a word nobody asks for a collector any more


class LeaseTimes(Struct, frozen=True):
    """Seconds: a collector says that it is alive every `renewal`, and is gone after `life` without.

    After `suspect` seconds without the server's word it acts no more. It gives away at most one
    shard in `balance` seconds to whom it belongs.
    """

    renewal: float = 2.0
    suspect: float = 4.0
    life: float = 6.0
    balance: float = 1.0


class Owner(NamedTuple):
    """What is stored of a shard's owner, and its revision."""

    owned: Owned
    revision: int


def wanted_owner(shard: int, collectors: Iterable[str]) -> str:
    """Whose the shard ought to be, "" where there is nobody.

    One collector more or less moves only the shards that it gets or had (rendezvous hashing).
    """
    return max(collectors, key=lambda name: (_weight(shard, name), name), default="")


@lru_cache(maxsize=SHARDS * 64)
def _weight(shard: int, name: str) -> bytes:
    return hashlib.blake2b(f"{shard}\0{name}".encode(), digest_size=8).digest()


def collector_name(machine: str, rng: random.Random) -> str:
    """A name for a new collector: the machine's, as far as a subject takes it, and a number."""
    word = re.sub(r"[^A-Za-z0-9_-]+", "-", machine.partition(".")[0]).strip("-") or "collector"
    return f"{word[:32]}-{rng.getrandbits(32):08x}"


class Members:
    """The collectors that say that they are alive, as seen by the one named `name`.

    Silence of another counts only while we hear ourselves: whoever hears nothing at all knows
    nothing about the others. After a gap in that everybody has a whole life again.
    """

    def __init__(self, name: str, times: LeaseTimes) -> None:
        self._name = name
        self._times = times
        self._heard: dict[str, tuple[Heartbeat, float]] = {}
        self._echo_at: float | None = None
        self._counts_from = 0.0

    def hear(self, name: str, heartbeat: Heartbeat, now: float) -> None:
        """Take a heartbeat, our own ones too."""
        if name == self._name:
            if not self.hears_itself(now):
                self._counts_from = now
            self._echo_at = now
        self._heard[name] = (heartbeat, now)
        forgotten = now - _FORGOTTEN_LIVES * self._times.life
        for other in [one for one, (_, at) in self._heard.items() if at < forgotten]:
            del self._heard[other]

    def heard_at(self, name: str) -> float | None:
        """When a collector last said that it is alive, None where that is forgotten."""
        known = self._heard.get(name)
        return None if known is None else known[1]

    def hears_itself(self, now: float) -> bool:
        """Whether what we know is of now."""
        return self._echo_at is not None and now - self._echo_at <= self._times.suspect

    def is_settled(self, now: float) -> bool:
        """Whether those who start together with us have had the time to say so."""
        return self.hears_itself(now) and now - self._counts_from >= self._times.renewal / 2

    def gone_since(self, name: str, now: float) -> float | None:
        """Since when a collector counts as gone, None while it may be alive."""
        if name == self._name or not self.hears_itself(now):
            return None
        _, heard_at = self._heard.get(name, (None, self._counts_from))
        gone_at = max(heard_at, self._counts_from) + self._times.life
        return gone_at if now >= gone_at else None

    def alive(self, now: float) -> dict[str, Heartbeat]:
        """Who is alive, by name."""
        return {
            name: heartbeat
            for name, (heartbeat, _) in self._heard.items()
            if self.gone_since(name, now) is None
        }

    def staying(self, now: float) -> frozenset[str]:
        """Who is alive and may hold shards: all but those that are leaving."""
        return frozenset(name for name, one in self.alive(now).items() if not one.leaves)


class Claims:
    """Which shards one collector takes, and which it gives away."""

    def __init__(self, name: str, times: LeaseTimes, members: Members) -> None:
        self._name = name
        self._times = times
        self._members = members
        self._free_since: dict[int, float] = {}

    def to_claim(self, owners: Mapping[int, Owner], held: Iterable[int], now: float) -> list[int]:
        """The shards to claim now: what is free and ought to be ours, or stays free for a life.

        A shard is free that nobody has, whose owner is gone, or that is stored as ours and is not.
        One that nobody ever had may be held from before the stream was made anew: its holder, who
        knows the tokens, is first to claim it.
        """
        staying = self._members.staying(now)
        ours = set(held)
        is_anew = self._others_hold_more(owners, now)
        claims = []
        for shard in range(SHARDS):
            since = None if shard in ours else self._since(owners.get(shard), shard, now)
            if since is None:
                self._free_since.pop(shard, None)
                continue
            may_be_held = is_anew and shard not in owners
            is_due = wanted_owner(shard, staying) == self._name and not may_be_held
            if is_due or now >= since + self._times.life:
                claims.append(shard)
        return claims

    def _others_hold_more(self, owners: Mapping[int, Owner], now: float) -> bool:
        """Whether another says that it holds more shards than are stored as its own."""
        stored = Counter(one.owned.collector for one in owners.values())
        return any(
            heartbeat.held > stored[name]
            for name, heartbeat in self._members.alive(now).items()
            if name != self._name
        )

    def to_give(self, owners: Mapping[int, Owner], held: Iterable[int], now: float) -> int | None:
        """A shard of ours that is another's, None while any is free or somebody is leaving."""
        staying = self._members.staying(now)
        ours = set(held)
        if len(staying) < len(self._members.alive(now)) or any(
            shard not in ours and self._since(owners.get(shard), shard, now) is not None
            for shard in range(SHARDS)
        ):
            return None
        return next(
            (shard for shard in sorted(ours) if wanted_owner(shard, staying) != self._name), None
        )

    def _since(self, owner: Owner | None, shard: int, now: float) -> float | None:
        """Since when a shard is free, None where it is not."""
        if owner is None or not owner.owned.collector:
            return self._free_since.setdefault(shard, now)
        if owner.owned.collector == self._name:
            return now - self._times.life
        return self._members.gone_since(owner.owned.collector, now)
