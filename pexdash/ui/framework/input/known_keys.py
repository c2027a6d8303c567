"""The keys that terminals have sequences for: of xterm, VT220, rxvt, the Linux console, kitty."""

from __future__ import annotations

import re
from functools import lru_cache

from textual.keys import _character_to_key

from pexdash.ui.framework.key_press import KeyPress

_MODIFIERS = {1: "shift", 2: "alt", 4: "ctrl", 8: "super", 16: "hyper", 32: "meta"}
_BY_LETTER = {"A": "up", "B": "down", "C": "right", "D": "left", "F": "end", "H": "home"} | {
    letter: f"f{number}" for number, letter in enumerate("PQRS", 1)
}
_BY_NUMBER = (
    {1: "home", 2: "insert", 3: "delete", 4: "end", 5: "pageup", 6: "pagedown", 7: "home", 8: "end"}
    | {10 + number: f"f{number}" for number in range(1, 6)}
    | {11 + number: f"f{number}" for number in range(6, 11)}
    | {12 + number: f"f{number}" for number in range(11, 15)}
    | {28: "f15", 29: "f16", 31: "f17", 32: "f18", 33: "f19", 34: "f20"}
)
_BY_CODE = (
    {9: "tab", 13: "enter", 27: "escape", 127: "backspace", 57361: "print_screen"}
    | {57362: "pause", 57363: "menu", 57414: "enter", 57417: "left", 57418: "right"}
    | {57419: "up", 57420: "down", 57421: "pageup", 57422: "pagedown", 57423: "home"}
    | {57424: "end", 57425: "insert", 57426: "delete"}
    | {57363 + number: f"f{number}" for number in range(13, 36)}
)
"""The functional keys of kitty's protocol; lock, media and modifier keys are none of ours."""
_KEYPAD = {57399 + at: character for at, character in enumerate("0123456789./*-+")} | {57415: "="}
_CONTROLS = (
    {0: "ctrl+@", 0x1C: "ctrl+backslash", 0x1D: "ctrl+right_square_bracket"}
    | {0x1E: "ctrl+circumflex_accent", 0x1F: "ctrl+underscore", 0x1B: "escape"}
    | {code: f"ctrl+{chr(0x60 + code)}" for code in range(1, 27)}
    | {0x08: "backspace", 0x09: "tab", 0x0D: "enter", 0x7F: "backspace"}
)
_CHARACTERS = {"enter": "\r", "tab": "\t", "backspace": "\x7f"}
_ALONE = {
    "\t": "shift+tab",
    "[Z": "shift+tab",
    "[1;2Z": "shift+tab",
    "OM": "enter",
    **{f"[[{letter}": f"f{number}" for number, letter in enumerate("ABCDE", 1)},
    **{f"[{letter.lower()}": f"shift+{_BY_LETTER[letter]}" for letter in "ABCD"},
    **{f"O{letter.lower()}": f"ctrl+{_BY_LETTER[letter]}" for letter in "ABCD"},
}
_RXVT = {"$": "shift", "^": "ctrl", "@": "ctrl+shift"}
_PRESS = r"(?:;(?P<modifiers>\d{0,3})(?::(?P<event>[123]?))?)?"
_LETTER = re.compile(rf"\[1?{_PRESS}(?P<letter>[A-DFHP-S])")
_SS3_LETTER = re.compile(r"O(?:1;)?(?P<modifiers>\d{0,3})(?P<letter>[A-DFHP-S])")
_NUMBER = re.compile(rf"\[(?P<number>\d{{1,2}}){_PRESS}~")
_RXVT_NUMBER = re.compile(r"\[(?P<number>\d{1,2})(?P<form>[$^@])")
_TEXT = r"(?:;(?P<text>\d{0,7}(?::\d{0,7})*))?"
_CODE = re.compile(rf"\[(?P<code>\d{{1,7}})(?::[\d:]*)?{_PRESS}{_TEXT}u")


def presses(control: str) -> list[KeyPress]:
    """The key presses that a whole CSI or SS3 stands for: none where it is not known to be a key.

    Each character of a text that came as one report of kitty's protocol is a press of its own.
    """
    if name := _ALONE.get(control):
        return [_press(name)]
    if match := _CODE.fullmatch(control):
        return _coded(match)
    if match := _LETTER.fullmatch(control):
        return _functional(_BY_LETTER[match["letter"]], match["modifiers"], match["event"])
    if match := _SS3_LETTER.fullmatch(control):
        return _functional(_BY_LETTER[match["letter"]], match["modifiers"], None)
    if match := _NUMBER.fullmatch(control):
        name = _BY_NUMBER.get(int(match["number"]))
        return _functional(name, match["modifiers"], match["event"])
    if match := _RXVT_NUMBER.fullmatch(control):
        name = _BY_NUMBER.get(int(match["number"]))
        return [_press(f"{_RXVT[match['form']]}+{name}")] if name else []
    return []


def may_be_whole(started: str) -> bool:
    """Whether a started CSI is a key of rxvt, which ends some with what only goes before an end."""
    return bool(started.endswith("$") and presses(started.removeprefix("\x1b")))


@lru_cache(1024)
def named(character: str) -> str:
    """The framework's name for the key of a printable `character`."""
    return _character_to_key(character)


def typed(character: str) -> KeyPress | None:
    """The press of the key that sends `character`, None for one that no key sends.

    No key sends the controls beyond ASCII, and what is no UTF-8.
    """
    code = ord(character)
    if character == " ":
        return KeyPress("space", " ")
    if code < 0x20 or code == 0x7F:
        return KeyPress(_CONTROLS[code], character)
    return KeyPress(named(character), character) if _is_character(code) else None


def _coded(match: re.Match[str]) -> list[KeyPress]:
    """The presses of a report of kitty's protocol: `CSI code ; modifiers : event ; text u`."""
    code, event = int(match["code"]), match["event"]
    if name := _BY_CODE.get(code):
        return _functional(name, match["modifiers"], event)
    held = _held(match["modifiers"])
    text = [int(one or 0) for one in (match["text"] or "").split(":")]
    if text == [0]:
        text = [ord(_KEYPAD[code]) if code in _KEYPAD else code]
    else:
        # Shift and Alt have made the text what it is; of a blank that cannot be seen.
        held -= {"alt"} if text == [ord(" ")] else {"alt", "shift"}
    if event == "3" or not all(map(_is_character, text)):
        return []
    return [
        _press("+".join([*sorted(held), named(one)]), None if held else one, event)
        for one in map(chr, text)
    ]


def _functional(name: str | None, modifiers: str | None, event: str | None) -> list[KeyPress]:
    """The press of a key that has a name; none where it was let go."""
    if name is None or event == "3":
        return []
    held = _held(modifiers)
    character = None if held else _CHARACTERS.get(name)
    return [_press("+".join([*sorted(held), name]), character, event)]


def _press(name: str, character: str | None = None, event: str | None = None) -> KeyPress:
    return KeyPress(name, character, is_repeat=event == "2" if event else None)


def _held(modifiers: str | None) -> set[str]:
    """The modifier keys that were held; caps lock and num lock are none of ours."""
    bits = int(modifiers or 1) - 1
    return {name for bit, name in _MODIFIERS.items() if bits & bit}


def _is_character(code: int) -> bool:
    """Whether a code point is a character that a key can stand for."""
    is_control = code < 0x20 or 0x7F <= code < 0xA0
    return not is_control and not 0xD800 <= code < 0xF900 and code <= 0x10FFFF
