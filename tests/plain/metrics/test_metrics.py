"""Metrics of a wall on an embedded node: names, types, labels, and values."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from msgspec.structs import replace

from pexdash.model.line import LineState
from pexdash.node.settings import ConferenceSettings
from pexdash.plain.metrics.families import COUNTER, FAMILIES, HISTOGRAM, OF_CONFERENCES
from pexdash.plain.metrics.metrics import Metrics
from pexdash.plain.metrics.sources import Wall
from pexdash.session.estate.wanted import Plan
from pexdash.session.moderation.actions import BY_ID
from pexdash.session.moderation.journal import Origin
from tests.eventually import eventually
from tests.plain.metrics.read import Scrape, read
from tests.session.walling import Walled, listed, walling

A, B = (ConferenceSettings(alias, host_pin="1234") for alias in "ab")
ANN = "00000000-0000-4000-8000-0000000000aa"

# The names, types and labels that people write queries and alert rules against.
TABLE = """
build_info gauge python version
conferences gauge line node
participants gauge node protocol role
waiting_participants gauge node
connecting_participants gauge node
api_participants gauge node
unencrypted_participants gauge node
longest_wait_seconds gauge node
participant_joins_total counter node role
participant_leaves_total counter node role
participant_session_seconds histogram node
wait_seconds histogram node outcome
dial_outs_total counter node outcome
events_total counter event node
unreadable_events_total counter node
stream_opens_total counter node
rejoins_total counter node
stream_gap_seconds histogram node
last_event_timestamp_seconds gauge node
oldest_data_timestamp_seconds gauge node
requests_total counter node request source
request_failures_total counter node reason request source
request_duration_seconds histogram request
node_up gauge node
node_maintenance gauge node
alarms gauge rule severity state
alarms_raised_total counter rule severity
alarm_flood gauge
loop_lag_seconds histogram
frames_total counter
conferences_without_series gauge
conference_info gauge conference node
conference_people gauge conference
conference_waiting gauge conference
conference_hosts gauge conference
conference_locked gauge conference
conference_guests_muted gauge conference
conference_started gauge conference
conference_presenting gauge conference
conference_recording gauge conference
conference_last_event_timestamp_seconds gauge conference
conference_speaking_seconds_total counter conference
""".strip()


@asynccontextmanager
async def told(
    plan: Plan, *conferences: ConferenceSettings, series: int = 0
) -> AsyncIterator[tuple[Walled, Metrics]]:
    """A wall whose metrics are told from before it has joined anything."""
    async with walling(plan, *conferences, pin="1234") as wall:
        metrics = Metrics(Wall(wall.fleet), wall.clock, conferences=series)
        try:
            yield wall, metrics
        finally:
            metrics.close()


async def scraped(metrics: Metrics) -> Scrape:
    return read(await metrics.text())


async def test_a_meeting_is_told_under_every_name_of_the_table() -> None:
    async with told(listed("a", "b"), A, B, series=1) as (wall, metrics):
        node = wall.node.url.removeprefix("http://")
        meeting = wall.node.conference("a")
        meeting.join("Early", role="chair", protocol="sip")
        await wall.live("a", "b")
        before = await scraped(metrics)
        assert before.values("pexdash_participants") == {(node, "sip", "host"): 1}
        assert before.values("pexdash_participant_joins_total") == {
            (node, "guest"): 0,
            (node, "host"): 0,
        }
        ann = meeting.join("Ann", uuid=ANN, uri="sip:ann@example.com", protocol="h323")
        bob = meeting.join("Bob", waiting=True)
        cid = meeting.join("Cid", waiting=True)
        who: dict[str, Any] = {
            "call_direction": "out",
            "service_type": "connecting",
            "uri": "sip:dan@example.com",
            "protocol": "sip",
        }
        dan = meeting.join("Dan", **who)
        eve = meeting.join("Eve", **{**who, "uri": "sip:eve@example.com"})
        meeting.speak({ANN: 100})
        await wall.pass_time(20)
        during = await scraped(metrics)
        assert during.values("pexdash_waiting_participants") == {(node,): 2}
        assert during.values("pexdash_connecting_participants") == {(node,): 2}
        assert during.values("pexdash_conference_waiting") == {("a",): 2}
        assert during.values("pexdash_longest_wait_seconds")[node,] == pytest.approx(20, abs=1)
        spoken = during.values("pexdash_conference_speaking_seconds_total")
        assert spoken == {("a",): pytest.approx(20, abs=1)}
        meeting.speak({ANN: 0})
        meeting.admit(bob.uuid)
        meeting.leave(cid.uuid)
        meeting.update(dan.uuid, service_type="conference")
        meeting.leave(eve.uuid)
        await wall.pass_time(100, step=10)
        meeting.leave(ann.uuid)
        meeting.publish("participant_update", "no participant")
        membership = wall.place("a").membership
        assert membership is not None
        moderation = membership.moderation
        await moderation.carry_out(moderation.plan(BY_ID["lock"], [""]))
        await wall.pass_time(2)
        after = await scraped(metrics)

    shown = [line for line in after.text.splitlines() if line.startswith("# TYPE pexdash_")]
    rows = [row.split() for row in TABLE.splitlines()]
    assert [line.split()[2:] for line in shown] == [[f"pexdash_{row[0]}", row[1]] for row in rows]
    assert [sorted(family.labels) for family in FAMILIES.values()] == [row[2:] for row in rows]
    assert {"process_cpu_seconds", "python_info"} <= after.families.keys()
    assert "_created" not in after.text

    def value(name: str, **labels: str) -> float:
        return after.sum(f"pexdash_{name}", **labels)

    assert after.values("pexdash_conferences") == {("live", node): 2}
    assert after.values("pexdash_participants") == {
        (node, "sip", "host"): 1,
        (node, "webrtc", "guest"): 1,
        (node, "sip", "guest"): 1,
    }
    assert after.values("pexdash_api_participants") == {(node,): 2}
    assert after.values("pexdash_participant_joins_total") == {
        (node, "guest"): 3,
        (node, "host"): 0,
    }
    assert value("participant_leaves_total", role="guest") == 1
    assert value("participant_session_seconds_count") == 1
    assert value("participant_session_seconds_sum") == pytest.approx(120, abs=3)
    assert value("participant_session_seconds_bucket", le="60.0") == 0
    assert value("participant_session_seconds_bucket", le="300.0") == 1
    for outcome in ("admitted", "left"):
        assert value("wait_seconds_count", outcome=outcome) == 1
        assert value("wait_seconds_sum", outcome=outcome) == pytest.approx(20, abs=1)
    assert value("dial_outs_total", outcome="answered") == 1
    assert value("dial_outs_total", outcome="rejected") == 1
    assert value("dial_outs_total") == 2
    assert value("unreadable_events_total") == 1
    assert value("stream_opens_total") == 2
    assert value("rejoins_total") == 0
    assert value("events_total", event="participant_delete") == 3
    assert value("requests_total", request="request_token", source="program") == 2
    assert value("request_failures_total") == 0
    assert value("requests_total", request="lock", source="operator") == 1
    assert value("request_duration_seconds_count", request="lock") == 1
    assert after.values("pexdash_node_up") == {(node,): 1}
    assert after.values("pexdash_node_maintenance") == {(node,): 0}
    assert value("last_event_timestamp_seconds") == pytest.approx(wall.clock.wall(), abs=4)

    assert value("conferences_without_series") == 1
    assert after.values("pexdash_conference_people") == {("a",): 3}
    assert after.values("pexdash_conference_hosts") == {("a",): 1}
    assert after.values("pexdash_conference_locked") == {("a",): 1}
    assert after.values("pexdash_conference_info") == {("a", node): 1}
    assert value("conference_speaking_seconds_total") == pytest.approx(20, abs=1)

    for secret in (ANN, "ann@example.com", "Ann", "sip:", '1234"'):
        assert secret not in after.text
    promtool(after.text)


def promtool(text: str) -> None:
    """Have Prometheus' own tool check it, where there is one."""
    program = shutil.which("promtool")
    if program is not None:
        done = subprocess.run(
            [program, "check", "metrics"], input=text, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")
def test_promtool_finds_fault_with_what_it_should() -> None:
    with pytest.raises(AssertionError):
        promtool("# TYPE a_total gauge\na_total 1\n")


async def test_a_line_that_breaks_and_a_meeting_that_meets_again_are_counted() -> None:
    async with told(listed("a"), A) as (wall, metrics):
        await wall.live("a")
        gone = wall.node.conference("a").join("Gone")
        await wall.pass_time(1)
        wall.node.faults.cut_streams()
        await wall.become("a", LineState.LOST)
        stale = await scraped(metrics)
        assert stale.sum("pexdash_conferences", line="stale") == 1
        assert stale.sum("pexdash_participants") == 1
        assert stale.sum("pexdash_node_up") in (0, 1)
        wall.node.conference("a").leave(gone.uuid)
        wall.node.conference("a").join("Come")
        await wall.live("a")
        back = await scraped(metrics)
        assert back.sum("pexdash_stream_opens_total") == 2
        assert back.sum("pexdash_stream_gap_seconds_count") == 1
        assert 0 < back.sum("pexdash_stream_gap_seconds_sum") < 10
        # What happened meanwhile counts once it is known.
        assert back.sum("pexdash_participant_joins_total") == 2
        assert back.sum("pexdash_participant_leaves_total") == 1
        assert back.sum("pexdash_rejoins_total") == 0
        wall.node.conference("a").end("Conference host ended the conference")
        await wall.become("a", LineState.ENDED)
        ended = await scraped(metrics)
        assert ended.sum("pexdash_conferences", line="ended") == 1
        assert ended.sum("pexdash_participants") == 0
        await wall.pass_time(70, step=5)
        await wall.live("a")
        again = await scraped(metrics)
        assert again.sum("pexdash_rejoins_total") == 1
        assert again.sum("pexdash_stream_opens_total") == 3


async def test_alarms_are_told_by_rule_severity_and_state() -> None:
    async with told(listed("a"), A) as (wall, metrics):
        await wall.live("a")
        wall.node.conference("a").join("Bob", waiting=True)
        await wall.pass_time(90, step=5)
        told_now = await scraped(metrics)
        (alarm,) = [one for one in wall.fleet.alarms.listed() if one.key.rule == "waiting"]
        labels = ("waiting", "warning", "suppressed" if alarm.parent else "unacked")
        assert told_now.values("pexdash_alarms")[labels] == 1
        assert told_now.values("pexdash_alarms_raised_total")["waiting", "warning"] == 1
        assert told_now.values("pexdash_alarm_flood") == {(): 0}
        wall.fleet.shelve(alarm.key, "known", 600)
        assert ("waiting", "warning", "shelved") in (await scraped(metrics)).values(
            "pexdash_alarms"
        )


async def test_why_requests_fail() -> None:
    async with told(listed("a"), A) as (wall, metrics):
        await wall.live("a")
        membership = wall.place("a").membership
        assert membership is not None
        moderation = membership.moderation
        for status, body in (
            (403, b'{"status": "failed", "result": "Invalid role"}'),
            (500, b"oh"),
            (503, b'{"status": "failed", "result": "System in maintenance mode"}'),
        ):
            wall.node.faults.answer("lock", status, body, times=1)
            await moderation.carry_out(moderation.plan(BY_ID["lock"], [""]))
        failed = await scraped(metrics)
        reasons = {
            reason: count
            for (_, reason, request, source), count in failed.values(
                "pexdash_request_failures_total"
            ).items()
            if (request, source) == ("lock", "operator")
        }
        assert reasons == {"invalid_role": 1, "http_5xx": 2}
        assert failed.sum("pexdash_node_maintenance") == 1
        plan = moderation.plan(BY_ID["lock"], [""])
        await moderation.carry_out(replace(plan, origin=Origin("rule:locks up")))
        mended = await scraped(metrics)
        assert mended.sum("pexdash_node_maintenance") == 0
        assert mended.sum("pexdash_requests_total", request="lock", source="rule") == 1
        assert "locks up" not in mended.text


async def test_no_series_are_left_of_a_conference_that_was_taken_off() -> None:
    async with told(listed("a", "b"), A, B, series=2) as (wall, metrics):
        await wall.live("a", "b")
        of_two = await scraped(metrics)
        wall.fleet.adopt(listed("b"))
        of_one = await scraped(metrics)
    for name in OF_CONFERENCES:
        first = [labels[0] for labels in of_two.values(name)]
        assert first == ["a", "b"], name
        assert [labels[0] for labels in of_one.values(name)] == ["b"], name
    assert of_one.sum("pexdash_conferences") == 1


async def test_nothing_is_counted_any_more_once_it_is_closed() -> None:
    async with told(listed("a"), A) as (wall, metrics):
        await wall.live("a")
        metrics.close()
        closed = await scraped(metrics)
        wall.node.conference("a").join("Ann")
        await wall.pass_time(1)
        await eventually(lambda: wall.fleet.summary(wall.place("a").key).people == 1)
        events = closed.sum("pexdash_events_total")
        assert (await scraped(metrics)).sum("pexdash_events_total") == events > 0


def test_a_counter_ends_in_total_and_nothing_else_does() -> None:
    for name, family in FAMILIES.items():
        assert name.endswith("_total") is (family.kind == COUNTER)
        assert bool(family.bounds) is (family.kind == HISTOGRAM)
        assert family.bounds == tuple(sorted(set(family.bounds)))
