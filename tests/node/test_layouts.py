"""Layouts, personal mixes and audio mixes: what is asked for, and what each is told."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from typing import Any

import pytest

from pexdash.node.layouts import LAYOUTS
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from tests.eventually import eventually
from tests.manual_clock import ManualClock
from tests.node.client import ALIAS, INVALID_ROLE, Client, Listener, joined, refused

OPEN = ConferenceSettings(ALIAS)
LECTURE = ConferenceSettings(ALIAS, host_pin="1", lecture=True)
ILLEGAL = (400, "success", "Illegal value")


def asked(layout: dict[str, Any]) -> tuple[str, str]:
    screen = layout["requested_layout"]["primary_screen"]
    return screen["chair_layout"], screen["guest_layout"]


async def after_a_moment(clock: ManualClock, stream: Listener) -> dict[str, Any]:
    """The next layout, which comes when the picture has followed."""
    await clock.advance(0.5)
    data: dict[str, Any] = await stream.first("layout")
    return data


async def test_the_layouts_are_named_and_drawn() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as host:
        assert await host.get("available_layouts") == list(LAYOUTS)
        assert await host.get("available_layouts?annotate=false") == list(LAYOUTS)
        annotated = await host.get("available_layouts?annotate=true")
        assert [one["name"] for one in annotated] == list(LAYOUTS)
        assert {tag for one in annotated for tag in one["tags"]} == {"speaker", "equal", "adaptive"}
        svgs = await host.get("layout_svgs")
        assert svgs.keys() == set(LAYOUTS) - {"ac"}
        for name, people in {
            "1:0": 1,
            "1:7": 8,
            "2:21": 23,
            "1:33": 34,
            "25:0": 25,
            "2x2": 4,
        }.items():
            root = ElementTree.fromstring(svgs[name])
            rects = root.findall("{*}rect")
            assert len(rects) == people
            for rect in rects:
                x, y, width, height = (
                    float(rect.attrib[one]) for one in ("x", "y", "width", "height")
                )
                assert width >= 1
                assert height >= 1
                assert 0 <= x <= x + width <= 160
                assert 0 <= y <= y + height <= 90


async def test_what_is_asked_shows_at_once_and_the_picture_follows() -> None:
    clock = ManualClock()
    async with EmbeddedNode(OPEN, clock=clock) as node, joined(node) as host:
        people = [node.conference(ALIAS).join(f"P{number}").uuid for number in range(9)]
        stream = await host.listen_in()
        assert await host.result("transform_layout", {"transforms": {"layout": "4:0"}}) is True
        told = await stream.first("layout")
        assert (told["view"], asked(told)) == ("1:7", ("4:0", "4:0"))
        assert told["participants"] == people[:8]
        told = await after_a_moment(clock, stream)
        assert (told["view"], asked(told)) == ("4:0", ("4:0", "4:0"))
        assert told["participants"] == people[:4]
        await host.result("transform_layout", {"transforms": {}})
        assert asked(await stream.first("layout")) == ("1:7", "1:7")
        assert (await after_a_moment(clock, stream))["participants"] == people[:8]


async def test_what_is_not_named_stays_as_it_was_asked() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as host:
        stream = await host.listen_in()
        await host.result("transform_layout", {"transforms": {"enable_overlay_text": False}})
        told = await stream.first("layout")
        assert (told["overlay_text_enabled"], asked(told)) == (False, ("1:7", "1:7"))
        body = {"transforms": {"layout": "ac", "streaming": {"layout": "1:0"}}}
        await host.result("transform_layout", body)
        told = await stream.first("layout")
        assert (told["overlay_text_enabled"], asked(told)) == (False, ("ac", "ac"))
        assert node.conference(ALIAS).seating.layouts.transforms == {
            "enable_overlay_text": False,
            "streaming": {"layout": "1:0"},
        }


@pytest.mark.parametrize(
    "transforms",
    [
        {"layout": "17:3"},
        {"layout": ""},
        {"host_layout": "none"},
        {"guest_layout": "1:7 "},
        {"layout": "1:7", "streaming": {"layout": "x"}},
    ],
)
async def test_a_layout_that_there_is_not_is_an_illegal_value(transforms: object) -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as host:
        answer = await host.send("transform_layout", {"transforms": transforms})
        assert refused(answer) == ILLEGAL
        assert node.conference(ALIAS).seating.layouts.requested["chair"] == "1:7"


async def test_only_the_conference_s_own_layouts_are_taken() -> None:
    few = ConferenceSettings(ALIAS, layouts=("2x2", "teams"))
    async with EmbeddedNode(few) as node, joined(node) as host:
        assert await host.get("available_layouts") == ["2x2", "teams"]
        assert (await host.get("layout_svgs")).keys() == {"2x2"}
        answer = await host.send("transform_layout", {"transforms": {"layout": "1:7"}})
        assert refused(answer) == ILLEGAL
        stream = await host.listen()
        assert (await stream.first("layout"))["view"] == "2x2"


async def test_guests_of_a_lecture_have_a_layout_of_their_own_with_hosts_in_it() -> None:
    clock = ManualClock()
    async with (
        EmbeddedNode(LECTURE, clock=clock) as node,
        joined(node, pin="1") as host,
        joined(node, "Gus", "none") as guest,
    ):
        hall = node.conference(ALIAS)
        ann, bob = hall.join("Ann", role="chair"), hall.join("Bob")
        assert ann.service_type == bob.service_type == "lecture"
        streams = [await host.listen_in(), await guest.listen_in()]
        await host.result("transform_layout", {"transforms": {"guest_layout": "1:0"}})
        for stream in streams:
            assert asked(await stream.first("layout")) == ("1:7", "1:0")
        await host.result("transform_layout", {"transforms": {"layout": "25:0"}})
        for stream in streams:
            assert asked(await stream.first("layout")) == ("1:7", "1:0")
        await clock.advance(0.5)
        to_host, to_guest = [await stream.first("layout") for stream in streams]
        assert (to_host["view"], to_host["participants"]) == ("1:7", [ann.uuid, bob.uuid])
        assert (to_guest["view"], to_guest["participants"]) == ("1:0", [ann.uuid])
        hall.change_role(guest.uuid, "chair")
        told = await streams[1].first("layout")
        assert (told["view"], told["participants"]) == ("1:7", [ann.uuid, bob.uuid])


async def test_a_host_chooses_when_guests_of_a_lecture_see_guests() -> None:
    async with (
        EmbeddedNode(LECTURE) as node,
        joined(node, pin="1") as host,
        joined(node, "Gus", "none") as guest,
    ):
        hall = node.conference(ALIAS)
        ann, bob = hall.join("Ann", role="chair"), hall.join("Bob")
        stream = await guest.listen()
        name = "set_guests_can_see_guests"
        assert (await stream.first("layout"))["participants"] == [ann.uuid]
        for setting, seen in (
            ("always", [ann.uuid, bob.uuid]),
            ("never", [ann.uuid]),
            ("no_hosts", [ann.uuid]),
        ):
            assert await host.result(name, {"setting": setting}) is True
            assert (await stream.first("layout"))["participants"] == seen
        hall.leave(ann.uuid)
        assert (await stream.first("layout"))["participants"] == [bob.uuid]
        assert refused(await guest.send(name, {"setting": "always"})) == INVALID_ROLE
        assert refused(await host.send(name, {"setting": "often"}))[0] == 400


async def test_who_sees_whom_is_decided_in_a_lecture_alone() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as host:
        answer = await host.send("set_guests_can_see_guests", {"setting": "never"})
        assert refused(answer) == (404, "failed", "Not found")


async def test_the_older_request_seats_people_and_none_is_the_usual() -> None:
    clock = ManualClock()
    async with EmbeddedNode(OPEN, clock=clock) as node, joined(node) as host:
        people = [node.conference(ALIAS).join(name).uuid for name in ("Ann", "Bob", "Cy")]
        stream = await host.listen_in()
        wanted = {"layout": "1:0", "actors": [people[2]], "actors_overlay_text": "off"}
        assert await host.result("override_layout", {"layouts": [wanted]}) is True
        assert asked(await stream.first("layout")) == ("1:0", "1:0")
        told = await after_a_moment(clock, stream)
        assert (told["view"], told["participants"]) == ("1:0", [people[2]])
        assert told["overlay_text_enabled"] is False
        answer = await host.send("override_layout", {"layouts": [{"layout": "nine"}]})
        assert refused(answer) == ILLEGAL
        await host.result("override_layout", {"layouts": []})
        assert asked(await stream.first("layout")) == ("1:7", "1:7")
        told = await after_a_moment(clock, stream)
        assert (told["participants"], told["overlay_text_enabled"]) == (people, True)


async def test_a_mix_of_one_s_own_is_made_configured_and_deleted() -> None:
    clock = ManualClock()
    async with EmbeddedNode(OPEN, clock=clock) as node, joined(node) as host:
        ann = node.conference(ALIAS).join("Ann")
        mix = f"main.!{ann.uuid}"
        stream = await host.listen_in()
        assert await host.result("video_mixes/create", {"mix_name": mix}) is True
        told = (await stream.first("participant_update"))["receive_from_video_mix"]
        assert told["mix_name"] == mix
        body = {"transform_layout": {"layout": "4:0"}}
        answer = await host.send(
            f"video_mixes/{mix}/configure", {"transform_layout": {"layout": "?"}}
        )
        assert refused(answer) == ILLEGAL
        assert await host.result(f"video_mixes/{mix}/configure", body) is True
        told = (await stream.first("participant_update"))["receive_from_video_mix"]
        assert told["mix_config"] == body
        assert await host.result(f"video_mixes/{mix}/delete") is True
        told = (await stream.first("participant_update"))["receive_from_video_mix"]
        assert told == {"mix_name": "main", "timestamp": clock.wall()}
        assert refused(await host.send(f"video_mixes/{mix}/configure", body)) == ILLEGAL


async def test_a_guest_has_a_mix_of_their_own_and_of_nobody_else() -> None:
    with_pin = ConferenceSettings(ALIAS, host_pin="1")
    async with EmbeddedNode(with_pin) as node, joined(node, "Gus", "none") as guest:
        ann = node.conference(ALIAS).join("Ann")
        answer = await guest.send("video_mixes/create", {"mix_name": f"main.!{ann.uuid}"})
        assert refused(answer) == INVALID_ROLE
        own = {"mix_name": "main.!personal"}
        assert refused(await guest.send("video_mixes/create", own)) == ILLEGAL
        node.conference(ALIAS).update(guest.uuid, can_receive_personal_mix=True)
        stream = await guest.listen_in()
        assert await guest.result("video_mixes/create", own) is True
        body = {"transform_layout": {"layout": "1:0"}}
        assert await guest.result("video_mixes/main.!personal/configure", body) is True
        await eventually(
            lambda: (
                node.conference(ALIAS)
                .participants[guest.uuid]
                .receive_from_video_mix.get("mix_config")
            )
        )
        for view in ("1:7", "1:0"):
            assert (await stream.first("layout"))["view"] == view
        for name in ("main", "other.!personal", "main.!nobody"):
            assert refused(await guest.send("video_mixes/create", {"mix_name": name})) == ILLEGAL


@pytest.mark.parametrize(
    ("name", "body", "field", "value"),
    [
        (
            "send_to_audio_mixes",
            {"mixes": [{"mix_name": "main.french", "prominent": True}, {"mix_name": "main"}]},
            "send_to_audio_mixes",
            [
                {"mix_name": "main.french", "prominent": True},
                {"mix_name": "main", "prominent": False},
            ],
        ),
        ("send_to_audio_mixes", {"mixes": []}, "send_to_audio_mixes", []),
        (
            "receive_from_audio_mix",
            {"mix_name": "main.french"},
            "receive_from_audio_mix",
            "main.french",
        ),
        ("studiosound", {"enabled": True}, "studiosound_enabled", True),
        ("studiosound", {"enabled": False}, "studiosound_enabled", False),
        ("layout_group", {"layout_group": "panel"}, "layout_group", "panel"),
    ],
)
async def test_sound_and_groups_show_on_the_participant(
    name: str, body: object, field: str, value: object
) -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as host:
        ann = node.conference(ALIAS).join("Ann")
        stream = await host.listen_in()
        assert await host.result(name, body, uuid=ann.uuid) is True
        assert (await stream.first("participant_update"))[field] == value


@pytest.mark.parametrize("nobody", ["", None])
async def test_somebody_is_taken_out_of_their_group(nobody: object) -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as host:
        ann = node.conference(ALIAS).join("Ann", layout_group="panel")
        body = json.dumps({"layout_group": nobody}).encode()
        assert await host.result("layout_group", body, uuid=ann.uuid) is True
        assert ann.layout_group is None


async def test_a_preferred_shape_is_for_oneself_to_say() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as host, Client(node) as bob:
        await bob.join("Bob")
        ratio = {"aspect_ratio": 1.78}
        assert await host.result("preferred_aspect_ratio", ratio, uuid=host.uuid) is True
        answer = await host.send("preferred_aspect_ratio", {"aspect_ratio": 3}, uuid=host.uuid)
        assert refused(answer)[0] == 400
        answer = await host.send("preferred_aspect_ratio", ratio, uuid=bob.uuid)
        assert refused(answer) == INVALID_ROLE
