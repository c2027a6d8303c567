"""When each shard was last heard of, whoever holds it: what is missing is told from then on."""

from __future__ import annotations

from pexdash.bus.bus import Bus
from pexdash.bus.messages import Logged, unpacked
from pexdash.bus.subjects import LOG, log, pulse
from pexdash.clock import Clock


class HeardPulses:
    """Notes the monotonic second of the last pulse of each shard, as long as `listen` lasts."""

    def __init__(self, bus: Bus, clock: Clock) -> None:
        self._bus = bus
        self._clock = clock
        self._heard: dict[str, float] = {}

    async def listen(self) -> None:
        """Listen from now on."""
        await self._bus.hear(pulse(), self._take)

    async def last(self, shard: int) -> float:
        """When a shard was last heard of, as the log says where that was before we listened.

        Raises BusFault where the log cannot be read.
        """
        if (heard := self._heard.get(pulse(shard))) is not None:
            return heard
        now, kept = self._clock.monotonic(), await self._bus.get(LOG, log(shard))
        if kept is None:
            return now
        return now - max(0.0, self._clock.wall() - unpacked(Logged, kept.payload).stamp.at)

    def _take(self, subject: str, payload: bytes) -> None:
        self._heard[subject] = self._clock.monotonic()
