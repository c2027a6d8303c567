"""The dialog of layouts: what it shows, what its keys ask of the node, and when it changes."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from pexdash.session.moderation.action import Action
from pexdash.session.moderation.picture_actions import (
    AUDIO_MIX,
    AUDIO_MIXES,
    LAYOUT_GROUP,
    PERSONAL_LAYOUT,
)
from pexdash.ui.dialogs.layouts import LayoutDialog
from pexdash.ui.drawing.glyphs import ASCII
from tests.eventually import eventually
from tests.ui.dashboard import Dashboard, dashboard


@asynccontextmanager
async def choosing(
    *people: str, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[Dashboard, LayoutDialog]]:
    """A dashboard on which the layouts are open and have come."""
    async with dashboard(*(people or ("Bob",)), size=size) as shown:
        await shown.press("l")
        await eventually(shown.takes_keys)
        await shown.shows("▸1:7")
        dialog = shown.app.screen
        assert isinstance(dialog, LayoutDialog)
        yield shown, dialog


def asked_of(shown: Dashboard) -> list[object]:
    """The transforms that the node was asked for."""
    received = [one for one in shown.node.received if one.path.endswith("/transform_layout")]
    return [json.loads(one.body)["transforms"] for one in received]


def told(shown: Dashboard, label: str) -> str:
    """What a line of the dialog says behind its label."""
    (line,) = (line for line in shown.lines() if f"│ {label} " in line)
    return " ".join(line.partition(f"│ {label} ")[2].partition("│")[0].split())


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_each_layout_is_a_picture_with_its_name(size: tuple[int, int]) -> None:
    async with choosing(size=size) as (shown, dialog):
        text = shown.text()
        for name in ("1:0", "1:7 in force", "5:7", "1:21", "2:21", "1:33", "4:0 2 x 2", "9:0"):
            assert name in text
        assert "███████▌▐███████" in text
        assert ("16:0" in text) is (size != (80, 24))
        assert ("4 more below" in text) is (size == (80, 24))
        assert told(shown, "In force") == told(shown, "Asked") == "1:7 main + 7"
        seen = []
        dialog.sheet.action_move(-100)
        for _ in range(13):
            layout = dialog.sheet.layout_under_cursor
            assert layout is not None
            assert f"▸{layout.name} " in shown.text()
            seen.append(layout.name)
            dialog.sheet.action_move(1)
        assert len(dict.fromkeys(seen)) == 12
        assert seen[-2:] == ["ac", "ac"]
        assert ("4 more above" in shown.text()) is (size == (80, 24))


async def test_only_the_event_changes_what_is_asked_and_later_what_is_in_force() -> None:
    async with choosing() as (shown, _):
        shown.node.faults.answer("transform_layout", 200, {"status": "success", "result": True})
        await shown.press("down", "enter")
        await eventually(lambda: asked_of(shown))
        await eventually(lambda: shown.membership.layouts.sending is None)
        refusal = {"status": "success", "result": "Illegal value"}
        shown.node.faults.answer("transform_layout", 400, refusal)
        await shown.press("enter")
        await shown.shows("Layout 1:33 failed: Illegal", "value")
        assert told(shown, "Asked") == "1:7 main + 7"
        await shown.press("enter")
        await eventually(lambda: told(shown, "Asked") == "1:33 main + 33")
        assert told(shown, "In force") == "1:7 main + 7"
        assert "▸1:33 asked" in shown.text()
        await shown.clock.advance(0.5)
        await eventually(lambda: told(shown, "In force") == "1:33 main + 33")
        assert "▸1:33 in force" in shown.text()
        assert asked_of(shown) == [{"layout": "1:33"}] * 3


async def test_names_are_as_the_node_says_and_signs_as_we_have_asked() -> None:
    async with choosing() as (shown, _):
        await shown.press("n")
        await shown.shows(f"n {'Names':<19}off ")
        assert asked_of(shown) == [{"enable_overlay_text": False}]
        shown.meeting.seating.layouts.transform({"enable_overlay_text": True})
        shown.meeting.publish_layout()
        await shown.shows(f"n {'Names':<19}on ")
        signs = {
            "a": ("Active speaker", "enable_active_speaker_indication"),
            "r": ("Recording sign", "recording_indicator"),
            "s": ("Streaming sign", "streaming_indicator"),
            "t": ("Transcribing sign", "transcribing_indicator"),
        }
        for key, (words, _) in signs.items():
            assert f"{key} {words:<19}not told" in shown.text()
        await shown.press(*signs)
        await shown.shows(*(f"{key} {words:<19}on, as we" for key, (words, _) in signs.items()))
        await shown.press("t")
        await shown.shows(f"t {'Transcribing sign':<19}off, as we asked")
        await shown.press("R")
        await shown.shows(f"t {'Transcribing sign':<19}not told")
        fields = [field for _, field in signs.values()]
        assert asked_of(shown)[1:] == [*({one: True} for one in fields), {fields[-1]: False}, {}]


async def test_the_stream_has_a_layout_and_switches_of_its_own() -> None:
    async with choosing() as (shown, _):
        await shown.press("tab")
        await shown.shows("[streaming]", f"p {'Number of people':<19}not told")
        await shown.press("p", "end", "enter")
        await shown.shows(f"p {'Number of people':<19}on, as we asked", "▸ac asked")
        await shown.press("r")
        assert asked_of(shown) == [
            {"streaming": {"plus_n_pip_enabled": True}},
            {"streaming": {"layout": "ac"}},
        ]
        assert told(shown, "Asked") == "1:7 main + 7 streaming ac adaptive"


async def test_hosts_and_guests_of_a_lecture_are_apart() -> None:
    async with dashboard("Bob", size=(80, 24), lecture=True) as shown:
        await shown.press("l")
        await eventually(shown.takes_keys)
        await shown.shows("[Hosts]", "▸1:7 in force")
        await shown.press("tab", "home", "enter")
        await eventually(lambda: told(shown, "Asked") == "Hosts 1:7 main + 7 Guests 1:0 main only")
        assert told(shown, "In force") == "Hosts 1:7 main + 7 Guests not told"
        assert "▸1:0 asked" in shown.text()
        assert asked_of(shown) == [{"guest_layout": "1:0"}]


async def test_a_node_that_names_no_layouts_leaves_the_switches() -> None:
    async with dashboard("Bob", size=(80, 24)) as shown:
        gone = {"status": "failed", "result": "Not found"}
        shown.node.faults.answer("available_layouts", 404, gone)
        await shown.press("l")
        await shown.shows("This node does not name its layouts", "n Names")
        await eventually(shown.takes_keys)
        await shown.press("enter", "right", "down", "n")
        await shown.shows(f"n {'Names':<19}off ")
        assert asked_of(shown) == [{"enable_overlay_text": False}]


async def test_where_the_node_has_no_layouts_the_key_is_gone_once_that_is_told() -> None:
    async with choosing(size=(160, 24)) as (shown, _):
        gone = {"status": "failed", "result": "Not found"}
        shown.node.faults.answer("transform_layout", 404, gone)
        await shown.press("n")
        await shown.shows("Names off failed")
        await shown.press("escape", "l")
        await eventually(lambda: "l Layout" not in shown.text())
        assert not isinstance(shown.app.screen, LayoutDialog)


async def test_pictures_are_readable_without_unicode() -> None:
    async with dashboard("Bob", size=(80, 24), glyphs=ASCII) as shown:
        await shown.press("l")
        await shown.shows(">1:7 in force", "#######  #######", "= == = = == = =")
        sheet = shown.app.screen.query_one("#layouts").region
        drawn = [line[sheet.x : sheet.right] for line in shown.lines()[sheet.y : sheet.bottom]]
        assert all(line.isascii() for line in drawn)


async def test_somebody_gets_a_layout_of_their_own() -> None:
    async with dashboard("Bob", size=(80, 24)) as shown:
        ann = shown.meeting.join("Ann Smith", protocol="webrtc").uuid
        await eventually(lambda: shown.row("Ann Smith"))
        shown.screen.host.act(PERSONAL_LAYOUT, [shown.uuid_of("Bob")])
        await shown.shows("Bob can have no layout of their own")
        shown.screen.host.act(PERSONAL_LAYOUT, [ann])
        await shown.shows("Personal layout", "what everybody has", "9:0 3 x 3")
        await eventually(shown.takes_keys)
        await shown.press("end", "enter")
        await eventually(lambda: told(shown, "Has") == "ac")
        await shown.press("R")
        await eventually(lambda: told(shown, "Has") == "what everybody has")
        mix = f"video_mixes/main.%21{ann}"
        done = ["video_mixes/create", f"{mix}/configure", f"{mix}/delete"]
        assert [one for one in shown.requests() if one.startswith("video")] == done


FORMS: list[tuple[Action, str, str, object]] = [
    (AUDIO_MIX, "fr", "receive_from_audio_mix", {"mix_name": "fr"}),
    (
        AUDIO_MIXES,
        "fr*",
        "send_to_audio_mixes",
        {"mixes": [{"mix_name": "fr", "prominent": True}]},
    ),
    (LAYOUT_GROUP, "p", "layout_group", {"layout_group": "p"}),
]


async def test_the_forms_ask_for_what_is_for_one_person() -> None:
    async with dashboard("Bob") as shown:
        bob = shown.uuid_of("Bob")
        for action, typed, request_name, body in FORMS:
            shown.screen.host.act(action, [bob])
            await eventually(shown.takes_keys)
            await shown.press(*typed, "enter")
            path = f"participants/{bob}/{request_name}"
            await eventually(lambda path=path: path in shown.requests())  # type: ignore[misc]
            (sent,) = (one for one in shown.node.received if one.path.endswith(path))
            assert json.loads(sent.body) == body


async def test_the_cursor_stays_where_it_was_put_when_the_node_answers_again() -> None:
    async with choosing() as (shown, dialog):
        await shown.press("escape", "l")
        await eventually(shown.takes_keys)
        again = shown.app.screen
        assert isinstance(again, LayoutDialog)
        assert again is not dialog
        await shown.shows("▸1:7")
        await shown.press("down")
        again.sheet.load_done()
        await shown.shows("▸1:33")


async def test_a_click_below_the_cards_chooses_none() -> None:
    async with choosing() as (shown, dialog):
        sheet = dialog.sheet
        for y in (15, 16, sheet.size.height - 1):
            await shown.pilot.click(sheet, offset=(2, y))
            assert "▸1:7" in shown.text(), y
        await shown.pilot.click(sheet, offset=(2, 10))
        await shown.shows("▸2:21")
