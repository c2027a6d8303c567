"""What a terminal reports that is no key: the mouse, its focus and size, modes, the cursor."""

from __future__ import annotations

import os
import re

from textual import constants, events
from textual.message import Message
from textual.messages import InBandWindowResize, TerminalSupportsSynchronizedOutput

from pexdash.ui.framework.input.control_strings import RAW

_SGR_MOUSE = re.compile(r"\[<(\d{1,5});(\d{1,5});(\d{1,5})([Mm])")
_URXVT_MOUSE = re.compile(r"\[(\d{1,5});(\d{1,5});(\d{1,5})M")
_RESIZE = re.compile(r"\[48" + r";(\d{1,5})(?::[\d:]*)?" * 4 + "t")
_MODE = re.compile(r"\[\?(2026|2048);(\d)\$y")
_CURSOR = re.compile(r"\[(\d{1,5});(\d{1,5})R")
_SHIFT, _META, _CTRL, _MOVED, _WHEEL = 4, 8, 16, 32, 64
_OLD_OFFSET = 32
"""What the older mouse protocols add to each number, so that it is a character that prints."""
_WHEEL_EVENTS = (
    events.MouseScrollUp,
    events.MouseScrollDown,
    events.MouseScrollLeft,
    events.MouseScrollRight,
)
# The framework leaves this terminal alone too: it makes mistakes in the protocol.
_IS_ITERM = (
    os.environ.get("LC_TERMINAL") == "iTerm2" or os.environ.get("TERM_PROGRAM") == "iTerm.app"
)


class Reports:
    """Reads reports one after the other: the mouse's depend on the size and on the last one."""

    def __init__(self) -> None:
        self._cells = self._pixels = (0, 0)
        self._mouse = (0.0, 0.0)
        self._pressed = 0

    def read(self, control: str) -> Message | None:
        """The event that a whole CSI reports, None where it reports nothing that we know."""
        if control == "[I":
            return events.AppFocus()
        if control == "[O":
            return events.AppBlur()
        if control.startswith("[M"):
            return self._old_mouse(control[2:])
        if match := _SGR_MOUSE.fullmatch(control):
            return self._moused(*map(int, match.groups()[:3]), is_up=match[4] == "m")
        if match := _URXVT_MOUSE.fullmatch(control):
            buttons, x, y = map(int, match.groups())
            return self._moused(buttons - _OLD_OFFSET, x, y)
        if match := _RESIZE.fullmatch(control):
            return self._resized(*map(int, match.groups()))
        if match := _MODE.fullmatch(control):
            return _mode(match[1], int(match[2]))
        if match := _CURSOR.fullmatch(control):
            return events.CursorPosition(int(match[2]) - 1, int(match[1]) - 1)
        return None

    def _old_mouse(self, characters: str) -> Message | None:
        """X10's report: three characters, or bytes that are none where the place is far right."""
        codes = [ord(one) for one in characters]
        buttons, x, y = [(code - RAW if code >= RAW else code) - _OLD_OFFSET for code in codes]
        return self._moused(buttons, x, y)

    def _moused(self, buttons: int, x: int, y: int, *, is_up: bool = False) -> Message | None:
        if buttons < 0 or x < 1 or y < 1:
            return None
        at_x, at_y = self._in_cells(x - 1, y - 1)
        moved_x, moved_y = int(at_x) - int(self._mouse[0]), int(at_y) - int(self._mouse[1])
        self._mouse = at_x, at_y
        kind: type[events.MouseEvent]
        button = 0
        if buttons & _WHEEL:
            kind = _WHEEL_EVENTS[buttons & 3]
        else:
            button = (buttons + 1) & 3
            if not (button or buttons & _MOVED):
                # The older protocols do not say which button was let go.
                button, is_up = self._pressed, True
            pressed = events.MouseUp if is_up else events.MouseDown
            kind = events.MouseMove if buttons & _MOVED or not button else pressed
            if kind is events.MouseDown:
                self._pressed = button
        return kind(
            None,
            at_x,
            at_y,
            moved_x,
            moved_y,
            button,
            bool(buttons & _SHIFT),
            bool(buttons & _META),
            bool(buttons & _CTRL),
            screen_x=at_x,
            screen_y=at_y,
        )

    def _in_cells(self, x: int, y: int) -> tuple[float, float]:
        """A terminal that tells its size itself tells places in pixels."""
        if not (all(self._cells) and all(self._pixels)):
            return float(x), float(y)
        return x * self._cells[0] / self._pixels[0], y * self._cells[1] / self._pixels[1]

    def _resized(self, height: int, width: int, height_px: int, width_px: int) -> Message | None:
        if not (height and width):
            return None
        self._cells, self._pixels = (width, height), (width_px, height_px)
        return events.Resize.from_dimensions(self._cells, self._pixels)


def _mode(mode: str, setting: int) -> Message | None:
    if mode == "2026":
        return TerminalSupportsSynchronizedOutput() if setting else None
    if constants.SMOOTH_SCROLL and not _IS_ITERM:
        return InBandWindowResize.from_setting_parameter(setting)
    return None
