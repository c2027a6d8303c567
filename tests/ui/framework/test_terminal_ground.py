"""The terminal's answer about its ground is read, and no part of it is ever a key."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.message import Message

from pexdash.ui.framework.input.stage import InputStage
from pexdash.ui.framework.terminal_ground import TerminalGround, ground_of

WHITE = b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\"


def told(*reads: bytes) -> list[Message]:
    stage = InputStage(lambda key: True)
    return [one for at, data in enumerate(reads) for one in stage.feed(data, at / 100)]


@pytest.mark.parametrize(
    ("answer", "is_light"),
    [
        (b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\", True),
        (b"\x1b]11;rgb:fdfd/f6f6/e3e3\x07", True),
        (b"\x1b]11;rgb:ff/ff/ff\x07", True),
        (b"\x1b]11;rgba:ffff/ffff/ffff/ffff\x1b\\", True),
        (b"\x9d11;rgb:FFFF/FFFF/FFFF\x9c", True),
        (b"\x1b]11;rgb:1414/1919/1f1f\x1b\\", False),
        (b"\x1b]11;rgb:0/0/0\x07", False),
        (b"\x1b]11;rgb:0000/2b2b/3636\x1b\\", False),
    ],
)
def test_an_answer_tells_whether_the_ground_is_light(answer: bytes, is_light: bool) -> None:
    (message,) = told(answer)
    assert isinstance(message, TerminalGround)
    assert message.is_light is is_light


@given(st.lists(st.integers(0, len(WHITE)), max_size=6))
def test_an_answer_is_read_however_it_is_cut(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(WHITE)]
    reads = [WHITE[a:b] for a, b in pairwise(edges) if a < b]
    (message,) = told(*reads)
    assert isinstance(message, TerminalGround)


@pytest.mark.parametrize(
    "answer",
    [
        b"\x1b]11;?\x1b\\",
        b"\x1b]11;rgb:ffff/ffff\x07",
        b"\x1b]11;rgb:fffff/ffff/ffff\x07",
        b"\x1b]10;rgb:ffff/ffff/ffff\x07",
        b"\x1b]111;rgb:ffff/ffff/ffff\x07",
        b"\x1b]11;rgb:ffff/ffff/ffff;" + b"q" * 5000 + b"\x07",
        b"\x1bP11;rgb:ffff/ffff/ffff\x1b\\",
        b"\x1b]11;rgb:ffff/ffff/ffff\x18",
    ],
)
def test_what_is_no_such_answer_tells_nothing(answer: bytes) -> None:
    assert told(answer) == []
    assert told(*(answer[at : at + 1] for at in range(len(answer)))) == []


@given(st.text(max_size=40))
def test_no_text_of_a_string_is_a_fault(text: str) -> None:
    assert ground_of("]" + text) is None or text.startswith("11;")
