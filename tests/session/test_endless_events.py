"""A node that sends an event beyond all measure costs one connection."""

from __future__ import annotations

import pytest

from pexdash.session.feed.link import LinkState
from tests.eventually import eventually
from tests.session.host import hosting


@pytest.mark.fault(57)
async def test_an_event_of_ten_megabytes_is_given_up_once_and_the_line_made_anew() -> None:
    async with hosting() as host:
        host.conference.audience.tell(host.me, "message_received", {"payload": "x" * 10_000_000})
        await eventually(lambda: host.feed.link.state is LinkState.LOST)
        assert "an event of more than" in host.feed.link.fault
        assert host.count("events") == 1, "not before a pause"
        await host.pass_time_until(lambda: host.feed.link.is_live, 5)
        assert host.count("events") == 2
        await eventually(host.agrees)
        assert host.said == [], "the first try succeeded"
