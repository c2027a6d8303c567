"""A collector tells the bus of its conferences, and another goes on where one has ended."""

from __future__ import annotations

from pathlib import Path

import pytest

from pexdash.bus.messages import PersonTold, Pulse, SummaryTold, unpacked
from pexdash.bus.subjects import STATE, participants, pulse, summaries
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from tests.bus.nats_server import nats_server, program
from tests.eventually import eventually
from tests.session.collecting import collecting, key_of

pytestmark = pytest.mark.skipif(program() is None, reason="no nats-server 2.11 or newer here")

ALIASES = ("board", "ops")
ROOMS = [ConferenceSettings(alias) for alias in ALIASES]


async def test_a_collector_joins_once_and_stores_how_its_conferences_stand(tmp_path: Path) -> None:
    pulses: list[Pulse] = []
    async with (
        nats_server(tmp_path) as server,
        EmbeddedNode(*ROOMS) as node,
        collecting(server, node, *ALIASES) as one,
    ):
        await one.bus.hear(pulse(), lambda _, payload: pulses.append(unpacked(Pulse, payload)))
        node.conference("board").join("Ann")
        await eventually(lambda: all(map(one.is_live, ALIASES)))
        await eventually(lambda: any(told.summaries for told in pulses))
        stored = await one.bus.listed(STATE, summaries())
        told = [unpacked(SummaryTold, kept.payload).fields for kept in stored]
        assert {fields["alias"] for fields in told} == set(ALIASES)
        people = await one.bus.listed(STATE, participants(key_of("board")))
        names = [unpacked(PersonTold, kept.payload).person["display_name"] for kept in people]
        assert sorted(names) == ["Ann", "Collector"]
