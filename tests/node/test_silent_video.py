"""Silent video detection: whose video goes, and when it comes back."""

from __future__ import annotations

import pytest

from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from pexdash.node.silent_video import SilentVideo
from tests.eventually import eventually
from tests.manual_clock import ManualClock
from tests.node.client import ALIAS, joined


def test_a_video_goes_after_silence_and_comes_back_after_speech() -> None:
    detection = SilentVideo.of({"enable": True, "silent_after": 3, "reactivate_after": 2})
    people = ["ann", "bob"]
    assert [detection.look(people, ["bob"]) for _ in range(4)] == [set(), set(), {"ann"}, set()]
    assert detection.look(people, ["ann"]) == set()
    assert detection.look(people, []) == set()
    assert detection.look(people, ["ann"]) == {"bob"}
    assert detection.look(people, ["ann"]) == {"ann"}
    assert detection.silent == {"bob"}


def test_who_leaves_is_forgotten() -> None:
    detection = SilentVideo.of({"enable": True, "silent_after": 2})
    detection.look(["ann"], [])
    assert detection.look(["ann"], []) == {"ann"}
    assert detection.look([], []) == {"ann"}
    assert detection.look(["ann"], []) == set()


@pytest.mark.parametrize(
    "config", [{}, {"enable": False}, {"enable": True, "require_no_faces": True}]
)
def test_nobody_s_video_goes_where_it_is_off_or_faces_count(config: dict[str, object]) -> None:
    detection = SilentVideo.of({**config, "silent_after": 1})
    assert [detection.look(["ann"], []) for _ in range(3)] == [set(), set(), set()]


async def test_the_room_is_told_and_an_end_brings_the_videos_back() -> None:
    clock = ManualClock()
    async with EmbeddedNode(ConferenceSettings(ALIAS), clock=clock) as node, joined(node) as host:
        ann = node.conference(ALIAS).join("Ann")
        stream = await host.listen_in()
        config = {"enable": True, "silent_after": 2}
        assert await host.result("silent_video_detection", {"config": config}) is True
        await clock.advance(1.0)
        await eventually(lambda: ann.is_video_silent)
        assert (await stream.first("participant_update"))["is_video_silent"] is True
        assert await host.result("silent_video_detection", {"config": {"enable": False}}) is True
        assert (await stream.first("participant_update"))["is_video_silent"] is False
