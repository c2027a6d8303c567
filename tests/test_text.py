"""No remote text reaches the terminal with anything in it that a terminal would act on."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pexdash.text import clean, invisible_in, simple_width, trimmed

PAYLOADS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "data" / "hostile-text.json").read_text("utf-8")
)["payloads"]
ZWJ = "\u200d"
MARKS = "\u0300\u0301\u0316\u0338\u20dd\ufe0f\u0903"
AWKWARD = (
    f"\n\r\t\0\x1b\x7f\x85\x9b\u2028\u202e\u2066\ufeff\u00ad\ud800\udfff\ue000\uffff {MARKS}{ZWJ}"
    "aé\u3164\u2800漢👩🏽🚀❤🇩🇪1\u20e3\ufffd…\u0958\u1100\u1161\u115f"
)
texts = st.text(st.sampled_from(AWKWARD) | st.characters(), max_size=40)


def assert_harmless(result: str, limit: int, *, breaks: str = "") -> None:
    assert len(result) <= limit
    result.encode("utf-8")
    for char in result:
        category = unicodedata.category(char)
        assert category not in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp") or char in breaks, hex(
            ord(char)
        )
        assert category != "Cf" or char == ZWJ, hex(ord(char))


@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda payload: payload["name"])
@pytest.mark.parametrize("lines", [False, True])
def test_no_payload_gets_through(payload: dict[str, Any], lines: bool) -> None:
    result = clean(payload["text"] * payload.get("repeat", 1), 2000, lines=lines)
    assert_harmless(result, 2000, breaks="\n" if lines else "")
    on_the_wire = result.encode("utf-8").decode("latin-1")
    for raw in payload["raw"]:
        # Printable signatures are for markup parsers, and what people wrote is shown as written.
        if not raw.isprintable() and not (lines and raw.startswith("\n")):
            assert raw not in on_the_wire


def thousands() -> Iterator[range]:
    """All code points a thousand at a time, which fit into the limit; a few of the empty planes.

    Above the third plane stand none but those of private use and the first of the fourteenth.
    """
    for start in range(0, sys.maxunicode + 1, 1000):
        is_empty = start > 0x3FFFF and not 0xDF000 < start < 0xE1000
        if not is_empty or start % 16_000 == 0:
            yield range(start, min(start + 1000, sys.maxunicode + 1))


@pytest.mark.parametrize("lines", [False, True])
@pytest.mark.parametrize("between", ["", "a"])
def test_every_code_point_is_harmless(between: str, lines: bool) -> None:
    harmless = set()
    for codes in thousands():
        result = clean(between.join(map(chr, codes)), 9000, lines=lines)
        # Most code points are assigned to nothing, and look alike afterwards.
        if result not in harmless:
            assert_harmless(result, 9000, breaks="\n" if lines else "")
            assert clean(result, 9000, lines=lines) == result, hex(codes.start)
            harmless.add(result)


def test_every_code_point_that_is_no_plain_letter_is_harmless_alone() -> None:
    for code in range(sys.maxunicode + 1):
        char = chr(code)
        if unicodedata.category(char) not in ("Cn", "Co", "Lo", "So"):
            result = clean(char)
            assert_harmless(result, 128)
            assert result == char or clean(result) == result, hex(code)


@given(texts, st.integers(1, 50), st.booleans())
@example("a\u200d", 5, False)
@example("👩\u200d👩\u200d👧", 3, False)
@example("e" + "\u0301" * 9, 128, False)
@example(" \u0301a", 128, False)
def test_any_text_is_harmless_and_cleaning_twice_changes_nothing(
    text: str, limit: int, lines: bool
) -> None:
    result = clean(text, limit, lines=lines)
    assert_harmless(result, limit, breaks="\n" if lines else "")
    assert result == result.strip()
    assert clean(result, limit, lines=lines) == result


@given(texts)
def test_no_base_carries_more_than_four_marks_and_no_mark_is_without_base(text: str) -> None:
    marks = 4
    for char in clean(text):
        if unicodedata.category(char)[0] == "M":
            marks += 1
            assert marks <= 4
        elif char == " ":
            marks = 4
        elif char != ZWJ:
            marks = 0


@given(texts)
def test_simple_width_leaves_nothing_terminals_disagree_on(text: str) -> None:
    result = simple_width(clean(text))
    disputed = [ZWJ, "\u20e3", *map(chr, range(0xFE00, 0xFE10)), *map(chr, range(0x1F1E6, 0x1F200))]
    disputed += [*map(chr, range(0x1F3FB, 0x1F400)), *map(chr, range(0xE0100, 0xE01F0))]
    assert not set(result) & set(disputed)
    assert simple_width(result) == result


@pytest.mark.parametrize(
    "name",
    [
        "Tom [Sales]",
        "[/]",
        "x [/] y",
        "[red]X[/red]",
        ":warning: $user \\[b]",
        "Jürgen Müßig",
        "Ångström Ñuñez-O'Brien",
        "山田 太郎",
        "김민준",
        "فاطمة الزهراء",
        "דָּוִד",
        "Ольга Иванова",
        "Ελένη Παπαδοπούλου",
        "कृष्णमूर्ति",
        "กำธร",
        "+49 30 1234567",
        "👩\u200d🚀 Ann",
        "❤\ufe0f",
        "50 % – “quoted” €",
    ],
)
def test_what_people_write_stays_as_they_wrote_it(name: str) -> None:
    assert clean(name) == name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  Ann  ", "Ann"),
        ("", ""),
        ("   ", ""),
        ("\u3164\u3164", ""),
        ("\ufe0f\ufe0f", ""),
        ("\u0301Ann", "Ann"),
        ("Ann \u0301Bob", "Ann Bob"),
        ("\u200b\u2060", ""),
        ("A\x1b[2JB", "A\u241b[2JB"),
        ("A\x7fB", "A\u2421B"),
        ("A\x9bB", "A\ufffdB"),
        ("user\u202egpj.exe", "usergpj.exe"),
        ("Ali\u200bce", "Alice"),
        ("a\tb\r\nc", "a b  c"),
        ("A\ud800B", "A\ufffdB"),
        ("Jose\u0301", "José"),
    ],
)
def test_what_becomes_of_the_rest(text: str, expected: str) -> None:
    assert clean(text) == expected


def test_long_text_ends_in_an_ellipsis() -> None:
    assert clean("W" * 128) == "W" * 128
    assert clean("W" * 129) == "W" * 127 + "…"
    assert clean("ab cd", 4) == "ab…"
    assert clean("漢" * 10, 3) == "漢漢…"
    assert len(clean("W" * 1_000_000)) == 128


def test_a_cut_leaves_no_joiner_behind() -> None:
    assert clean("👩\u200d🚀", 2) == "👩…"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\nb", "a\nb"),
        ("a\r\nb", "a\nb"),
        ("a\rb", "a\nb"),
        ("a\n\nb", "a\n\nb"),
        ("a\x85b\u2028c\u2029d", "a\nb\nc\nd"),
        ("\n\na\n", "a"),
        ("a\tb\x0bc\x0cd", "a b c d"),
        ("a\n\u0301b", "a\nb"),
    ],
)
def test_chat_keeps_its_lines(text: str, expected: str) -> None:
    assert clean(text, 2000, lines=True) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ann", "Ann"),
        ("山田", "山田"),
        ("👩\u200d👩\u200d👧\u200d👦", "👩"),
        ("👨🏽\u200d🚀 Tom", "👨 Tom"),
        ("🏳\ufe0f\u200d🌈", "🏳"),
        ("❤\ufe0f", "❤"),
        ("1\ufe0f\u20e3", "1"),
        ("🇩🇪", "DE"),
        ("漢\U000e0100", "漢"),
        ("José", "José"),
    ],
)
def test_simple_width_keeps_the_base(text: str, expected: str) -> None:
    assert simple_width(text) == expected


INVISIBLE = [
    *("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u061c", "\u180e"),  # format
    *("\u200e", "\u200f", "\u202a", "\u202e", "\u2066", "\u2069", "\U000e0041"),  # direction, tags
    *("\u00a0", "\u1680", "\u2003", "\u202f", "\u205f", "\u3000", "\u2028", "\u2029"),  # blanks
    *("\u3164", "\u2800", "\u115f", "\uffa0", "\u17b5", "\ufe0f", "\u034f", "\U000e0100"),
    *("\t", "\x1f", "\x85"),  # control characters that are blanks
]


@pytest.mark.parametrize("char", INVISIBLE)
def test_what_nobody_sees_is_dropped_at_the_ends_and_named_within(char: str) -> None:
    assert trimmed(f" {char}a b{char}\n") == "a b"
    assert trimmed(char * 3) == ""
    assert invisible_in(f"a{char}b") == f"U+{ord(char):04X}"
    assert trimmed(f"{char}a{char}b{char}") == f"a{char}b"


@pytest.mark.parametrize("char", ["\0", "\x1b", "\x7f", "\x9b"])
def test_other_control_characters_stay_and_are_named(char: str) -> None:
    assert trimmed(f" {char}a") == f"{char}a"
    assert invisible_in(f"a{char}") == f"U+{ord(char):04X}"


@given(st.text())
def test_what_is_seen_stays(text: str) -> None:
    shown = trimmed(text)
    assert shown in text
    assert trimmed(shown) == shown
    assert shown or not text.strip() or not clean(text)


def test_letters_of_any_script_are_seen() -> None:
    assert invisible_in("meet alice é ü 会议 שלום 🚀 \u0301") == ""
