"""Which collector holds which shard: heartbeats, claims, epochs, and how one gives a shard away.

Who wants a shard follows from who is alive; who holds it is whoever wrote its `own` last, and the
server lets only one of two do that. No decision looks at a wall clock.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import NamedTuple, Protocol

from msgspec import Struct

from pexdash.bus.bus import Bus
from pexdash.bus.messages import Epoch, Heartbeat
from pexdash.bus.streams import StreamLimits
from pexdash.clock import Clock


class LeaseTimes(Struct, frozen=True):
    """Seconds: a collector says that it is alive every `renewal`, and is gone after `life` without.

    After `suspect` seconds without the server's word it acts no more. It gives away at most one
    shard in `balance` seconds to whom it belongs.
    """

    renewal: float = 2.0
    suspect: float = 4.0
    life: float = 6.0
    balance: float = 1.0


class Lease(NamedTuple):
    """A shard of ours: `fence` is the revision that the log's `fence(shard)` has for this epoch."""

    epoch: Epoch
    fence: int


class Holder(Protocol):
    """What is done with shards by whoever holds the conferences in them."""

    def gained(self, shard: int, lease: Lease, before: str) -> None:
        """The shard is ours; `before` is the collector that held it, "" for none.

        It is called for a shard that we hold already, with `before` our own name, where the stream
        was made anew: whatever is stored must then be written again, tokens first.
        """

    def lost(self, shard: int) -> None:
        """Another collector has the shard: write nothing more, and release no token."""

    async def give(self, shard: int) -> None:
        """Make the shard ready for another: write what it needs, then let go without a release.

        Nobody claims the shard before this returns.
        """


class Leases:
    """The shards of one collector, named `name`; `run` takes and keeps them until it is cancelled.

    The holder is called in the loop that runs it. `held` are the shards that are ours now, and
    `collectors` who is alive, we ourselves included.
    """

    def __init__(
        self,
        bus: Bus,
        name: str,
        holder: Holder,
        *,
        clock: Clock,
        times: LeaseTimes = LeaseTimes(),  # noqa: B008
        limits: StreamLimits = StreamLimits(),  # noqa: B008
        version: str = "",
    ) -> None: ...

    @property
    def held(self) -> Mapping[int, Lease]: ...

    @property
    def collectors(self) -> Mapping[str, Heartbeat]: ...

    def is_certain(self, shard: int) -> bool:
        """Whether the shard is ours beyond doubt, so that we may act in it."""

    async def run(self) -> None:
        """Take what nobody else has, keep it, and give away what is another's, until cancelled.

        Makes the streams where they are missing. Raises BusRefused where the server refuses.
        """

    async def was_fenced(self, shard: int) -> Lease | None:
        """Find out why a write of the shard raised Fenced: the lease to go on with, None if lost.

        `lost` has been called then. A fence that the full log has dropped is written again.
        """

    async def leave(self) -> None:
        """Give every shard away, one by one, then say that we are gone; `run` must still run."""


def collector_name(machine: str, rng: random.Random) -> str:
    """A name for a new collector: the machine's, as far as a subject takes it, and a number."""
