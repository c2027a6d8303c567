"""When each shard was last heard of, whoever holds it: what is missing is told from then on."""

from __future__ import annotations

from pexdash.bus.bus import Bus
from pexdash.bus.subjects import pulse
from pexdash.clock import Clock


class HeardPulses:
    """Notes the monotonic second of the last pulse of each shard, as long as `listen` lasts."""

    def __init__(self, bus: Bus, clock: Clock) -> None:
        self._bus = bus
        self._clock = clock
        self._heard: dict[str, float] = {}
        self._began = clock.monotonic()

    async def listen(self) -> None:
        """Listen from now on."""
        self._began = self._clock.monotonic()
        await self._bus.hear(pulse(), self._take)

    def last(self, shard: int) -> float:
        """When a shard was last heard of; when we began, where it never was."""
        return self._heard.get(pulse(shard), self._began)

    def _take(self, subject: str, payload: bytes) -> None:
        self._heard[subject] = self._clock.monotonic()
