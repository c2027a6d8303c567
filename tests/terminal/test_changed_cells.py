"""The screen that comes of changed cells alone is the one that a whole repaint gives."""

from __future__ import annotations

import asyncio
import re
import time
from uuid import UUID

import pytest

from tests.eventually import eventually
from tests.terminal.foreign_node import ALIAS, ANN, BOB, WENDY, ForeignNode, person
from tests.terminal.pseudo_terminal import Terminal, terminal

REDRAW = "\x0c"
LOOK_SECONDS = 0.04
"""How long it is until the next look at whether more was written: longer than a frame."""
NAMES = ("山田 太郎", "Zoë Nuñez", "김민준", "Ολγα", "Jean-Luc 👩‍👧", "e\u0301cole", "Tom [Sales]")


def crowd(count: int) -> list[dict[str, object]]:
    return [person(str(UUID(int=n + 1)), f"{NAMES[n % 7]} {n}") for n in range(count)]


def timeless(picture: list[list[tuple[str, ...]]]) -> list[list[tuple[str, ...]]]:
    """Without what a second changes: the status and every digit."""
    return [[(re.sub(r"\d", "0", cell[0]), *cell[1:]) for cell in line] for line in picture[2:]]


async def still(shown: Terminal) -> None:
    """Wait until nothing but the clock has been written for a moment."""
    quiet = 0
    while quiet < 15:
        before = len(shown.raw)
        await asyncio.sleep(LOOK_SECONDS)
        quiet = 0 if len(shown.raw) - before > 100 else quiet + 1


async def same_when_redrawn(shown: Terminal, what: str) -> None:
    """Whether sending everything again changes nothing."""
    await still(shown)
    before, size = timeless(shown.picture()), len(shown.raw)
    shown.press(REDRAW)
    await eventually(lambda: len(shown.raw) - size > 1500, "redrawn")
    await still(shown)
    after = timeless(shown.picture())
    assert [line for line in before if line not in after] == [], what
    assert before == after, what


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_changes_leave_the_screen_as_a_repaint_would(size: tuple[int, int]) -> None:
    async with ForeignNode() as node:
        # Nobody waits, so that no notice comes and goes.
        node.people = [one for one in node.people if one["uuid"] != WENDY] + crowd(90)
        async with terminal("join", ALIAS, "--node", node.url, size=size) as shown:
            await shown.shows("Ann Smith", "● live")
            await same_when_redrawn(shown, "at first")
            for key in ("\x1b[B" * 5, "\x1b[6~", "\x1b[6~", " ", "\x1b[F", "\x1b[H", "f", "/"):
                await shown.type(key)
            await shown.type("Zo", "\r")
            await shown.hides("Ann Smith")
            await same_when_redrawn(shown, "scrolled, marked, sorted, filtered")
            shown.press("\x1b\x1b")
            await shown.shows("Tom [Sales]")
            await still(shown)
            resting = timeless(shown.picture())
            for key, what in (("?", "help"), ("j", "journal"), ("\x10", "palette"), ("o", "dial")):
                shown.press(key)
                await eventually(lambda: timeless(shown.picture()) != resting, what)
                if what == "journal":  # the others have a cursor that blinks
                    await same_when_redrawn(shown, what)
                await shown.press_until("\x1b", lambda: timeless(shown.picture()) == resting)
                await same_when_redrawn(shown, f"{what} closed")
            for number, uuid in enumerate((ANN, BOB)):
                node.update(uuid, is_muted="YES", spotlight=1 + number, is_presenting="YES")
                said = {"origin": "Ann", "uuid": ANN, "payload": f"山 line {number} 👩‍👧 end"}
                node.send("message_received", said)
            node.send("stage", [{"participant_uuid": BOB, "stage_index": 0, "vad": 60}])
            await shown.shows("line 0", "line 1")
            if size == (200, 60):
                # A share of talk comes in its time, and with a whole repaint at once.
                await shown.shows("100%")
            await same_when_redrawn(shown, "changed")


async def test_a_resized_terminal_is_drawn_whole() -> None:
    async with ForeignNode() as node:
        node.people += crowd(30)
        async with terminal("join", ALIAS, "--node", node.url) as shown:
            await shown.shows("Bob Jones", "● live")
            for columns, lines in ((80, 24), (200, 60), (119, 39), (30, 8), (120, 40)):
                shown.resize(columns, lines)
                await still(shown)
            await shown.shows("Bob Jones", "STAGE")
            await same_when_redrawn(shown, "resized")


async def test_it_can_be_switched_off() -> None:
    async with ForeignNode() as node:
        node.people = [one for one in node.people if one["uuid"] != WENDY]
        pictures = []
        for how in ("cells", "regions"):
            environment = {"PEXDASH_REPAINT": how}
            async with terminal(
                "join", ALIAS, "--node", node.url, environment=environment
            ) as shown:
                await shown.shows("Bob Jones", "● live")
                shown.press("\x1b[B")
                await still(shown)
                pictures.append([[cell[0] for cell in line] for line in timeless(shown.picture())])
        assert pictures[0] == pictures[1]


@pytest.mark.fault(92)
async def test_a_terminal_that_does_not_read_stops_nothing_and_then_shows_the_newest() -> None:
    async with (
        ForeignNode() as node,
        terminal("join", ALIAS, "--node", node.url, size=(200, 60)) as shown,
    ):
        await shown.shows("Bob Jones", "● live")
        await shown.type("/", "Bob", "\r")
        await shown.hides("Ann Smith")
        shown.stop_reading()
        for _ in range(60):
            shown.press(REDRAW)
        shown.press("m")
        await eventually(lambda: f"participants/{BOB}/mute" in dict(node.posts()), "mute sent")
        for number in range(300):
            node.update(BOB, display_name=f"Bob {number}", overlay_text="")
        shown.go_on_reading()
        await shown.shows("Bob 299")
        await same_when_redrawn(shown, "caught up")


async def test_a_change_costs_few_bytes_and_stillness_hardly_any() -> None:
    """Bytes are counted: the framework alone sends ten times as many for the same changes."""
    node = ForeignNode(people=[person(ANN, "Ann Smith", role="chair"), person(BOB, "Bob Jones")])
    async with node, terminal("join", ALIAS, "--node", node.url) as shown:
        await shown.shows("Bob Jones", "● live")
        await still(shown)
        before = len(shown.raw)
        node.update(BOB, is_muted="YES")
        await eventually(lambda: "muted" in shown.line_with("Bob Jones"))
        await still(shown)
        assert len(shown.raw) - before < 200
        before, began = len(shown.raw), time.monotonic()
        await eventually(lambda: time.monotonic() - began > 4)
        assert (len(shown.raw) - before) / 4 < 120
