"""Every key that terminfo knows is that key, or it is ignored; it is never another one."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest

from pexdash.ui.framework.input.known_keys import presses, typed
from tests.ui.framework.input.typing_in import keys_of

TABLE = Path(__file__).parents[3] / "data" / "terminfo_keys.tsv"
NAVIGATION = {
    "cuu1": "up",
    "cud1": "down",
    "cuf1": "right",
    "cub1": "left",
    "home": "home",
    "end": "end",
    "dch1": "delete",
    "ich1": "insert",
    "pp": "pageup",
    "np": "pagedown",
}
SHIFTED = {
    "UP": "up",
    "DN": "down",
    "RIT": "right",
    "LFT": "left",
    "HOM": "home",
    "END": "end",
    "DC": "delete",
    "IC": "insert",
    "PRV": "pageup",
    "NXT": "pagedown",
}
MODIFIED = ["shift+", "alt+", "alt+shift+", "ctrl+", "ctrl+shift+", "alt+ctrl+", "alt+ctrl+shift+"]
ON_OTHER_KEYBOARDS = {
    "kbs": {"backspace"},
    "kent": {"enter"},
    "kcbt": {"shift+tab"},
    "kind": {"shift+down"},
    "kri": {"shift+up"},
    # A VT220 has other words on its keys, and some have an editing block in the keypad.
    "kfnd": {"home"},
    "kslt": {"end"},
    "kll": {"end"},
    "kFND": {"shift+home"},
    "kFND5": {"ctrl+home"},
    "kFND6": {"ctrl+shift+home"},
    "khlp": {"f15"},
    "krdo": {"f16"},
    "kund": {"f14"},
    "ka1": {"home"},
    "ka3": {"pageup"},
    "kc1": {"end"},
    "kc3": {"pagedown"},
    "kspd": {"ctrl+z"},
    "krfr": {"ctrl+r"},
    "knxt": {"tab"},
}


def names_of(capability: str) -> set[str]:
    """What the key may be called here that terminfo calls `capability`."""
    if match := re.fullmatch(r"kf(\d+)", capability):
        number = int(match[1])
        # Where there are twelve, the further ones are those with modifiers; rxvt counts otherwise.
        chords = ["", "shift+", "ctrl+", "ctrl+shift+", "alt+", "alt+shift+"]
        chord = chords[(number - 1) // 12] if number else ""
        counted_on = {f"shift+f{number - 10}", f"ctrl+f{number - 22}", f"ctrl+shift+f{number - 32}"}
        return {f"f{number}", f"{chord}f{(number - 1) % 12 + 1}"} | counted_on
    if (base := NAVIGATION.get(capability[1:])) is not None:
        return {base}
    match = re.fullmatch(r"k([A-Z]+)([3-8]?)", capability)
    if match and (base := SHIFTED.get(match[1])):
        return {MODIFIED[int(match[2] or 2) - 2] + base}
    return ON_OTHER_KEYBOARDS.get(capability, set())


def table() -> dict[str, set[str]]:
    """What each key may be called, by what it sends."""
    found: dict[str, set[str]] = defaultdict(set)
    for line in TABLE.read_text("utf-8").splitlines()[1:]:
        sent, capability, _ = line.split("\t")
        found[sent.encode().decode("unicode_escape")] |= names_of(capability)
    return found


def test_a_key_of_terminfo_is_itself_or_nothing() -> None:
    others = {}
    for sent, names in table().items():
        keys = keys_of(sent.encode())
        if sent.startswith("\x1b\x1b") or re.fullmatch("\x1b[a-z]", sent):
            # Some terminals send an ESC before a key for Alt.
            assert keys.pop(0) == "escape"
            names = {name.removeprefix("alt+") for name in names} | {sent[1:]}
        # What is Alt in iTerm is Meta to xterm and Super to kitty.
        known = {frozenset(name.replace("super", "alt").split("+")) for name in keys}
        if not known <= {frozenset(name.split("+")) for name in names} or len(keys) > 1:
            others[sent] = keys, names
    assert others == {}


def test_the_usual_ones_are_not_ignored() -> None:
    ours = {sent: presses(sent[1:]) for sent in table() if sent[:2] in ("\x1b[", "\x1bO")}
    known = {press.key for found in ours.values() for press in found}
    assert known >= {*NAVIGATION.values(), *(f"f{number}" for number in range(1, 21))}
    assert known >= {f"shift+{key}" for key in SHIFTED.values()} | {"ctrl+up", "alt+f4", "enter"}


@pytest.mark.parametrize(
    ("sent", "key", "character"),
    [
        (b"\x1b[109u", "m", "m"),
        (b"\x1b[109;1;109u", "m", "m"),
        (b"\x1b[109:77;2;77u", "M", "M"),
        (b"\x1b[109;65u", "m", "m"),
        (b"\x1b[109;3u", "alt+m", None),
        (b"\x1b[99;5u", "ctrl+c", None),
        (b"\x1b[47;;47u", "slash", "/"),
        (b"\x1b[32;1;32u", "space", " "),
        (b"\x1b[13u", "enter", "\r"),
        (b"\x1b[9;2u", "shift+tab", None),
        (b"\x1b[57404;;53u", "5", "5"),
        (b"\x1b[57404u", "5", "5"),
        (b"\x1b[57414u", "enter", "\r"),
        (b"\x1b[57376u", "f13", None),
        (b"\x1b[1082::114;;1082u", "к", "к"),
    ],
)
def test_a_key_in_kittys_protocol(sent: bytes, key: str, character: str | None) -> None:
    (press,) = presses(sent.decode()[1:])
    assert (press.key, press.character) == (key, character)


@pytest.mark.parametrize("code", [1, 31, 128, 0xD800, 0xDFFF, 0xE000, 57441, 0x110000, 9_999_999])
def test_a_code_that_is_no_character_is_no_key(code: int) -> None:
    assert presses(f"[{code}u") == presses(f"[109;;{code}u") == presses(f"[0;1:1;{code}u") == []
    assert presses("[0u") == []


def test_every_character_of_a_keyboard_is_named_as_the_framework_names_it() -> None:
    from textual._xterm_parser import XTermParser

    for code in [*range(1, 27), *range(28, 0x80), *range(0xA0, 0x180)]:
        press = typed(chr(code))
        (theirs,) = XTermParser().feed(chr(code))
        assert press is not None
        assert (press.key, press.character) == (theirs.key, theirs.character)  # type: ignore[attr-defined]
