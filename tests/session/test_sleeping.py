"""A computer that slept, and a process that was stopped, join anew at once."""

from __future__ import annotations

import pytest

from tests.manual_clock import JumpingClock
from tests.session.drops import back
from tests.session.host import hosting


@pytest.mark.fault(17)
async def test_after_a_sleep_of_the_computer_the_line_is_made_anew() -> None:
    clock = JumpingClock()
    async with hosting(clock=clock) as host:
        first = host.me
        host.node.faults.silence(True)
        host.conference.leave(first)
        host.conference.join("Ann")
        clock.jump(8 * 3600)
        before = len(host.node.received)
        taken = await host.pass_time_until(lambda: host.me != first)
        host.node.faults.silence(False)
        assert taken <= 2
        await back(host)
        assert len(host.node.received) - before <= 6


@pytest.mark.fault(18)
async def test_after_the_process_was_stopped_the_token_is_taken_anew_and_once() -> None:
    clock = JumpingClock()
    async with hosting(clock=clock) as host:
        first = host.me
        before = len(host.node.received)
        clock.stop(600)
        await host.pass_time_until(lambda: host.me != first, within=2)
        await back(host)
        assert host.count("request_token") == 2
        assert len(host.node.received) - before <= 8
        assert first not in host.feed.conference.participants
