"""What is asked through the bus is done once, by whoever holds the conference, and recorded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pexdash.bus.bus import Bus, open_bus
from pexdash.bus.holder_requests import (
    ACKNOWLEDGE,
    SHELVE,
    UNSHELVE,
    WATCH,
    Acknowledge,
    Shelve,
    Unshelve,
    body_of,
)
from pexdash.bus.messages import AlarmsTold, Asked, Live, Opening, unpacked
from pexdash.bus.settings import BusSettings
from pexdash.bus.subjects import PARTICIPANT, STATE, alarms, live, participant, participants
from pexdash.model.alarms.alarm import Change
from pexdash.model.alarms.edge import Edge
from pexdash.model.alarms.kept import whole
from pexdash.model.alarms.keys import AlarmKey
from pexdash.model.alarms.policy import RuleSettings
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from pexdash.session.estate.forms import alarm_of, shelf_of
from tests.bus.nats_server import nats_server, program
from tests.eventually import eventually
from tests.session.collecting import asked, collecting, key_of, until

pytestmark = pytest.mark.skipif(program() is None, reason="no nats-server 2.11 or newer here")

SOON = {"waiting": RuleSettings(value=0.1, on=0.0)}
BOARD = ConferenceSettings("board", host_pin="1234")
KEY = key_of("board")


def named(records: list[bytes], kind: str) -> list[object]:
    """What the records of one kind tell."""
    told = [json.loads(one) for one in records]
    return [one[kind] for one in told if kind in one]


async def test_a_request_is_sent_once_under_the_name_of_who_asked(tmp_path: Path) -> None:
    seen: list[bytes] = []
    async with (
        nats_server(tmp_path) as server,
        EmbeddedNode(BOARD) as node,
        collecting(server, node, "board", pin="1234") as one,
        open_bus(BusSettings(server.url), "reader") as bus,
    ):
        ann = node.conference("board").join("Ann")
        await eventually(lambda: one.is_live("board"))
        await bus.hear(
            live(KEY),
            lambda _, payload: seen.extend(r.record for r in unpacked(Live, payload).records),
        )
        answer = await asked(bus, "board", WATCH, Asked("1"))
        opening = unpacked(Opening, answer.result)
        told = [one.record for one in opening.records]
        assert opening.collector == "one"
        assert opening.heard_at > 0
        assert named(told, "line") == ["live"]
        assert named(told, "status")
        assert named(told, "me")

        mute = Asked("2", participant=ann.uuid, operator="jo@desk")
        first = await asked(bus, "board", "mute", mute, scope=PARTICIPANT)
        again = await asked(bus, "board", "mute", mute, scope=PARTICIPANT)
        assert first == again
        assert first.fault == ""
        assert sum(r.path.endswith("/mute") for r in node.received) == 1
        await eventually(lambda: named(seen, "action"))
        (action,) = named(seen, "action")
        assert isinstance(action, dict)
        assert (action["request"], action["operator"]) == ("mute", "jo (jo@desk)")
        assert (action["outcome"], action["uuid"]) == ("done", ann.uuid)

        say = Asked("3", body={"type": "text/plain", "payload": "hello"})
        assert (await asked(bus, "board", "message", say)).fault == ""
        await eventually(lambda: "jo: hello" in named(seen, "said"))

        missing = await asked(bus, "board", "mute", Asked("4"), scope=PARTICIPANT)
        assert missing.fault == "UsageFault"
        gone = Asked("5", participant="00000000-0000-0000-0000-000000000000")
        refused = await asked(bus, "board", "mute", gone, scope=PARTICIPANT)
        assert (refused.fault, refused.status) == ("Refused", 404)
        unknown = await asked(bus, "board", "release_token", Asked("6"))
        assert unknown.fault == "UsageFault"
        assert one.is_live("board")


async def test_who_only_reads_lets_others_watch_and_refuses_the_rest(tmp_path: Path) -> None:
    async with (
        nats_server(tmp_path) as server,
        EmbeddedNode(BOARD) as node,
        collecting(server, node, "board", pin="1234", read_only=True) as one,
    ):
        await eventually(lambda: one.is_live("board"))
        ann = node.conference("board").join("Ann")
        await eventually(lambda: "Ann" in one.shown("board"))
        # Before the next second, at which people are written, everybody must be there.
        assert (await asked(one.bus, "board", WATCH, Asked("1"))).fault == ""
        stored = await one.bus.listed(STATE, participants(KEY))
        assert participant(KEY, ann.uuid) in {kept.subject for kept in stored}
        for at, name in enumerate(("lock", SHELVE)):
            refused = await asked(one.bus, "board", name, Asked(f"a{at}"))
            assert refused.fault == "Refused"
            assert "read-only" in refused.words
        assert not any(r.path.endswith("/lock") for r in node.received)


async def test_an_acknowledgement_is_stored_before_it_is_answered_and_outlives_its_collector(
    tmp_path: Path,
) -> None:
    async with (
        nats_server(tmp_path) as server,
        EmbeddedNode(BOARD) as node,
        open_bus(BusSettings(server.url), "reader") as bus,
    ):
        meeting = node.conference("board")
        async with collecting(server, node, "board", pin="1234", alarms=SOON) as one:
            await eventually(lambda: one.is_live("board"))
            meeting.join("Wendy", service_type="waiting_room")
            await eventually(lambda: one.collector.alarms.alarms.listed_in(KEY))
            (alarm,) = one.collector.alarms.alarms.listed_in(KEY)
            take = Asked("1", body=body_of(Acknowledge([alarm.key])))
            assert (await asked(bus, "board", ACKNOWLEDGE, take)).fault == ""
            silence = Asked("2", body=body_of(Shelve(whole(KEY), "planned", 600.0)))
            assert (await asked(bus, "board", SHELVE, silence)).fault == ""
            kept = await bus.get(STATE, alarms(KEY))
            assert kept is not None
            told = unpacked(AlarmsTold, kept.payload)
            assert alarm_of(told.alarms[0], 0.0).state_word == "shelved"
            assert shelf_of(told.shelves[0], 0.0)[1].by == "jo"
            # What is about this program and the nodes is told with one of its conferences.
            one.collector.alarms.take_disk("disk full")
            await until(lambda: tells_of(bus, "disk-full"))
            other = Asked("3", body=body_of(Acknowledge([AlarmKey("waiting", key_of("ops"))])))
            assert (await asked(bus, "board", ACKNOWLEDGE, other)).fault == "UsageFault"
            await one.die()
            async with collecting(
                server, node, "board", pin="1234", name="two", alarms=SOON
            ) as two:
                edges: list[Edge] = []
                two.collector.alarms.on_edges(edges.extend)
                await eventually(lambda: two.is_live("board"))
                back = Asked("4", body=body_of(Unshelve(whole(KEY))))
                assert (await asked(bus, "board", UNSHELVE, back)).fault == ""
                (heir,) = two.collector.alarms.alarms.listed_in(KEY)
                assert heir.state_word == "acked jo"
                assert {edge.change for edge in edges} == {Change.UNSHELVED}


async def tells_of(bus: Bus, rule: str) -> bool:
    """Whether an alarm by a rule is stored with the conference."""
    kept = await bus.get(STATE, alarms(KEY))
    assert kept is not None
    return rule in [one["rule"] for one in unpacked(AlarmsTold, kept.payload).alarms]
