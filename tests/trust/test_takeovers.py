"""A collector that sleeps loses its conferences, and writes nothing more when it wakes up."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bus.nats_server import program
from tests.trust.takeovers import Gone, take_over


@pytest.mark.skipif(program() is None, reason="no nats-server 2.11 or newer here")
@pytest.mark.timeout(150)
async def test_who_was_stopped_and_wakes_up_is_nobody_s_second_participant(
    tmp_path: Path,
) -> None:
    seen = await take_over(Gone.STOPPED, 2, tmp_path, zombie_seconds=1.5)
    assert seen.holds, str(seen)
    assert seen.most == 1, str(seen)
