"""The meeting that goes on by itself: its people, and that the same seed gives the same one."""

from __future__ import annotations

import itertools
from collections import Counter
from itertools import islice

from pexdash.node.conference import NodeConference
from pexdash.node.people import People
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from tests.manual_clock import ManualClock
from tests.node.client import ALIAS, Client, Event, joined


def lively(seed: int = 7, **more: float) -> ConferenceSettings:
    return ConferenceSettings(
        ALIAS, participants=24, seed=seed, lively=True, speed=more.get("speed", 1.0)
    )


async def watch(settings: ConferenceSettings, seconds: int) -> list[Event]:
    """Everything a Host hears in the first `seconds`."""
    clock = ManualClock()
    async with EmbeddedNode(settings, clock=clock) as node, joined(node) as host:
        stream = await host.listen()
        while seconds > 0:
            await clock.advance(min(60, seconds))
            seconds -= 60
            host.token = (await host.result("refresh_token"))["token"]
        node.conference(ALIAS).publish("the_end", None)
        return await stream.until("the_end")


async def test_same_seed_same_meeting() -> None:
    first, second, other = (
        await watch(lively(), 90),
        await watch(lively(), 90),
        await watch(lively(seed=8), 90),
    )
    assert len(first) > 200
    assert first == second
    assert first != other


async def test_everything_happens_in_ten_minutes() -> None:
    events = await watch(lively(), 600)
    names = Counter(event.name for event in events)
    assert 40 <= names["message_received"] <= 100
    assert names["stage"] > 1200
    assert names["layout"] > 50
    assert names["presentation_start"] > 1
    assert names["participant_delete"] > 5
    after = [e.data for e in events[60:] if e.name in ("participant_create", "participant_update")]
    assert any(one["buzz_time"] for one in after)
    assert names["presentation_frame"] > 20
    assert {"connecting", "waiting_room", "conference"} <= {one["service_type"] for one in after}
    two_at_once = [
        event
        for event in events
        if event.name == "stage" and sum(one["vad"] > 0 for one in event.data) == 2
    ]
    assert two_at_once


async def test_dial_outs_end_in_every_way() -> None:
    created: dict[str, float] = {}
    ends: dict[str, tuple[str, float]] = {}
    for number, event in enumerate(await watch(lively(), 900)):
        data = event.data
        if event.name == "participant_create" and data["service_type"] == "connecting":
            created[data["uuid"]] = number
        elif event.name == "participant_delete" and data["uuid"] in created:
            ends.setdefault(data["uuid"], ("gone", number))
        elif event.name == "participant_update" and data["uuid"] in created:
            ends.setdefault(data["uuid"], (data["service_type"], number))
    assert len(created) >= 6
    numbers = sorted(created.values())
    assert any(later - former == 1 for former, later in itertools.pairwise(numbers)), "none forked"
    assert {how for how, _ in ends.values()} == {"gone", "conference"}


async def test_the_script_leaves_real_people_alone() -> None:
    clock = ManualClock()
    async with EmbeddedNode(lively(), clock=clock) as node, joined(node, "Bob") as bob:
        await bob.result("calls", {"call_type": "RTMP"}, uuid=bob.uuid)
        conference = node.conference(ALIAS)
        assert conference.participants[bob.uuid].seated
        for _ in range(60):
            await clock.advance(10)
            assert bob.uuid in conference.participants
            assert bob.uuid not in conference.stage.order
            assert conference.presenting.presenter != bob.uuid
            bob.token = (await bob.result("refresh_token"))["token"]


async def test_first_chat_line_within_a_second_and_a_half() -> None:
    names = {event.name for event in await watch(lively(), 2)}
    assert "message_received" in names


async def test_speed_is_faster_than_life() -> None:
    slow, fast = await watch(lively(), 30), await watch(lively(speed=4), 30)
    assert sum(one.name == "stage" for one in fast) > 3 * sum(one.name == "stage" for one in slow)


async def test_the_number_of_people_stays_about_the_same_and_the_muted_are_silent() -> None:
    clock = ManualClock()
    async with EmbeddedNode(lively(), clock=clock) as node:
        conference = node.conference(ALIAS)
        for _ in range(300):
            await clock.advance(5)
            seated = [one for one in conference.participants.values() if one.seated]
            assert 0.8 * 24 <= len(seated) <= 1.3 * 24
            assert sum(one.waiting for one in conference.participants.values()) <= 4
            for uuid in conference.stage.vads:
                assert conference.participants[uuid].is_muted == "NO"


async def test_the_script_survives_its_hosts() -> None:
    clock = ManualClock()
    async with EmbeddedNode(lively(), clock=clock) as node, Client(node) as host:
        await clock.advance(10)
        conference = node.conference(ALIAS)
        for uuid in list(conference.participants)[::2]:
            conference.remove(uuid, "Disconnected by another participant")
            await clock.advance(0.3)
        for one in list(conference.participants.values()):
            conference.update(one.uuid, is_muted="YES")
        await clock.advance(30)
        conference.end()
        await clock.advance(120)
        assert conference.participants
        assert await host.join()


def opening(settings: ConferenceSettings) -> NodeConference:
    return EmbeddedNode(settings, clock=ManualClock()).conference(ALIAS)


def test_who_is_in_at_the_start() -> None:
    people = list(opening(ConferenceSettings(ALIAS, participants=24)).participants.values())
    assert len(people) == 24
    assert sum(one.role == "chair" for one in people) == 3
    assert {"webrtc", "sip", "h323", "mssip"} <= {one.protocol for one in people}
    names = [one.display_name for one in people]
    assert "Tom [Sales]" in names
    assert "+49 30 1234567" in names
    assert len(set(names)) == 24
    assert 1 <= sum(one.is_muted == "YES" for one in people) <= 2
    assert sum(one.spotlight > 0 for one in people) == 1
    assert any(one.is_audio_only_call == "YES" for one in people)
    assert any(one.is_streaming_conference for one in people)
    assert any(one.overlay_text != one.display_name for one in people)
    starts = [one.start_time for one in people if one.start_time]
    assert len(starts) == 24
    assert all(1_700_000_000 - 3600 <= start < 1_700_000_000 for start in starts)
    assert not any(one.waiting for one in people)


def test_a_lively_one_has_people_waiting_and_one_presenting() -> None:
    conference = opening(lively())
    people = conference.participants.values()
    assert sum(one.waiting for one in people) in (2, 3)
    assert sum(one.is_presenting == "YES" for one in people) == 1
    assert conference.started
    assert not conference.locked


def test_any_small_number_will_do() -> None:
    for number in range(12):
        settings = ConferenceSettings(ALIAS, participants=number, lively=True)
        seated = [one for one in opening(settings).participants.values() if not one.waiting]
        assert len(seated) == number


def test_people_never_run_out_nor_come_twice() -> None:
    people = People(7)
    names = [one.name for one in islice(iter(people.next, None), 6000)]
    assert len(set(names)) == 6000
