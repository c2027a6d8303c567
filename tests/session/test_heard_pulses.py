"""What a collector hears of the others: when last, and by which clock."""

from __future__ import annotations

from pathlib import Path

import pytest

from pexdash.bus.bus import open_bus
from pexdash.bus.messages import Epoch, Pulse, Stamp, squeezed
from pexdash.bus.settings import BusSettings
from pexdash.bus.subjects import pulse
from pexdash.session.estate.collecting.heard_pulses import HeardPulses
from tests.bus.nats_server import nats_server, program
from tests.eventually import eventually
from tests.manual_clock import ManualClock

pytestmark = pytest.mark.skipif(program() is None, reason="no nats-server 2.11 or newer here")


async def test_a_pulse_tells_how_far_the_clock_of_who_sent_it_is_ahead(tmp_path: Path) -> None:
    clock = ManualClock()
    async with (
        nats_server(tmp_path) as server,
        open_bus(BusSettings(server.url), "one") as one,
        open_bus(BusSettings(server.url), "two") as two,
    ):
        heard = HeardPulses(two, clock)
        await heard.listen()
        assert heard.ahead(7) is None
        stamp = Stamp(Epoch(1, 2), 3, clock.monotonic() + 90.0)
        await one.say(pulse(7), squeezed(Pulse(stamp)))
        await eventually(lambda: heard.ahead(7) == pytest.approx(90.0))
        await one.say(pulse(8), b"no pulse")
        await one.say(pulse(7), squeezed(Pulse(Stamp(Epoch(1, 2), 4, clock.monotonic() + 91.0))))
        await eventually(lambda: heard.ahead(7) == pytest.approx(91.0))
        assert heard.ahead(8) is None
