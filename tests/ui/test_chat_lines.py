"""The lines of a chat message: wrapped at words, and never a character less than was said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from pexdash.model.chat import Message
from pexdash.text import clean
from pexdash.ui.drawing.wrapping import wrapped
from pexdash.ui.widgets.chat import message_lines

_DATA = Path(__file__).parent.parent / "data" / "hostile-text.json"
HOSTILE = [
    one["text"] * one.get("repeat", 1) for one in json.loads(_DATA.read_text("utf-8"))["payloads"]
]
URL = "https://node.example.com/webapp/conference/meet.alice?pin=1234&role=chair"
WORDS = st.sampled_from(
    ["", "a", "meet", "x" * 9, URL, "山田太郎", "가" * 30, "e\u0301" * 12, "👩\u200d👧", "☺\ufe0f"]
)
TEXTS = st.sampled_from(HOSTILE) | st.text() | st.lists(WORDS).map(" ".join)


def squeezed(text: str) -> str:
    """`text` without the blanks and the ends of lines, at which it may have been broken."""
    return "".join(char for char in text if char not in " \n")


@given(TEXTS, st.integers(8, 60), st.integers(0, 60))
@example("a" * 10 + "  b", 10, 2)
@example(URL, 10, 30)
def test_no_character_is_lost_where_a_text_is_wrapped(text: str, first: int, more: int) -> None:
    said = clean(text, 4000, lines=True)
    lines = wrapped(said, first, first + more)
    assert squeezed("".join(lines)) == squeezed(said)
    assert cell_len(lines[0]) <= first
    assert all(cell_len(line) <= first + more for line in lines)


@given(TEXTS, st.integers(16, 120), st.sampled_from(["Bob", "山田 太郎", "x" * 80]))
@example(URL, 40, "Bob")
@example("可" * 30, 16, "Bob")
def test_a_message_is_shown_whole_at_any_width(text: str, width: int, name: str) -> None:
    said = clean(text, 4000, lines=True)
    lines = message_lines(Message(0.0, name, "bob", said), width)
    shown = "".join(span.text for line in lines for span in line if span.style == "text")
    assert squeezed(shown) == squeezed(said)
    named = "".join(span.text for line in lines for span in line if span.style == "strong")
    assert squeezed(named) == squeezed(name)
    assert {sum(span.width for span in line) for line in lines} == {width}


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("one two three four", ["one two", "three four"]),
        ("one   two", ["one   two"]),
        ("one\n  two", ["one", "  two"]),
        ("0123456789", ["0123456789"]),
        ("0123456789  two", ["0123456789", "two"]),
        ("0123456789 \ntwo", ["0123456789", "two"]),
        ("one 0123456789ab", ["one", "0123456789ab"]),
        ("0123456789ab", ["", "0123456789ab"]),
        ("0123456789abcd xy", ["0123456789", "abcd xy"]),
        ("one 0123456789abcd xy", ["one", "0123456789ab", "cd xy"]),
    ],
)
def test_lines_break_at_words_and_keep_other_blanks(text: str, lines: list[str]) -> None:
    assert wrapped(text, 10, 12) == lines
