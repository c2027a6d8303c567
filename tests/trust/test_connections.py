"""No connection stays open, whenever a stream is given up."""

from __future__ import annotations

import asyncio
import os

import pytest

from pexdash.node.wire.connections import ConnectionEnd
from tests.eventually import eventually
from tests.session.host import Host, hosting
from tests.trust.awaits import Strike, count_awaits, struck_by

AWAITS = 25


async def descriptors(host: Host) -> int:
    """How many are open, once the node has been away and no connection is kept for later."""
    opened, asked = host.count("events"), host.count("conference_status")
    await host.node.faults.stop_listening()
    await host.node.faults.listen_again()
    await host.pass_time_until(lambda: host.count("events") > opened)
    await host.pass_time_until(lambda: host.feed.link.is_live and host.agrees())
    await eventually(lambda: host.count("conference_status") > asked)
    return len(os.listdir("/proc/self/fd"))


@pytest.mark.fault(91)
@pytest.mark.parametrize("how", ConnectionEnd, ids=lambda how: how.name)
async def test_a_stream_that_is_given_up_as_it_ends_leaves_no_connection(
    how: ConnectionEnd,
) -> None:
    asyncio.get_running_loop().set_task_factory(count_awaits)

    def give_up() -> bool:
        host.membership.source.give_up("as it ends")
        return False

    strike = Strike(0, give_up, ends=True)
    with struck_by(strike):
        async with hosting() as host:
            before = await descriptors(host)
            for at in range(1, AWAITS):
                strike.aim(at)
                host.node.faults.end_streams(how)
                await host.pass_time_until(lambda: strike.over, 10)
                await host.pass_time_until(lambda: host.feed.link.is_live and host.agrees())
            assert await descriptors(host) <= before
