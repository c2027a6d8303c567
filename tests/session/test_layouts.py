"""The node's layouts, what is asked of it, and nodes that have none of it."""

from __future__ import annotations

import asyncio
import json

import pytest

from pexdash.api.requests import AVAILABLE_LAYOUTS, LAYOUT_SVGS, TRANSFORM_LAYOUT
from pexdash.errors import PexdashError
from pexdash.model.events import RequestedLayout
from pexdash.model.participant import Role
from pexdash.node.layouts import LAYOUTS
from tests.eventually import eventually
from tests.session.host import GUESTS_WITHOUT_PIN, Host, hosting

NOT_TOLD = "This node does not name its layouts"


def sent(host: Host, name: str) -> list[object]:
    return [json.loads(one.body) for one in host.requests(name)]


async def test_the_layouts_come_with_their_pictures() -> None:
    async with hosting() as host:
        layouts = host.membership.layouts
        await layouts.load()
        assert [one.name for one in layouts.offered] == list(LAYOUTS)
        assert {one.name for one in layouts.offered if not one.boxes} == {"ac"}
        assert all(one.places and one.tags for one in layouts.offered)
        assert layouts.fault == ""
        assert host.requests("available_layouts")[0].query == "annotate=true"
        assert host.said == []


@pytest.mark.parametrize(
    ("status", "result"),
    [(404, "Not found"), (405, "Method not allowed"), (204, None), (501, "no")],
)
async def test_a_node_that_names_no_layouts_is_asked_once(status: int, result: object) -> None:
    async with hosting() as host:
        body = b"" if status == 204 else {"status": "failed", "result": result}
        host.node.faults.answer("available_layouts", status, body)
        layouts = host.membership.layouts
        for _ in range(2):
            await layouts.load()
            assert (layouts.offered, layouts.fault) == ([], NOT_TOLD)
        assert host.count("available_layouts") == 1
        assert host.count("layout_svgs") == 0
        assert not host.membership.policy.capabilities.has(AVAILABLE_LAYOUTS)
        assert host.membership.policy.capabilities.has(TRANSFORM_LAYOUT)
        assert host.said == []


async def test_a_guest_to_whom_the_node_shows_no_layouts_stays_in() -> None:
    async with hosting(GUESTS_WITHOUT_PIN, pin="none") as host:
        host.node.faults.answer("available_layouts", 403, {"status": "success", "result": "no"})
        await host.membership.layouts.load()
        assert host.membership.layouts.fault == NOT_TOLD
        assert host.feed.role is Role.GUEST
        assert host.feed.link.is_live
        assert host.said == []


async def test_the_layouts_are_offered_once_with_their_pictures() -> None:
    async with hosting() as host:
        pictures = host.node.faults.hold("layout_svgs")
        layouts = host.membership.layouts
        loading = asyncio.create_task(layouts.load())
        await eventually(lambda: host.count("layout_svgs"))
        assert layouts.offered == []
        pictures.set()
        await loading
        assert any(one.boxes for one in layouts.offered)


async def test_a_node_without_pictures_is_drawn_by_names() -> None:
    async with hosting() as host:
        host.node.faults.answer("layout_svgs", 404, {"status": "failed", "result": "Not found"})
        layouts = host.membership.layouts
        await layouts.load()
        assert [one.name for one in layouts.offered] == list(LAYOUTS)
        assert not any(one.boxes for one in layouts.offered)
        assert all(one.places for one in layouts.offered)
        assert not host.membership.policy.capabilities.has(LAYOUT_SVGS)


async def test_a_node_that_does_not_annotate_is_asked_plainly() -> None:
    async with hosting() as host:
        host.node.faults.answer("available_layouts", 400, {"status": "failed", "result": "what?"})
        await host.membership.layouts.load()
        assert [one.query for one in host.requests("available_layouts")] == ["annotate=true", ""]
        assert [one.name for one in host.membership.layouts.offered] == list(LAYOUTS)


async def test_what_cannot_be_read_is_told_in_the_place_of_the_layouts() -> None:
    async with hosting() as host:
        host.node.faults.answer("available_layouts", 200, {"status": "success", "result": {"a": 1}})
        await host.membership.layouts.load()
        assert host.membership.layouts.offered == []
        assert host.membership.layouts.fault == "the node's layouts are not a list"
        await host.membership.layouts.load()
        assert host.membership.layouts.offered


def requested(host: Host) -> RequestedLayout | None:
    layout = host.feed.conference.layout
    return layout.requested if layout is not None else None


async def test_what_is_asked_changes_by_the_node_s_event_alone() -> None:
    async with hosting() as host:
        usual, wanted = RequestedLayout("1:7", "1:7"), RequestedLayout("4:0", "4:0")
        layouts = host.membership.layouts
        await eventually(lambda: requested(host) == usual)
        host.node.faults.answer("transform_layout", 200, {"status": "success", "result": True})
        await layouts.transform({"layout": "4:0"}, "Layout 4:0")
        assert requested(host) == usual
        answer = host.node.faults.hold("transform_layout")
        asking = asyncio.create_task(layouts.transform({"layout": "4:0"}, "Layout 4:0"))
        await eventually(lambda: requested(host) == wanted)
        assert layouts.sending == {"layout": "4:0"}
        answer.set()
        await asking
        assert host.feed.conference.layout is not None
        assert host.feed.conference.layout.view == "1:7"
        assert sent(host, "transform_layout") == [{"transforms": {"layout": "4:0"}}] * 2


async def test_an_illegal_value_is_told_and_nothing_of_it_kept() -> None:
    async with hosting() as host:
        with pytest.raises(PexdashError):
            await host.membership.layouts.transform({"layout": "7:77"}, "Layout 7:77")
        assert host.said == ["Layout 7:77 failed: Illegal value"]
        assert host.membership.layouts.ours == {}
        assert host.membership.policy.capabilities.has(TRANSFORM_LAYOUT)


async def test_what_no_event_tells_is_remembered_as_asked_until_the_reset() -> None:
    async with hosting() as host:
        layouts = host.membership.layouts
        for transforms in (
            {"recording_indicator": False},
            {"streaming": {"layout": "1:0"}},
            {"streaming": {"indicators_enabled": True}},
        ):
            await layouts.transform(transforms, "Signs")
        assert layouts.ours == {
            "recording_indicator": False,
            "streaming": {"layout": "1:0", "indicators_enabled": True},
        }
        await layouts.transform({}, "Usual layout")
        assert layouts.ours == {}
        assert sent(host, "transform_layout")[-1] == {"transforms": {}}


async def test_somebody_has_a_layout_of_their_own_and_not_again_a_mix() -> None:
    async with hosting() as host:
        ann = await host.someone("Ann")
        layouts = host.membership.layouts
        mix = f"main.!{ann.uuid}"
        await layouts.show_own(ann.uuid, "4:0")
        await eventually(lambda: host.shown(ann.uuid).receive_from_video_mix.layout == "4:0")
        await layouts.show_own(ann.uuid, "1:0")
        await eventually(lambda: host.shown(ann.uuid).receive_from_video_mix.layout == "1:0")
        await layouts.show_own(ann.uuid, "")
        await eventually(lambda: host.shown(ann.uuid).receive_from_video_mix.mix_name == "main")
        await layouts.show_own(ann.uuid, "")
        assert sent(host, "create") == [{"mix_name": mix}]
        assert sent(host, "configure") == [
            {"transform_layout": {"layout": layout}} for layout in ("4:0", "1:0")
        ]
        (deleted,) = host.requests("delete")
        assert deleted.path.endswith(f"/video_mixes/main.%21{ann.uuid}/delete")
        await layouts.show_own("nobody", "4:0")
        assert host.count("create") == 1
