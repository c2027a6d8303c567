"""The shards that we hold, as whatever writes for them asks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from pexdash.bus.leases import Lease, Leases
from pexdash.bus.messages import NodeAlarm, Stamp
from pexdash.clock import Clock
from pexdash.errors import Fenced

_SET_SECONDS = 0.01
"""How far Unix time must have moved against the monotonic clock for it to have been set."""
_Result = TypeVar("_Result")


class Shards:
    """Our leases, once there are some; nothing is ours before `leases` is set."""

    def __init__(self, clock: Clock) -> None:
        self.leases: Leases | None = None
        self._clock = clock
        self._ahead = float("-inf")

    @property
    def ahead(self) -> float:
        """Our Unix time less our monotonic clock, in seconds.

        It stands still unless the clock is set, so that what has not changed is told alike.
        """
        now = self._clock.wall() - self._clock.monotonic()
        if abs(now - self._ahead) > _SET_SECONDS:
            self._ahead = now
        return self._ahead

    def lease(self, shard: int) -> Lease | None:
        """What we hold a shard by, None where we do not."""
        return None if self.leases is None else self.leases.held.get(shard)

    def held(self) -> list[tuple[int, Lease]]:
        """Every shard that is ours, and by what."""
        return [] if self.leases is None else list(self.leases.held.items())

    def heard_at(self, collector: str) -> float | None:
        """The monotonic second in which another was last heard, None where that is forgotten."""
        return None if self.leases is None else self.leases.heard_at(collector)

    def is_certain(self, shard: int) -> bool:
        """Whether a shard is ours beyond doubt, so that we may act in it."""
        return self.leases is not None and self.leases.is_certain(shard)

    def are_certain(self) -> bool:
        """Whether what is ours is so beyond doubt."""
        return self.leases is not None and any(map(self.is_certain, self.leases.held))

    def others(self, ours: str) -> dict[str, list[NodeAlarm]]:
        """The alarms about nodes that each other collector has which is alive."""
        alive = {} if self.leases is None else self.leases.collectors
        return {name: one.nodes for name, one in alive.items() if name != ours}

    def tell(self) -> None:
        """Have the others hear at once what alarms about nodes we have."""
        if self.leases is not None:
            self.leases.tell()

    def stamp(self, lease: Lease, n: int) -> Stamp:
        """The stamp of a message that is made now."""
        return Stamp(lease.epoch, n, self._clock.wall())

    async def fenced(
        self, shard: int, write: Callable[[Lease], Awaitable[_Result]]
    ) -> _Result | None:
        """Write by our lease of a shard, once more where that has changed; None without one.

        Raises BusFault where the bus does not take it.
        """
        lease = self.lease(shard)
        while lease is not None:
            try:
                return await write(lease)
            except Fenced:
                assert self.leases is not None
                lease = await self.leases.was_fenced(shard)
        return None
