"""Several collectors have an alarm about one node: other programs are told of it once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pexdash.api.address import parse_node
from pexdash.api.tls import trust
from pexdash.clock import SystemClock
from pexdash.model.alarms.alarm import Change
from pexdash.model.alarms.keys import AlarmKey, ConferenceKey
from pexdash.model.alarms.nodes import NodeStatus
from pexdash.model.alarms.policy import Profile, RuleSettings
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from pexdash.session.alarms import alerting, node_watch
from pexdash.session.alarms.outlets import Outlets, OutletSettings
from pexdash.session.alarms.whose import Whose
from pexdash.session.estate.wanted import Plan, Wanted
from tests.bus.nats_server import nats_server, program
from tests.eventually import eventually
from tests.session.alert_server import AlertServer, alert_server
from tests.session.collecting import Collecting, collecting

pytestmark = pytest.mark.skipif(program() is None, reason="no nats-server 2.11 or newer here")

ALIASES = [f"room{at}" for at in range(8)]
PLAN = Plan(
    "fleet",
    "",
    tuple(Wanted(alias, is_bare=True) for alias in ALIASES),
    layers=({"node-maintenance": RuleSettings(on=0, off=0)},),
    profiles={"noc": Profile(name="noc", base="", group_wait=0)},
)
LONG_SECONDS = 60.0
"""An alert that lasts ends so far ahead at least."""


@asynccontextmanager
async def telling(one: Collecting, server: AlertServer) -> AsyncIterator[None]:
    """Have a collector tell its Alertmanager."""
    outlets = Outlets(
        one.collector.alarms,
        OutletSettings(alertmanager=server.url),
        SystemClock(),
        tls=lambda: trust(None, insecure=False),
        say=lambda _: None,
        told=one.collector.telling,
    )
    running = asyncio.create_task(outlets.run())
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def ends(server: AlertServer) -> list[bool]:
    """Of each alert that was sent, whether it was its end."""
    now = datetime.now(UTC).timestamp()
    assert {one["labels"]["alertname"] for body in server.bodies for one in body} <= {
        "node-maintenance"
    }
    return [
        datetime.fromisoformat(one["endsAt"]).timestamp() < now + LONG_SECONDS
        for body in server.bodies
        for one in body
    ]


async def test_one_of_those_who_have_an_alarm_about_a_node_tells_it_and_the_last_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(node_watch, "ASK_SECONDS", 10_000.0)
    monkeypatch.setattr(alerting, "AGAIN_SECONDS", 0.3)
    monkeypatch.setattr(alerting, "_APART_SECONDS", 0.1)
    async with (
        nats_server(tmp_path) as server,
        EmbeddedNode(*map(ConferenceSettings, ALIASES)) as node,
        collecting(server, node, *ALIASES) as one,
        alert_server() as told_one,
        alert_server() as told_two,
        collecting(server, node, *ALIASES, name="two") as two,
        telling(one, told_one),
        telling(two, told_two),
    ):
        name = str(parse_node(node.url))
        for each in (one, two):
            each.collector.adopt(PLAN)

        def says(each: Collecting, status: NodeStatus) -> None:
            for _ in range(2):
                each.collector.alarms.take_status("", name, status, is_sure=True)

        def live(each: Collecting) -> int:
            return sum(map(each.is_live, ALIASES))

        await eventually(lambda: live(one) and live(two) and live(one) + live(two) == len(ALIASES))
        told: list[Change] = []
        one.collector.telling.on_edges(lambda edges: told.extend(edge.change for edge in edges))
        for each in (two, one):
            says(each, NodeStatus.MAINTENANCE)
        await eventually(lambda: len(told_one.bodies) > 1)
        assert not told_two.bodies
        # For one of them it is over, and for the other it lasts.
        says(one, NodeStatus.OK)
        await eventually(lambda: told_two.bodies)
        key = AlarmKey("node-maintenance", ConferenceKey("", ""), name)
        whose = one.collector.telling.whose
        await eventually(lambda: whose(key) is Whose.ANOTHERS)
        assert not any(ends(told_one))
        assert Change.RETURNED not in told
        # Who tells is gone: whoever has its conferences next knows that it is over.
        await two.die()
        await eventually(lambda: Change.RETURNED in told)
        assert told.count(Change.RETURNED) == 1
        says(one, NodeStatus.MAINTENANCE)
        await eventually(lambda: whose(key) is Whose.OURS)
        before = len(told_one.bodies)
        await eventually(lambda: len(told_one.bodies) > before)
        says(one, NodeStatus.OK)
        await eventually(lambda: any(ends(told_one)))
        assert sum(ends(told_one)) == 1
        assert not any(ends(told_two))
        # A node that only an alarm tells of is asked before any line leads there.
        monkeypatch.setattr(node_watch, "ASK_SECONDS", 0.05)
        async with EmbeddedNode() as other:
            one.collector.alarms.node_known("", str(parse_node(other.url)))
            await eventually(lambda: any("status" in asked.path for asked in other.received))
