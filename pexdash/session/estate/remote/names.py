"""The conferences that a fleet has, as it names them."""

from __future__ import annotations

from pexdash.bus.bus import Bus
from pexdash.bus.messages import Named, unpacked
from pexdash.bus.subjects import META, conferences, key_of
from pexdash.model.alarms.keys import ConferenceKey


async def fleet_names(bus: Bus) -> dict[ConferenceKey, Named]:
    """Every conference of the fleet, in the order in which they came; raises BusFault."""
    return {
        key_of(kept.subject.rpartition(".")[2]): unpacked(Named, kept.payload)
        for kept in await bus.listed(META, conferences())
    }
