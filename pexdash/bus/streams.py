"""The streams of a fleet, made once by whichever collector comes first."""

from __future__ import annotations

from msgspec import Struct

from pexdash.bus.bus import Bus
from pexdash.bus.library import api
from pexdash.bus.subjects import COL, LOG, META, STATE

LOG_SECONDS = 7 * 86_400.0
"""For how long what happened is kept, unless told otherwise."""
LOG_BYTES = 20 * 1024**3
"""How much of it is kept at most."""
HEARTBEAT_SECONDS = 6.0
"""After how long without a heartbeat a collector counts as gone: the TTL of leases."""


class StreamLimits(Struct, frozen=True):
    """How much the log holds, in seconds and bytes, and after how long a collector is gone."""

    log_seconds: float = LOG_SECONDS
    log_bytes: int = LOG_BYTES
    heartbeat_seconds: float = HEARTBEAT_SECONDS


async def make_streams(bus: Bus, limits: StreamLimits = StreamLimits()) -> None:  # noqa: B008
    """Make what is missing of the four streams; those that are there only get more subjects.

    Raises BusFault where the server refuses, has no JetStream, or is one of too few for so many
    replicas.
    """
    for config in _configs(limits):
        await bus.make_stream(config.evolve(num_replicas=bus.settings.replicas))


def _configs(limits: StreamLimits) -> tuple[api.StreamConfig, ...]:
    last_of_each = api.StreamConfig(max_msgs_per_subject=1, allow_direct=True, allow_msg_ttl=True)
    state = ("own", "tok.*", "su.*", "st.*.*", "al.*", "mem.*")
    return (
        last_of_each.evolve(name=STATE, subjects=[f"pdx.*.{one}" for one in state]),
        api.StreamConfig(
            name=LOG,
            subjects=["pdx.*.fence", "pdx.*.ev"],
            max_age=limits.log_seconds,
            max_bytes=limits.log_bytes,
            allow_direct=True,
            allow_msg_ttl=True,
            compression=api.StoreCompression.S2,
        ),
        last_of_each.evolve(
            name=COL,
            subjects=["pdx.col.hb.*"],
            storage=api.StorageType.MEMORY,
            max_age=limits.heartbeat_seconds,
            subject_delete_marker_ttl=60.0,
        ),
        last_of_each.evolve(name=META, subjects=["pdx.meta.conf.*"]),
    )
