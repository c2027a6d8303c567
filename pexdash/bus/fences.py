"""The fence of a shard: the log takes what is of the last epoch that was written there."""

from __future__ import annotations

from contextlib import suppress

from pexdash.bus.bus import Bus, Kept
from pexdash.bus.messages import Epoch, Fence, packed, unpacked
from pexdash.bus.subjects import LOG, STATE, fence
from pexdash.errors import BusFault, Fenced


async def close_log(bus: Bus, shard: int, epoch: Epoch) -> int | None:
    """Close the log to whatever is older; returns the fence's revision, None where ours is older.

    Raises BusFault where the server does not answer.
    """
    while True:
        kept = await bus.get(LOG, fence(shard))
        stored = _epoch_of(kept)
        if kept is not None and stored == epoch:
            return kept.revision
        if stored is not None and await _is_later(bus, stored, epoch):
            return None
        try:
            return await bus.put(
                fence(shard),
                packed(Fence(epoch)),
                after=kept.revision if kept is not None else 0,
                lives=0,
            )
        except Fenced:
            continue


def _epoch_of(kept: Kept | None) -> Epoch | None:
    """The epoch of a fence, None for what is none."""
    with suppress(BusFault):
        return unpacked(Fence, kept.payload).epoch if kept is not None else None
    return None


async def _is_later(bus: Bus, stored: Epoch, epoch: Epoch) -> bool:
    """Whether another has the shard after us; of two streams the one that is there counts."""
    if stored.stream == epoch.stream:
        return stored.revision > epoch.revision
    return await bus.made_at(STATE) != epoch.stream
