"""What a terminal says of itself when it is asked, before any app reads from it."""

from __future__ import annotations

import os
import re
import select
import termios
import time
import tty
from collections.abc import Iterator
from contextlib import contextmanager

from msgspec import Struct

ANSWER_SECONDS = 2.0
"""How long a terminal may take to answer, over a slow line too."""
GROUND_QUESTION = "\x1b]11;?\x1b\\"
"""Asks for the colour of the ground (xterm's OSC 11)."""
_MOST_BYTES = 16 * 1024
_SYNCHRONIZED, _MOUSE, _PASTE = 2026, 1006, 2004
_KITTY_PICTURE = "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\"
"""Asks whether a picture of one pixel could be shown (kitty graphics protocol)."""
_QUERIES = (
    f"\x1b[?{_SYNCHRONIZED}$p\x1b[?{_MOUSE}$p\x1b[?{_PASTE}$p"  # modes (DECRQM)
    "\x1b[?u"  # the keyboard protocol of kitty
    f"{GROUND_QUESTION}"
    "\x1b[>0q"  # name and version (XTVERSION)
)
_ATTRIBUTES = "\x1b[c"
"""Every terminal answers this one (DA1), and answers in turn: who has, has answered all."""
_SIXEL = "4"


class Answers(Struct, frozen=True):
    """What a terminal said; None and "" where it said nothing of it.

    `ground` is the colour of the ground, as the terminal writes it. `answered` is whether it
    answered anything at all.
    """

    answered: bool = False
    name: str = ""
    synchronized: bool | None = None
    mouse: bool | None = None
    paste: bool | None = None
    keyboard: bool = False
    kitty_pictures: bool = False
    sixel: bool = False
    ground: str = ""


def ask_terminal(terminal: int, *, pictures: bool, seconds: float = ANSWER_SECONDS) -> Answers:
    """Ask the terminal behind a descriptor, and wait `seconds` at most for all of its answers.

    `pictures` says whether to ask for kitty's graphics: what stands between (tmux) may take that
    question for a title. What is typed meanwhile is dropped. Raises OSError where it is gone.
    """
    with _unechoed(terminal):
        asked = _QUERIES + (_KITTY_PICTURE if pictures else "") + _ATTRIBUTES
        os.write(terminal, asked.encode("ascii"))
        return answers_in(_answer(terminal, time.monotonic() + seconds))


def answers_in(text: str) -> Answers:
    """What the answers say, in whatever order they stand."""
    attributes = re.search(r"\x1b\[\?([\d;]*)c", text)
    modes = {int(mode): value for mode, value in re.findall(r"\x1b\[\?(\d{1,5});(\d)\$y", text)}
    name = re.search(r"\x1bP>\|([^\x1b\x07]*)", text)
    ground = re.search(r"\x1b\]11;([^\x1b\x07]*)", text)
    return Answers(
        answered=bool(text),
        name=name[1] if name else "",
        synchronized=_has(modes, _SYNCHRONIZED),
        mouse=_has(modes, _MOUSE),
        paste=_has(modes, _PASTE),
        keyboard=re.search(r"\x1b\[\?\d+u", text) is not None,
        kitty_pictures=re.search(r"\x1b_Gi=31;OK", text) is not None,
        sixel=attributes is not None and _SIXEL in attributes[1].split(";")[1:],
        ground=ground[1] if ground else "",
    )


def _has(modes: dict[int, str], mode: int) -> bool | None:
    """Whether the terminal knows a mode; None where it did not say."""
    # 0 stands for a mode that it does not know, 4 for one that is off for good.
    return modes[mode] not in "04" if mode in modes else None


def _answer(terminal: int, deadline: float) -> str:
    told = bytearray()
    while len(told) < _MOST_BYTES and not re.search(rb"\x1b\[\?[\d;]*c", told):
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([terminal], [], [], left)[0]:
            break
        arrived = os.read(terminal, 1024)
        if not arrived:
            break
        told += arrived
    return told.decode("utf-8", "replace")


@contextmanager
def _unechoed(terminal: int) -> Iterator[None]:
    """Read byte by byte and without echo; what came in between is dropped at the end."""
    before = termios.tcgetattr(terminal)
    tty.setcbreak(terminal, termios.TCSAFLUSH)
    try:
        yield
    finally:
        termios.tcsetattr(terminal, termios.TCSAFLUSH, before)
