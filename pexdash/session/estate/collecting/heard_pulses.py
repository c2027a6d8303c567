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

    async def last(self, shard: int, heard_at: float | None) -> float:
        """When a shard was last heard of: by its pulse, else by its holder's heartbeat.

        Where both were before we listened the log says it. Raises BusFault where that cannot be
        read.
        """
        heard = [self._heard.get(pulse(shard)), heard_at]
        if known := [one for one in heard if one is not None]:
            return max(known)
        now, kept = self._clock.monotonic(), await self._bus.get(LOG, log(shard))
        if kept is None:
            return now
        return now - max(0.0, self._clock.wall() - unpacked(Logged, kept.payload).stamp.at)

    def _take(self, subject: str, payload: bytes) -> None:
        self._heard[subject] = self._clock.monotonic()
