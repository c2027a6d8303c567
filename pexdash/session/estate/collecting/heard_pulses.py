"""When each shard was last heard of, whoever holds it: what is missing is told from then on."""

from __future__ import annotations

from pexdash.bus.bus import Bus
from pexdash.bus.messages import Logged, PulseRead, unpacked, unsqueezed
from pexdash.bus.subjects import LOG, log, pulse
from pexdash.clock import Clock
from pexdash.errors import BusFault


class HeardPulses:
    """Notes the last pulse of each shard and its monotonic second, as long as `listen` lasts."""

    def __init__(self, bus: Bus, clock: Clock) -> None:
        self._bus = bus
        self._clock = clock
        self._heard: dict[str, tuple[float, bytes]] = {}

    async def listen(self) -> None:
        """Listen from now on."""
        await self._bus.hear(pulse(), self._take)

    async def last(self, shard: int, heard_at: float | None) -> float:
        """When a shard was last heard of: by its pulse, else by its holder's heartbeat.

        Where both were before we listened the log says it. Raises BusFault where that cannot be
        read.
        """
        pulsed = self._heard.get(pulse(shard))
        heard = [None if pulsed is None else pulsed[0], heard_at]
        if known := [one for one in heard if one is not None]:
            return max(known)
        now, kept = self._clock.monotonic(), await self._bus.get(LOG, log(shard))
        if kept is None:
            return now
        return now - max(0.0, self._clock.wall() - unpacked(Logged, kept.payload).stamp.at)

    def _take(self, subject: str, payload: bytes) -> None:
        # Looked into only where the shard becomes ours: pulses are many.
        self._heard[subject] = self._clock.monotonic(), payload

    def ahead(self, shard: int) -> float | None:
        """How far the Unix time of whoever held a shard was ahead of our monotonic clock.

        None where no pulse of it was heard.
        """
        if (pulsed := self._heard.get(pulse(shard))) is None:
            return None
        at, payload = pulsed
        try:
            return unsqueezed(PulseRead, payload).stamp.at - at
        except BusFault:
            return None
