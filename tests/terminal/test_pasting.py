"""What is pasted or typed is text: cleaned before it is shown or sent, and never a command."""

from __future__ import annotations

import re

import pytest

from pexdash.text import CHAT_LIMIT
from tests.eventually import eventually
from tests.terminal.foreign_node import BOB
from tests.terminal.moderating import joined, put_cursor_on
from tests.terminal.pseudo_terminal import Terminal

BEGIN, END = "\x1b[200~", "\x1b[201~"
HOSTILE = "a\x07\x9b2J\x1b]52;c;UFdO\x07\u202eb\tc\r\nd\x00"


def payload(node: object) -> str:
    ((_, body),) = node.posts()  # type: ignore[attr-defined]
    return str(body["payload"])


def acted_on(shown: Terminal) -> set[str]:
    """What of the hostile text reached the terminal raw."""
    # The framework's own sequence for the shape of the pointer ends in a BEL.
    raw = re.sub(r"\x1b]22;\w*\x07", "", shown.raw.decode("utf-8", "replace"))
    return {one for one in ("\x07", "\u202e", "\x9b", "\x1b]52") if one in raw}


@pytest.mark.fault(102)
async def test_pasted_controls_are_neither_shown_nor_sent() -> None:
    async with joined() as (node, shown):
        shown.press("c")
        await shown.type(f"{BEGIN}{HOSTILE}{END}", "\r")
        await eventually(lambda: node.posts())
        assert payload(node) == "a\u2407\ufffd2J\u241b]52;c;UFdO\u2407b c  d"
        await shown.shows("you a")
        assert acted_on(shown) == set()


@pytest.mark.fault(94)
async def test_a_paste_that_ends_its_own_bracket_is_text_and_no_command() -> None:
    async with joined() as (node, shown):
        await put_cursor_on(shown, "Bob Jones")
        shown.press(f"{BEGIN}harmless{END}mLGD{END}")
        shown.press(f"{BEGIN}harmless{END}X")
        await eventually(lambda: "Bob Jones" in shown.text)
        shown.press("c")
        await shown.press_until("c", lambda: "c" in shown.line_with("ccc") or "> c" in shown.text)
        await shown.type(f"{BEGIN}so{END}mL{END}", "\r")
        await eventually(lambda: node.posts())
        assert [path for path, _ in node.posts()] == ["message"]
        assert payload(node).endswith("somL")


@pytest.mark.fault(101)
async def test_a_megabyte_is_cut_to_what_fits_and_that_is_said() -> None:
    async with joined() as (node, shown):
        shown.press("c")
        shown.press(BEGIN)
        shown.press("0123456789" * 100_000)
        shown.press(END)
        await shown.shows(f"Cut to what fits: {CHAT_LIMIT:,} characters")
        shown.press("\r")
        await eventually(lambda: node.posts())
        assert len(payload(node)) == CHAT_LIMIT


@pytest.mark.fault(102)
@pytest.mark.parametrize("key", ["o", "t", "d"])
async def test_a_form_shows_no_pasted_control(key: str) -> None:
    async with joined() as (node, shown):
        await put_cursor_on(shown, "Bob Jones")
        shown.press(key)
        await shown.shows("esc back")
        await shown.press_until(f"{BEGIN}{HOSTILE}{END}", lambda: "2J" in shown.text)
        assert acted_on(shown) == set()
        shown.press("\x1b")
        await shown.hides("esc back")
        assert BOB not in str(node.posts())
