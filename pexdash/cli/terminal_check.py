"""What the terminal can do, and what that means for the dashboard."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from pexdash.cli.finding import Finding, note, ok, unknown, wrong
from pexdash.cli.options import has_screen
from pexdash.errors import UsageFault
from pexdash.text import NAME_LIMIT, clean

if TYPE_CHECKING:
    from pexdash.ui.framework.terminal_answers import Answers

_COLOURS = {
    "truecolor": "every colour as it is meant",
    "256": "each colour is the nearest of 256",
    "standard": "the terminal's own sixteen colours",
}


def terminal_findings(
    environment: Mapping[str, str], *, colours: bool, glyphs: str = ""
) -> Iterator[Finding]:
    """What can be said of the terminal of this process.

    `colours` is whether it wants any, and `glyphs` the set of signs that the settings name.
    """
    term = environment.get("TERM", "")
    if not has_screen():
        why = "standard output or standard error is no terminal that can show a full screen"
        yield unknown("terminal", f"{why}: `pexdash events` writes lines there")
        return
    yield ok("kind", clean(term, NAME_LIMIT), _between(environment))
    yield _size()
    yield _colours(colours)
    yield _signs(glyphs)
    try:
        answers = _asked(environment)
    except OSError as fault:
        yield unknown("abilities", f"the terminal cannot be asked: {fault.strerror}")
    except _InBackground:
        yield unknown("abilities", "another job has the terminal, and only one may ask it")
    else:
        yield from abilities(answers)
        yield _pictures(environment, answers)


class _InBackground(Exception):
    """The shell has given the terminal to another job."""


def _asked(environment: Mapping[str, str]) -> Answers:
    from pexdash.ui.framework.terminal_answers import ask_terminal
    from pexdash.ui.pictures.protocols import may_ask_for_pictures

    terminal = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
    try:
        if os.tcgetpgrp(terminal) != os.getpgrp():
            raise _InBackground
        return ask_terminal(terminal, pictures=may_ask_for_pictures(environment))
    finally:
        os.close(terminal)


def _between(environment: Mapping[str, str]) -> str:
    if environment.get("TMUX"):
        return "tmux stands between, and answers in the terminal's place"
    return "screen stands between" if environment.get("STY") else ""


def _size() -> Finding:
    from pexdash.ui.drawing.frame import FRAMED_WIDTH
    from pexdash.ui.drawing.sizes import LEAST_HEIGHT, LEAST_WIDTH
    from pexdash.ui.framework.terminal_size import size_of

    columns, rows = size_of(sys.stderr.fileno())
    value = f"{columns} x {rows}"
    if columns < LEAST_WIDTH or rows < LEAST_HEIGHT:
        least = f"{LEAST_WIDTH} x {LEAST_HEIGHT}"
        return note("size", value, f"below {least} there is no room for a dashboard")
    if columns < FRAMED_WIDTH:
        return ok("size", value, "the stage and the chat stand under the roster")
    return ok("size", value)


def _colours(wanted: bool) -> Finding:
    from pexdash.ui.framework.colour_depth import colour_depth

    if not wanted:
        return ok("colours", "none", "NO_COLOR is set: each state has its sign and its word")
    depth = colour_depth()
    if depth is None:
        return note("colours", "none", "each state has its sign and its word")
    meaning = _COLOURS.get(depth, "")
    if depth == "truecolor":
        return ok("colours", depth, meaning)
    more = "; COLORTERM=truecolor says that it can do more"
    return ok("colours", "16" if depth == "standard" else depth, meaning + more)


def _signs(named: str) -> Finding:
    from pexdash.ui.drawing.glyphs import UNICODE, glyphs_for

    if named:
        return ok("signs", named, "as the settings name them")
    encoding = sys.stdout.encoding or "none"
    if glyphs_for(encoding) is UNICODE:
        return ok("signs", encoding)
    return note("signs", encoding, "plain ASCII signs; LANG=C.UTF-8 or another UTF-8 brings more")


def abilities(answers: Answers) -> Iterator[Finding]:
    """What a terminal's own answers mean."""
    if not answers.answered:
        yield note("answers", "none", "a slow line, or no terminal that answers questions")
        return
    yield ok("name", clean(answers.name, NAME_LIMIT) or "not told")
    if answers.synchronized:
        yield ok("synchronized output", "yes", "each frame appears whole")
    else:
        yield note("synchronized output", "no", "a frame may be seen half drawn for a moment")
    if answers.mouse is False:
        yield note("mouse", "no", "keys do all that the mouse does")
    elif answers.mouse:
        yield ok("mouse", "yes")
    else:
        yield ok("mouse", "not told", "most terminals have one all the same")
    if answers.keyboard:
        yield ok("keyboard protocol", "yes", "a held key is told from one pressed again")
    else:
        meaning = "a key pressed again very soon may count as held, and escape waits a moment"
        yield note("keyboard protocol", "no", meaning)
    if answers.paste is False:
        yield note("pasting", "not told apart", "three or more characters at once count as pasted")
    yield ok("ground", clean(answers.ground, NAME_LIMIT) or "not told")


def _pictures(environment: Mapping[str, str], answers: Answers) -> Finding:
    from pexdash.ui.pictures.protocols import SETTING, Drawing, drawing_for

    try:
        drawing = drawing_for(environment)
    except UsageFault as fault:
        return wrong("pictures", environment.get(SETTING, ""), str(fault))
    if drawing in (Drawing.KITTY, Drawing.SIXEL, Drawing.OFF):
        return ok("pictures", drawing.value)
    better = "kitty" if answers.kitty_pictures else "sixel" if answers.sixel else ""
    if better:
        return note("pictures", "half blocks", f"it says it can do more: {SETTING}={better}")
    return note("pictures", "half blocks", "presentations and avatars are coarse")
