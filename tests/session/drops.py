"""A line that drops, and that comes back."""

from __future__ import annotations

from pexdash.session.feed.link import LinkState
from tests.eventually import eventually
from tests.session.host import Host


async def back(host: Host, within: float = 20.0) -> float:
    """Seconds of the clock until the line is up again and the roster the node's."""
    return await host.pass_time_until(lambda: host.feed.link.is_live and host.agrees(), within)


async def lost(host: Host) -> None:
    await eventually(lambda: host.feed.link.state is LinkState.LOST, "lost")


async def drop(host: Host) -> None:
    """Break the stream off."""
    host.node.faults.cut_streams()
    await lost(host)
