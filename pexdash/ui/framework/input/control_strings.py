"""Where control strings end in what a terminal sends (ECMA-48 5.4 and 5.6, and xterm's own)."""

from __future__ import annotations

import re
from enum import Enum, auto

from msgspec import Struct

ESC = "\x1b"
INTRODUCERS = "[O]PX^_"
"""What comes after ESC and begins a string: CSI, SS3, OSC, DCS, SOS, PM, APC."""
RAW = 0xDC00
"""A byte that is no UTF-8 stands in the text as the character `RAW` + byte (surrogateescape)."""
_ONE_CHARACTER = dict(zip((0x9B, 0x8F, 0x9D, 0x90, 0x98, 0x9E, 0x9F), INTRODUCERS, strict=True))
_INTRODUCED = {chr(code): form for code, form in _ONE_CHARACTER.items()} | {
    chr(RAW + code): form for code, form in _ONE_CHARACTER.items()
}
_BEGINS = "\x1b\x8f\x90\x98\x9b\x9d-\x9f\udc8f\udc90\udc98\udc9b\udc9d-\udc9f"
_PLAIN = re.compile(f"[^{_BEGINS}]+")
# Whatever stands in between is passed over, as terminals do; CAN, SUB and a new string break off.
_CSI_BODY = re.compile(f"[^@-~\x18\x1a{_BEGINS}]*")
_SS3_BODY = re.compile("[0-9;:]*")
_BREAKS = frozenset("\x18\x1a\x1b") | _INTRODUCED.keys()
_END = re.compile("[\x18\x1a\x1b\x9c\udc9c]")
_END_OR_BEL = re.compile("[\x07\x18\x1a\x1b\x9c\udc9c]")
_STARTED_ANSWER = re.compile("(?:\x1b]|\x9d|\udc9d)(?:1(?:1(?:;[rgba:/0-9A-Fa-f]{0,25})?)?)?\x1b?")
# Mouse reports (X10, and a highlighted region) and the Linux console's F1 to F5 go on after the
# character that ends every other CSI.
_MORE = {"[M": 3, "[t": 2, "[T": 6, "[[": 1}


class Kind(Enum):
    """What a piece of the input is."""

    TEXT = auto()
    """Characters outside of any string, control characters among them."""
    ESCAPE = auto()
    """ESC that introduces nothing."""
    CONTROL = auto()
    """A whole CSI or SS3, from its `[` or `O` on; or the ESC TAB of the Linux console as "TAB"."""
    STRING = auto()
    """A whole OSC, DCS, SOS, PM or APC, or the end of one that nobody began.

    Its text is that of an OSC, from its `]` on, and of no other.
    """
    BROKEN = auto()
    """A string that another one, CAN or SUB broke off; without its text."""
    PASTE = auto()
    """The mark that begins a paste; its text comes next."""


class Piece(Struct, frozen=True):
    """What the input begins with, up to the index `end`."""

    kind: Kind
    end: int
    text: str = ""


def first_piece(text: str) -> Piece | None:
    """The piece that `text` begins with, None where its end is still to come."""
    if plain := _PLAIN.match(text):
        return Piece(Kind.TEXT, plain.end(), plain.group())
    form, body = _INTRODUCED.get(text[0]), 1
    if form is None:
        form, body = text[1:2], 2
    if not form:
        return None
    if form == "[":
        return _csi(text, body)
    if form == "O":
        return _ss3(text, body)
    if form in INTRODUCERS:
        return _osc(text, body) if form == "]" else _string(text, body, _END)
    if form == "\t":
        return Piece(Kind.CONTROL, body, form)
    if form == "\\":
        return Piece(Kind.STRING, body)
    return Piece(Kind.ESCAPE, 1)


def readable(text: str) -> str:
    """`text` with U+FFFD for each byte that is no UTF-8."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def may_be_answer(text: str) -> bool:
    """Whether a started string may be the start of the terminal's answer about its ground."""
    return _STARTED_ANSWER.fullmatch(text) is not None


def is_no_key(text: str) -> bool:
    """Whether a started string can end in nothing that is a key or a report."""
    return (_INTRODUCED.get(text[0]) or text[1:2]) not in "[O"


def started(text: str) -> str:
    """As much of a started string as tells what ends it; all of it, where that can be a key.

    All of it too where it can be an answer that we read.
    """
    if not is_no_key(text) or may_be_answer(text):
        return text
    form = _INTRODUCED.get(text[0]) or text[1]
    return ESC + form + ESC * (text.endswith(ESC) and len(text) > 2)


def muted(text: str) -> str:
    """A started CSI or SS3 without what it says: it ends as before, and is then nothing known."""
    return (text[:2] if text[0] == ESC else text[0]) + "\x00"


def _csi(text: str, body: int) -> Piece | None:
    match = _CSI_BODY.match(text, body)
    assert match is not None
    end = match.end() + 1
    if end > len(text):
        return None
    if text[end - 1] in _BREAKS:
        return _broken(text, end - 1)
    control = "[" + text[body:end]
    if control == "[200~" and text[body - 2 : body] == "\x1b[":
        return Piece(Kind.PASTE, end)
    for _ in range(_MORE.get(control, 0)):
        if end == len(text):
            return None
        if text[end] == ESC:
            return _broken(text, end)
        end += 1
    return Piece(Kind.CONTROL, end, "[" + text[body:end])


def _ss3(text: str, body: int) -> Piece | None:
    match = _SS3_BODY.match(text, body)
    assert match is not None
    end = match.end() + 1
    if end > len(text):
        return None
    if text[end - 1] in _BREAKS:
        return _broken(text, end - 1)
    return Piece(Kind.CONTROL, end, "O" + text[body:end])


def _osc(text: str, body: int) -> Piece | None:
    """An OSC, which BEL ends too."""
    piece = _string(text, body, _END_OR_BEL)
    if piece is None or piece.kind is not Kind.STRING:
        return piece
    last = piece.end - (2 if text[piece.end - 1] == "\\" else 1)
    return Piece(Kind.STRING, piece.end, "]" + text[body:last])


def _string(text: str, body: int, ends: re.Pattern[str]) -> Piece | None:
    match = ends.search(text, body)
    if match is None:
        return None
    at = match.start()
    if text[at] in "\x18\x1a":
        return _broken(text, at)
    if text[at] != ESC:
        return Piece(Kind.STRING, at + 1)
    if at + 1 == len(text):
        return None
    return Piece(Kind.STRING, at + 2) if text[at + 1] == "\\" else _broken(text, at)


def _broken(text: str, at: int) -> Piece:
    """CAN and SUB belong to what they break off; a new string stands for itself."""
    return Piece(Kind.BROKEN, at + (text[at] in "\x18\x1a"))
