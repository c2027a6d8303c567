"""What a node or a guest may send never reaches the terminal as anything but text.

Every payload is brought to every widget that shows remote text, in the installed program on a
real terminal; `SHOWN_BY` names the widgets and the test that brings them there.
"""

from __future__ import annotations

import ast
from pathlib import Path
from uuid import UUID

import pytest

from tests.eventually import eventually
from tests.parsed import parsed
from tests.terminal.foreign_node import ANN, BOB, ME, ForeignNode, person
from tests.terminal.hostile import PAYLOADS, crowd, faults, numbered
from tests.terminal.hostile_screen import (
    BROAD,
    HOME,
    LONG_PACKS,
    PACKS,
    PAGE_DOWN,
    TITLE_PACKS,
    each_half,
    read_through,
    showing,
)
from tests.unclean import unclean

TALL = (200, 135)
SMALL = (110, 36)
TOWER = (100, 400)  # with room for more notices than come before the first goes
pytestmark = pytest.mark.timeout(180)
UI = Path(__file__).parent.parent.parent / "pexdash" / "ui"

SHOWN_BY = {
    "RosterView": "test_the_roster_and_the_journal",
    "Confirm": "test_what_asks_about_people",
    "FormDialog": "test_what_asks_about_people",
    "LogView": "test_the_roster_and_the_journal",
    "FilterHint": "test_the_roster_and_the_journal",
    "HostCommands": "test_the_palette",
    "Details": "test_the_details_and_the_choice_to_copy",
    "CopyDialog": "test_the_details_and_the_choice_to_copy",
    "StatusLine": "test_the_top_line_and_the_presentation",
    "PresentationDialog": "test_the_top_line_and_the_presentation",
    "PictureView": "test_the_top_line_and_the_presentation",
    "StagePane": "test_the_stage_the_layout_and_the_chat",
    "LayoutPane": "test_the_stage_the_layout_and_the_chat",
    "ChatLog": "test_the_stage_the_layout_and_the_chat",
    "DashboardApp": "test_notices_of_refusals",
    "FramedNotices": "test_notices_of_refusals",
    "CallsDialog": "test_the_list_of_calls",
    "CaptionsPane": "test_the_captions",
    "SettingRows": "test_the_settings_of_the_conference",
    "LayoutSheet": "test_the_layouts",
    "CameraDialog": "test_whose_camera_it_is_and_to_whom_one_writes",
    "ChatPane": "test_whose_camera_it_is_and_to_whom_one_writes",
    "HappenedPane": "test_the_roster_and_the_journal",
    "DetailsPane": "test_the_roster_and_the_journal",
    "FilterTold": "test_the_prompts_and_the_filter",
    "JoinScreen": "test_the_join_form",
    "RoomsDialog": "test_the_breakout_rooms",
    "ProviderDialog": "test_a_sign_in",
    "SignInDialog": "test_a_sign_in",
    "JoinApp": "test_the_join_form",
    "PinDialog": "test_the_prompts_and_the_filter",
    "LineInput": "test_the_prompts_and_the_filter",
    "FilterInput": "test_the_prompts_and_the_filter",
    "FormInput": "test_the_prompts_and_the_filter",
    "ConferenceScreen": "test_the_prompts_and_the_filter",
    "TypedConfirm": "test_the_prompts_and_the_filter",
    "WallApp": "test_the_wall",
    "WallScreen": "test_the_wall",
    "WallGrid": "test_the_wall",
    "WallAlarms": "test_the_wall",
    "WallLine": "test_the_wall",
    "ChoosingDialog": "test_the_wall",
    "AlarmTold": "test_the_wall",
    "ReplayApp": "test_a_recording",
    "ReplayWallApp": "test_recordings_on_the_wall",
    "ReplayWallScreen": "test_recordings_on_the_wall",
    "ReplayScreen": "test_a_recording",
    "TimeLine": "test_a_recording",
}
# The bases of the above, what only holds others, and what shows words and numbers of our own.
SHOW_NONE = {
    "ThemedApp", "SteadyApp", "ChangedCellsApp", "OrderedKeys",
    "BaseApp", "LeavingApp", "HeldScreen", "Instead", "WallCommands", "NoticePlace", "Rolling",
    "Lines", "Panel", "ScrolledLines", "CleanInput", "GuardedDialog", "LogDialog",
    "Pane", "Framed", "RosterPane", "RosterTitle", "AnsweringInput", "ThemeDialog",
    "RosterHeading", "ChatInput", "Choice", "KeyBar", "WallKeys", "NoticeBar",
    "SettingsDialog", "LayoutDialog",
    "Overlay", "InterruptingDialog", "LaidOutPalette", "Rising", "HelpView", "HelpDialog",
}  # fmt: skip
_FRAMEWORK = {
    "Widget", "Screen", "ModalScreen", "App", "Input", "Container", "Vertical", "Horizontal",
    "ScrollView", "Provider", "Static", "Button", "OptionList",
}  # fmt: skip


def combinations() -> int:
    """How many payloads are brought to how many widgets, multiplied."""
    return len(PAYLOADS) * len(SHOWN_BY)


def widgets() -> set[str]:
    """Every class below pexdash/ui that the framework draws."""
    bases: dict[str, set[str]] = {}
    for path in UI.rglob("*.py"):
        for node in ast.walk(parsed(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                plain = [one.value if isinstance(one, ast.Subscript) else one for one in node.bases]
                bases[node.name] = {getattr(one, "id", "") for one in plain}
    found = set(_FRAMEWORK)
    while more := {name for name, above in bases.items() if above & found} - found:
        found |= more
    return found - _FRAMEWORK


def hostile_tests() -> set[str]:
    """The names of the tests in this file and in those beside it."""
    paths = Path(__file__).parent.glob("test_hostile_*.py")
    trees = (parsed(path.read_text("utf-8")) for path in paths)
    return {getattr(node, "name", "") for tree in trees for node in tree.body}


@pytest.mark.fault(55)
def test_every_widget_is_listed_with_the_test_that_brings_it_remote_text() -> None:
    assert widgets() == SHOWN_BY.keys() | SHOW_NONE
    assert not SHOWN_BY.keys() & SHOW_NONE
    assert set(SHOWN_BY.values()) <= hostile_tests()
    assert combinations() >= 108 * 21


@pytest.mark.fault(55)
def test_what_would_act_is_found() -> None:
    harmless = b"\x1b[1;31mAnn\x1b[0m\x1b[10;4H\x1b[?25l\r\n" + "漢字 ✕".encode()
    assert faults(harmless) == []
    for text in PAYLOADS.values():
        raw = text.encode("utf-8", "surrogateescape" if "\udc80" in text else "replace")
        if unclean(text) - set("\r\n") and not {"\ud800"} & set(text):
            assert faults(harmless + raw), ascii(text[:40])


@pytest.mark.fault(55)
async def test_the_roster_and_the_journal() -> None:
    async with ForeignNode() as node:
        people = crowd()
        node.people += people
        node.refused = {f"participants/{one['uuid']}/mute": one["uri"] for one in people}
        async with showing(node, TALL) as shown:
            # Of an address with an @ a row shows what is behind it.
            whole = [one for one in people if "@" not in one["uri"]]
            await shown.shows(*numbered("n"), *(one["uri"][:4] for one in whole))
            await shown.type("/", "proto:")
            await shown.shows("tab proto:")
            shown.press("\x1b")
            await shown.hides("tab proto:")
            shown.press("*m")
            # One after the other, which takes as long as it takes.
            while (so_far := len(node.posts())) < len(people):
                await eventually(lambda so_far=so_far: len(node.posts()) > so_far)  # type: ignore[misc]
            shown.press("j")
            await shown.shows("Journal of requests", "refused: u107", "n107")
            shown.press(HOME)
            await shown.shows("refused: u003")
            await read_through(shown, numbered("u"))
        asked = {path.rpartition("/")[2] for path, _ in node.posts()}
        assert asked == {"mute", "release_token"}


@pytest.mark.fault(55)
@each_half
async def test_the_palette(half: int) -> None:
    async with ForeignNode() as node:
        node.people += crowd()
        async with showing(node, SMALL) as shown:
            await shown.shows("74 in")
            for tens in range(0, len(PAYLOADS), 10)[half::2]:
                names = numbered("n")[tens : tens + 10]
                shown.press("\x10")
                await shown.shows("Search for commands")
                shown.press(names[0][:3])
                await shown.shows("find ", names[0])
                for _ in range(20):
                    shown.press(PAGE_DOWN)
                shown.press("\x1b")
                await shown.hides("type to search")
        assert [path for path, _ in node.posts()] == ["release_token"]


@pytest.mark.fault(55)
async def test_the_top_line_and_the_presentation() -> None:
    def presented(number: int) -> str:
        who = {"presenter_name": f"p{number:02} {PACKS[number]}", "presenter_uri": PACKS[number]}
        node.send("presentation_start", who)
        return f"p{number:02}"

    async with ForeignNode() as node, showing(node, BROAD) as shown:
        for number in range(len(PACKS)):
            who = presented(number)
            await eventually(lambda who=who: who in shown.lines[0], who)  # type: ignore[misc]
        shown.press("P")
        await shown.shows("esc closes")
        for number, pack in enumerate(TITLE_PACKS):
            node.refused["presentation.jpeg"] = f"w{number:02} {pack}"
            presenter = {"presenter_name": f"p{number:02} {pack}", "presenter_uri": pack}
            node.send("presentation_start", presenter)
            node.send("presentation_frame")
            await shown.shows(f"─ p{number:02}", f"w{number:02}")
        shown.press("\x1b")
        await shown.hides("esc closes")


@pytest.mark.fault(55)
async def test_the_stage_the_layout_and_the_chat() -> None:
    async with ForeignNode() as node, showing(node, TALL) as shown:
        for number, pack in enumerate(PACKS):
            mark = f"{number:02}"
            node.update(BOB, overlay_text=f"s{mark} {pack}")
            node.update(ANN, display_name=f"a{mark} {pack}")
            node.send("layout", {"view": f"v{mark} {pack}", "participants": [BOB, ANN]})
            node.send("stage", [{"participant_uuid": BOB, "stage_index": 0, "vad": 9}])
            said = {"origin": f"c{mark} {pack}", "type": "text/plain"}
            node.send("message_received", {**said, "uuid": "x", "payload": f"m{mark} {pack}"})
            node.send("message", {**said, "uuid": ANN, "payload": f"k{mark}\n{pack}"})
            node.send("message", {**said, "type": pack, "payload": pack, "direct": pack})
            node.send(pack.replace("\n", " ").replace("\r", " "), {"reason": pack})
            await shown.shows(f"v{mark}", f"c{mark}", f"m{mark}", f"k{mark}", f"● s{mark}")


@pytest.mark.fault(55)
async def test_notices_of_those_who_wait() -> None:
    async with ForeignNode() as node, showing(node, TOWER) as shown:
        shown.press("?")
        await shown.shows("esc closes")
        for number, pack in enumerate(PACKS):
            comer = person(str(UUID(int=number + 1)), f"w{number:02} {pack}")
            node.send("participant_create", {**comer, "service_type": "waiting_room"})
            await shown.shows(f"w{number:02}")
            # So that nothing is left of them but what was said.
            node.send("participant_delete", {"uuid": comer["uuid"]})
            await shown.shows(f"─ w{number:02}")


@pytest.mark.fault(55)
async def test_notices_of_refusals() -> None:
    async with ForeignNode() as node, showing(node, TOWER) as shown:
        for number, pack in enumerate(LONG_PACKS):
            node.refused["lock"] = f"r{number:02} {pack}"
            shown.press("L")
            # A notice is wrapped anywhere, and the mark stands near its start.
            await shown.shows(f"r{number:02}")


@pytest.mark.fault(55)
async def test_the_captions() -> None:
    async with ForeignNode() as node, showing(node) as shown:
        node.update(ME, show_live_captions=True)
        await shown.shows("CAPTIONS")
        for number, pack in enumerate(PACKS):
            node.send("live_captions", {"data": f"k{number:02} {pack}", "is_final": True})
            await shown.shows(f"k{number:02}")
