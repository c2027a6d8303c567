"""What a node or a guest may send never reaches the terminal as anything but text.

Every payload is brought to every widget that shows remote text, in the installed program on a
real terminal; `SHOWN_BY` names the widgets and the test that brings them there.
"""

from __future__ import annotations

import ast
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import pytest

from pexdash.text import NAME_LIMIT
from tests.eventually import eventually
from tests.terminal.foreign_node import ALIAS, ANN, BOB, ME, WANTS_PIN, ForeignNode, person
from tests.terminal.hostile import LONG, PAYLOADS, crowd, faults, numbered, packs
from tests.terminal.pseudo_terminal import Terminal, terminal
from tests.unclean import unclean

TALL = (200, 125)
SIZE = (200, 40)
SMALL = (110, 36)
HIGH = (110, 150)
TOWER = (100, 520)  # with room for more toasts than come before the first goes
BROAD = (320, 34)
pytestmark = pytest.mark.timeout(180)
PACKS = packs(100)
TITLE_PACKS = packs(NAME_LIMIT - len("p00 "))
LONG_PACKS = packs(240)
PAGE_DOWN, HOME, END = "\x1b[6~", "\x1b[H", "\x1b[F"
UI = Path(__file__).parent.parent.parent / "pexdash" / "ui"

SHOWN_BY = {
    "RosterView": "test_the_roster_and_the_journal",
    "Confirm": "test_what_asks_about_people",
    "FormDialog": "test_what_asks_about_people",
    "LogView": "test_the_roster_and_the_journal",
    "FilterHint": "test_the_roster_and_the_journal",
    "Reading": "test_the_details_and_the_choice_to_copy",
    "HostCommands": "test_the_palette",
    "Details": "test_the_details_and_the_choice_to_copy",
    "CopyDialog": "test_the_details_and_the_choice_to_copy",
    "StatusLine": "test_the_top_line_and_the_presentation",
    "PresentationDialog": "test_the_top_line_and_the_presentation",
    "PictureView": "test_the_top_line_and_the_presentation",
    "StagePane": "test_the_stage_the_layout_and_the_chat",
    "LayoutPane": "test_the_stage_the_layout_and_the_chat",
    "ChatLog": "test_the_stage_the_layout_and_the_chat",
    "DashboardApp": "test_notices",
    "CallsDialog": "test_the_list_of_calls",
    "CaptionsPane": "test_the_captions",
    "SettingRows": "test_the_settings_of_the_conference",
    "JoinApp": "test_the_join_form",
    "PinDialog": "test_the_prompts_and_the_filter",
    "LineInput": "test_the_prompts_and_the_filter",
    "FilterInput": "test_the_prompts_and_the_filter",
    "FormInput": "test_the_prompts_and_the_filter",
    "ConferenceScreen": "test_the_prompts_and_the_filter",
    "TypedConfirm": "test_the_prompts_and_the_filter",
}
# The bases of the above, what only holds others, and what shows words and numbers of our own.
SHOW_NONE = {
    "SteadyApp", "ChangedCellsApp", "OrderedKeys", "BaseApp", "HeldScreen",
    "Lines", "Panel", "ScrolledLines", "CleanInput", "GuardedDialog", "LogDialog",
    "ChatPane", "Side", "Edged", "RosterPane", "RosterHeading", "ChatTitle", "Choice", "KeyBar",
    "SettingsDialog",
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
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                plain = [one.value if isinstance(one, ast.Subscript) else one for one in node.bases]
                bases[node.name] = {getattr(one, "id", "") for one in plain}
    found = set(_FRAMEWORK)
    while more := {name for name, above in bases.items() if above & found} - found:
        found |= more
    return found - _FRAMEWORK


@pytest.mark.fault(55)
def test_every_widget_is_listed_with_the_test_that_brings_it_remote_text() -> None:
    assert widgets() == SHOWN_BY.keys() | SHOW_NONE
    assert not SHOWN_BY.keys() & SHOW_NONE
    assert all(callable(globals()[name]) for name in SHOWN_BY.values())
    assert combinations() >= 108 * 21


@pytest.mark.fault(55)
def test_what_would_act_is_found() -> None:
    harmless = b"\x1b[1;31mAnn\x1b[0m\x1b[10;4H\x1b[?25l\r\n" + "漢字 ✕".encode()
    assert faults(harmless) == []
    for text in PAYLOADS.values():
        raw = text.encode("utf-8", "surrogateescape" if "\udc80" in text else "replace")
        if unclean(text) - set("\r\n") and not {"\ud800"} & set(text):
            assert faults(harmless + raw), ascii(text[:40])


@asynccontextmanager
async def showing(node: ForeignNode, size: tuple[int, int] = SIZE) -> AsyncIterator[Terminal]:
    """The dashboard on `node`; what it wrote is looked at afterwards."""
    async with terminal("join", ALIAS, "--node", node.url, size=size) as shown:
        # Keys do nothing before the first roster can be seen.
        await shown.shows("HOST", "live", "WAITING ")
        yield shown
        assert shown.process.returncode is None, shown.text
        await escaped(shown)
        # Once would be too few right after an escape, which makes it alt+q where both come at once.
        await shown.press_until("q", lambda: shown.process.returncode is not None)
        assert await shown.status() == 0
        assert faults(bytes(shown.raw)) == []


async def escaped(shown: Terminal) -> None:
    """Close whatever is open."""
    await shown.press_until("\x1b", lambda: "esc " not in shown.text.replace("esc Clear", ""))


async def settled() -> None:
    """A dialog is deaf for its first quarter of a second."""
    hears = time.monotonic() + 0.3
    await eventually(lambda: time.monotonic() > hears)


async def read_through(shown: Terminal, marks: list[str]) -> None:
    """Page through what is open until each mark has been on the screen."""
    unseen = set(marks)

    def has_more() -> bool:
        return any(one in shown.text for one in unseen)

    while unseen:
        await eventually(has_more, f"{unseen} in\n{shown.text}")
        await shown.drawn()
        unseen -= {one for one in unseen if one in shown.text}
        if unseen:
            shown.press(PAGE_DOWN)


@pytest.mark.fault(55)
async def test_the_roster_and_the_journal() -> None:
    async with ForeignNode() as node:
        people = crowd()
        node.people += people
        node.refused = {f"participants/{one['uuid']}/mute": one["uri"] for one in people}
        async with showing(node, TALL) as shown:
            await shown.shows(*numbered("n"), *numbered("u"))
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
async def test_what_asks_about_people() -> None:
    async with ForeignNode() as node:
        node.people += crowd()
        async with showing(node, SMALL) as shown:
            for tens in range(0, len(PAYLOADS), 10):
                names = numbered("n")[tens : tens + 10]
                await shown.type("/", names[0][:3], "\r")
                await shown.shows(f"filter {names[0][:3]}", *names)
                shown.press("*")
                await shown.shows(f"{len(names)} marked")
                form = [("t", "to another conference"), ("d", "DTMF digits")][tens // 10 % 2]
                for key, title in (("D", f"{len(names)} people?"), form):
                    shown.press(key)
                    await shown.shows(title, *names)
                    await settled()
                    shown.press("\x1b")
                    await shown.hides(title)
                shown.press("\x1b")
                await shown.hides("filter ")
                shown.press("\x1b")
                await shown.hides("marked")
        assert [path for path, _ in node.posts()] == ["release_token"]


@pytest.mark.fault(55)
async def test_the_palette() -> None:
    async with ForeignNode() as node:
        node.people += crowd()
        async with showing(node, SMALL) as shown:
            await shown.shows("74 in")
            for tens in range(0, len(PAYLOADS), 10):
                names = numbered("n")[tens : tens + 10]
                shown.press("\x10")
                await shown.shows("Search for commands")
                shown.press(names[0][:3])
                await shown.shows("find ", names[0])
                for _ in range(20):
                    shown.press(PAGE_DOWN)
                shown.press("\x1b")
                await shown.hides("🔎")
        assert [path for path, _ in node.posts()] == ["release_token"]


@pytest.mark.fault(55)
async def test_the_details_and_the_choice_to_copy() -> None:
    texts = [text[:LONG] for text in PAYLOADS.values()]
    fields = {f"f{number:03} {text[:60]}": text for number, text in enumerate(texts)}
    async with ForeignNode() as node:
        node.people.append(person(ME[::-1], "Zed", role="guest"))
        async with showing(node) as shown:
            shown.press(END)
            await eventually(lambda: "▸" in shown.line_with(" Zed "))
            node.update(ME[::-1], **fields)
            shown.press("\r")
            await shown.shows("Overlay text")
            await read_through(shown, numbered("f"))
            shown.press("\x1b")
            await shown.hides("esc closes")
            for number, pack in enumerate(PACKS):
                name, uri = f"p{number:02} {pack}", f"q{number:02} {pack}"
                node.update(ME[::-1], display_name=name, overlay_text="Zed", uri=uri, vendor=pack)
                await shown.shows(f"p{number:02}")
                shown.press("y")
                await shown.shows(f"n  Name  p{number:02}", f"i  URI   q{number:02}")
                shown.press("\x1b")
                await shown.hides("i  URI ")


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
    async with ForeignNode() as node, showing(node) as shown:
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
async def test_notices() -> None:
    async with ForeignNode() as node, showing(node, TOWER) as shown:
        for number, pack in enumerate(PACKS):
            comer = person(str(UUID(int=number + 1)), f"w{number:02} {pack}")
            node.send("participant_create", {**comer, "service_type": "waiting_room"})
            await shown.shows(f"w{number:02}")
            # So that nothing is left of them but what was said.
            node.send("participant_delete", {"uuid": comer["uuid"]})
            await shown.shows("WAITING 1 ", f"w{number:02}")
        for number, pack in enumerate(LONG_PACKS):
            node.refused["lock"] = f"r{number:02} {pack}"
            shown.press("L")
            # A toast is wrapped anywhere, and the mark stands near its start.
            await shown.shows(f"r{number:02}")


@pytest.mark.fault(55)
async def test_the_captions() -> None:
    async with ForeignNode() as node, showing(node) as shown:
        node.update(ME, show_live_captions=True)
        await shown.shows("CAPTIONS")
        for number, pack in enumerate(PACKS):
            node.send("live_captions", {"data": f"k{number:02} {pack}", "is_final": True})
            await shown.shows(f"k{number:02}")


@pytest.mark.fault(55)
async def test_the_settings_of_the_conference() -> None:
    async with ForeignNode() as node, showing(node, BROAD) as shown:
        for number, pack in enumerate(PACKS):
            named = [f"{letter}{number:02} {pack}" for letter in "bcd"]
            node.results["get_message_text"] = {"text": named[0], "set_time": 0}
            levels = {"levels": {"1": named[1]}, "current": 1}
            node.results["get_classification_level"] = levels
            node.results["get_pinning_config"] = {"pinning_config": named[2]}
            node.results["available_pinning_configs"] = [named[2]]
            shown.press("e")
            await shown.shows("Conference settings", *(one[:3] for one in named))
            await settled()
            shown.press("\x1b")
            await shown.hides("Conference settings")


@pytest.mark.fault(55)
async def test_the_list_of_calls() -> None:
    call = {"url": "rtmp://\x1b[2J", "secure_url": "javascript:x"}
    async with ForeignNode() as node, showing(node, HIGH) as shown:
        for number, pack in enumerate(LONG_PACKS):
            uuid = f"e{number:02} {pack}"
            node.results[f"participants/{ME}/calls"] = {**call, "call_uuid": uuid}
            shown.press("v")
            await shown.shows("Add a media call")
            await settled()
            shown.press("\r")
            await shown.shows(f"RTMP  e{number:02}")
            # As it is known: the whole of it, cleaned.
            ended = {"call_uuid": uuid, "reason": f"z{number:02} {pack}"}
            node.send("call_disconnected", ended)
            await shown.shows(f"z{number:02}")
            await settled()
            shown.press("\x1b")
            await shown.hides("esc closes")


@pytest.mark.fault(55)
async def test_the_join_form() -> None:
    async with ForeignNode() as node:
        given = {"PEXDASH_NAME": "Alice", "PEXDASH_NODE": node.url}
        async with terminal(environment=given, size=(120, 40)) as shown:
            for number, pack in enumerate(LONG_PACKS):
                node.refused["request_token"] = f"j{number:02} {pack}"
                await shown.shows("Join a conference")
                await shown.type(*([ALIAS] if not number else []), "\r")
                await shown.shows(f"j{number:02}")
            shown.press("\x1b")
            assert await shown.status() == 0
            assert faults(bytes(shown.raw)) == []


@pytest.mark.fault(55)
async def test_the_prompts_and_the_filter() -> None:
    """What the user gives is shown as well: an alias has no controls, but may have brackets."""
    alias = f"[/ [@click=app.quit]x[/] :skull: {ALIAS}"
    async with ForeignNode() as node:
        node.prefix = f"/api/client/v2/conferences/{alias}/"
        node.refused["request_token"] = WANTS_PIN
        async with terminal("join", alias, "--node", node.url, size=SIZE) as shown:
            await shown.shows("PIN for [/ [@click=app.quit]x[/] :skull:")
            node.refused["request_token"] = {"conference_extension": "\x1b[2J"}
            await shown.type("1234", "\r")
            await shown.shows("[/ [@click=app.quit]x[/] :skull:", "Virtual Reception")
            del node.refused["request_token"]
            await shown.press_until("\x1b[200~[/ 12\x1b[2J\x1b[201~", lambda: "12" in shown.text)
            shown.press("\r")
            await shown.shows("Bob Jones", "live", alias)
            await shown.type("/", "[/ [@click=app.quit]nobody")
            await shown.shows("Nobody passes the filter [/ [@click=app.quit]nobody")
            shown.press("\x1b")
            await shown.shows("Bob Jones")
            shown.press("X")
            await shown.shows("Type [/ [@click=app.quit]x[/]", "and press enter")
            await escaped(shown)
            node.update(ME, service_type="waiting_room")
            await shown.shows("Waiting to be let in to [/ [@click=app.quit]x[/]")
            node.update(ME, service_type="conference")
            await shown.shows("Bob Jones")
            shown.press("q")
            assert await shown.status() == 0
            assert faults(bytes(shown.raw)) == []
