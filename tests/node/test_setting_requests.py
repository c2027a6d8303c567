"""What Hosts set once a meeting: the value that is told, and the event for all."""

from __future__ import annotations

import pytest

from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from tests.manual_clock import ManualClock
from tests.node.client import ALIAS, INVALID_ROLE, Client, joined, refused

RICH = ConferenceSettings(
    ALIAS,
    host_pin="1",
    classification_levels=("Official", "Secret"),
    pinning_configs=("panel", "stage left"),
    live_captions=True,
)
PLAIN = ConferenceSettings(ALIAS, host_pin="1")
ILLEGAL = (400, "failed", "Illegal value")


@pytest.mark.parametrize(
    ("request_name", "body", "field", "told"),
    [
        ("set_guests_can_unmute", {"setting": True}, "guests_can_unmute", True),
        ("set_guests_can_present", {"setting": False}, "guests_can_present", False),
        ("set_message_text", {"text": "Back at 12"}, "message_text", "Back at 12"),
        ("set_pinning_config", {"pinning_config": "panel"}, "pinning_config", "panel"),
        (
            "set_classification_level",
            {"level": 1},
            "classification",
            {"levels": {"0": "Official", "1": "Secret"}, "current": 1},
        ),
        (
            "set_clock",
            {"type": "remaining", "starting_value": 90, "prefix": "Ends in"},
            "clock",
            {"type": "remaining", "starting_value": 90, "prefix": "Ends in"},
        ),
    ],
)
async def test_a_change_is_told_to_all_once(
    request_name: str, body: object, field: str, told: object
) -> None:
    async with (
        EmbeddedNode(RICH) as node,
        joined(node, pin="1") as host,
        joined(node, "Gus", "none") as guest,
    ):
        stream = await guest.listen_in()
        assert refused(await guest.send(request_name, body)) == INVALID_ROLE
        assert await host.result(request_name, body) is True
        assert await host.result(request_name, body) is True
        node.conference(ALIAS).publish("marker", None)
        heard = await stream.until("marker")
        assert [one.name for one in heard] == ["conference_update", "marker"]
        assert heard[0].data[field] == told
        assert (await guest.get("conference_status"))[field] == told


async def test_each_value_can_be_asked_for() -> None:
    async with EmbeddedNode(RICH, clock=ManualClock()) as node, joined(node, pin="1") as host:
        levels = {"0": "Official", "1": "Secret"}
        assert await host.get("get_classification_level") == {"levels": levels, "current": 0}
        assert await host.get("get_message_text") == {"text": "", "set_time": 0}
        await host.result("set_message_text", {"text": "Back at 12"})
        told = await host.get("get_message_text")
        assert told == {"text": "Back at 12", "set_time": 1_700_000_000.0}
        await host.result("set_message_text")
        assert (await host.get("get_message_text"))["text"] == ""
        assert (await host.get("conference_status"))["message_text"] is None
        assert await host.get("available_pinning_configs") == ["panel", "stage left"]
        await host.result("set_pinning_config", {"pinning_config": "stage left"})
        assert (await host.get("get_pinning_config"))["pinning_config"] == "stage left"
        await host.result("set_pinning_config", {"pinning_config": ""})
        assert (await host.get("conference_status"))["pinning_config"] == ""
        assert await host.get("get_clock") == {}
        await host.result("set_clock", {"type": "time", "unknown": 1})
        assert await host.get("get_clock") == {"type": "time"}


async def test_what_there_is_not_is_refused_and_changes_nothing() -> None:
    unknown: list[tuple[str, object]] = [
        ("set_classification_level", {"level": 2}),
        ("set_pinning_config", {"pinning_config": "PANEL"}),
    ]
    wrong: list[tuple[str, object]] = [
        ("set_classification_level", {"level": -1}),
        ("set_classification_level", {"level": True}),
        ("set_clock", {"type": "sundial"}),
        ("set_clock", {"type": "time", "prefix": "x" * 100_000}),
        ("silent_video_detection", {"config": {"silent_after": 121}}),
    ]
    async with EmbeddedNode(RICH) as node, joined(node, pin="1") as host:
        before = await host.get("conference_status")
        for name, body in unknown:
            assert refused(await host.send(name, body)) == ILLEGAL
        for name, body in wrong:
            assert (await host.send(name, body)).status_code == 400, (name, body)
        assert await host.get("conference_status") == before


async def test_a_conference_without_levels_or_captions_says_so() -> None:
    async with EmbeddedNode(PLAIN) as node, joined(node, pin="1") as host:
        assert await host.get("get_classification_level") == {"levels": {}, "current": None}
        assert refused(await host.send("set_classification_level", {"level": 0})) == ILLEGAL
        assert await host.get("available_pinning_configs") == []
        assert (await host.get("conference_status"))["live_captions_available"] is False
        answer = await host.send("show_live_captions", uuid=host.uuid)
        assert refused(answer) == (403, "success", "Live captions are not available")


async def test_a_guest_unmutes_themselves_only_where_guests_may() -> None:
    async with (
        EmbeddedNode(PLAIN) as node,
        joined(node, pin="1") as host,
        joined(node, "Gus", "none") as guest,
    ):
        other = node.conference(ALIAS).join("Ann")
        await host.result("muteguests")
        assert refused(await guest.send("unmute", uuid=guest.uuid)) == INVALID_ROLE
        await host.result("set_guests_can_unmute", {"setting": True})
        assert await guest.result("unmute", uuid=guest.uuid) is True
        assert node.conference(ALIAS).participants[guest.uuid].is_muted == "NO"
        assert refused(await guest.send("unmute", uuid=other.uuid)) == INVALID_ROLE
        await host.result("set_guests_can_unmute", {"setting": False})
        assert refused(await guest.send("unmute", uuid=guest.uuid)) == INVALID_ROLE


async def test_guests_present_only_where_they_may() -> None:
    presenting = {"call_type": "RTMP", "present": "send"}
    async with (
        EmbeddedNode(PLAIN) as node,
        joined(node, pin="1") as host,
        joined(node, "Gus", "none") as guest,
    ):
        meeting = node.conference(ALIAS)
        presenters = []
        await guest.result("calls", presenting, uuid=guest.uuid)
        presenters.append(meeting.presenting.presenter)
        await host.result("set_guests_can_present", {"setting": False})
        presenters.append(meeting.presenting.presenter)
        answer = await guest.send("calls", presenting, uuid=guest.uuid)
        assert refused(answer) == (403, "success", "Presentation rejected")
        await host.result("calls", presenting, uuid=host.uuid)
        presenters.append(meeting.presenting.presenter)
        assert presenters == [guest.uuid, None, host.uuid]
        assert (await Client.join(guest, "Gus", "none"))["guests_can_present"] is False


async def test_who_may_present_no_more_neither_goes_on_nor_begins() -> None:
    presenting = {"call_type": "WEBRTC", "present": "send", "sdp": "v=0\r\n"}
    async with (
        EmbeddedNode(PLAIN) as node,
        joined(node, pin="1") as host,
        joined(node, "Gus", "none") as guest,
    ):
        meeting = node.conference(ALIAS)
        call = (await guest.result("calls", presenting, uuid=guest.uuid))["call_uuid"]
        await host.result("set_guests_can_present", {"setting": False})
        answer = await guest.send("ack", uuid=guest.uuid, call=call)
        assert refused(answer) == (403, "success", "Presentation rejected")
        await host.result("role", {"role": "chair"}, uuid=guest.uuid)
        await guest.result("ack", uuid=guest.uuid, call=call)
        assert meeting.presenting.presenter == guest.uuid
        await host.result("role", {"role": "guest"}, uuid=guest.uuid)
        assert meeting.presenting.presenter is None


async def test_the_next_meeting_begins_as_configured() -> None:
    async with EmbeddedNode(RICH) as node, joined(node, pin="1") as host:
        before = await host.get("conference_status")
        await host.result("set_classification_level", {"level": 1})
        await host.result("set_message_text", {"text": "x"})
        await host.result("disconnect")
        await host.join("Hal", "1")
        assert await host.get("conference_status") == before
