"""Cleans remote text for a terminal; every string of a node that is shown passes `clean`."""

from __future__ import annotations

import json
import re
import unicodedata

# Limits in characters.
NAME_LIMIT = 128
ADDRESS_LIMIT = 256
REASON_LIMIT = 256
CHAT_LIMIT = 2000

_MOST_MARKS = 4
_ZWJ = "\u200d"
_BLANKS = frozenset("\u3164\u2800\u115f\u1160\uffa0\u17b4\u17b5")
_BREAKS = frozenset("\t\n\r\x0b\x0c\x85\u2028\u2029")


def clean(text: str, limit: int = NAME_LIMIT, *, lines: bool = False) -> str:
    """Return `text` without anything that a terminal would act on.

    Control characters become their visible pictures. A tab or a line break becomes a space; with
    `lines`, a line break becomes a line feed. Bidi and other format characters are removed.
    Unassigned and private characters become U+FFFD. A base character keeps at most four marks. The
    result has at most `limit` characters, with the ellipsis; blank text becomes "". Cleaning a
    text twice gives the same result.
    """
    if len(text) <= limit and text.isascii() and text.isprintable():
        return text.strip()
    # Composition may shorten the text, but never by more than this factor.
    text = text[: limit * 8]
    if lines:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = unicodedata.normalize("NFC", text)
    kept: list[str] = []
    # No marks at the start: a terminal would draw them onto the character before the text.
    marks = _MOST_MARKS
    for char, following in zip(text, text[1:] + " ", strict=True):
        seen = _visible(char, following, lines)
        if seen and unicodedata.category(seen[0]) in ("Mn", "Me", "Mc"):
            marks += 1
            if marks > _MOST_MARKS:
                continue
        elif seen and seen != _ZWJ:
            marks = _MOST_MARKS if seen in " \n" else 0
        kept.append(seen)
    result = unicodedata.normalize("NFC", "".join(kept)).strip()
    if len(result) > limit:
        result = result[: limit - 1].rstrip().rstrip(_ZWJ) + "…"
    return result


def _visible(char: str, following: str, lines: bool) -> str:
    if char in _BREAKS:
        return "\n" if lines and char in "\n\x85\u2028\u2029" else " "
    if char in _BLANKS:
        return ""
    category = unicodedata.category(char)
    if category == "Cc":
        return _control_picture(char)
    if category == "Cf":
        keeps = char == _ZWJ and unicodedata.category(following) == "So"
        return char if keeps else ""
    if category in ("Cs", "Co", "Cn"):
        return "\ufffd"
    if category in ("Zl", "Zp", "Zs"):
        return " "
    return char


def _control_picture(char: str) -> str:
    code = ord(char)
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else "\ufffd"


_JOINED = re.compile(
    "\u200d.|[\ufe00-\ufe0f\u20e3\U0001f3fb-\U0001f3ff\U000e0100-\U000e01ef]|\u200d"
)
_FLAG_LETTER = re.compile("[\U0001f1e6-\U0001f1ff]")


def simple_width(text: str) -> str:
    """Return clean `text` with every emoji cluster reduced to its first code point.

    Terminals disagree on the width of joined emoji, variation selectors and flags. Therefore a cell
    with other cells to its right shows the base character alone, and a flag as its two letters.
    """
    if text.isascii():
        return text
    text = _JOINED.sub("", text)
    return _FLAG_LETTER.sub(lambda found: chr(ord(found[0]) - 0x1F1E6 + ord("A")), text)


def trimmed(text: str) -> str:
    """Return `text` without the blanks and the invisible characters at both ends.

    They come with what is copied from web pages, mails and files of other systems; control
    characters do not, and stay.
    """
    start, end = 0, len(text)
    while start < end and _may_go(text[start]):
        start += 1
    while start < end and _may_go(text[end - 1]):
        end -= 1
    return text[start:end]


def invisible_in(text: str) -> str:
    """The code point of the first character in `text` that nobody sees, such as "U+200B", or "".

    The blank of the space bar is no such character, but every other kind of blank is.
    """
    found = next((char for char in text if char != " " and _is_unseen(char)), "")
    return f"U+{ord(found):04X}" if found else ""


_SELECTORS = re.compile("[\u034f\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""Marks that only choose among the forms of the character before them."""


def _may_go(char: str) -> bool:
    return char.isspace() or (_is_unseen(char) and unicodedata.category(char) != "Cc")


def _is_unseen(char: str) -> bool:
    if char.isascii():
        return char <= " " or char == "\x7f"
    if char in _BLANKS or _SELECTORS.match(char):
        return True
    return unicodedata.category(char) in ("Cc", "Cf", "Zs", "Zl", "Zp")


def fits_header(text: str) -> bool:
    """Whether a header of HTTP carries `text` as it is (RFC 9110 section 5.5).

    That is plain ASCII on one line; a blank at an end would be lost on the way.
    """
    return text.isascii() and text.isprintable() and text == text.strip()


def json_line(value: object) -> str:
    """`value` as JSON on one line of printable ASCII, on which no terminal acts."""
    return json.dumps(value).replace("\x7f", "\\u007f")
