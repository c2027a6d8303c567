"""Whatever is in pasted text, one paste comes of it and no key, however it is cut into reads."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pexdash.ui.framework.input.pasting import PASTE_END
from tests.ui.framework.input.typing_in import cut, told

BEGIN = "\x1b[200~"
pieces = st.sampled_from(
    ["\x1b", "\x1b[", "[", "2", "0", "1", "~", "m", "\r", "\x9b", "\x1b]52;c;", "q", "Ü", "\x00"]
)
texts = st.lists(pieces, max_size=12).map("".join)


@pytest.mark.fault(94)
@given(texts, st.lists(st.integers(0, 60), max_size=6))
@example("\x1b", [])
@example("\x1b[201", [7, 9])
@example("\x1b[200~", [])
@example("Ü", [8])
def test_a_paste_is_one_paste_and_the_keys_around_it_are_keys(text: str, cuts: list[int]) -> None:
    text = text.replace(PASTE_END, "")
    written = f"a{BEGIN}{text}{PASTE_END}z".encode()
    terminal = told(*cut(written, cuts))
    assert terminal.keys == ["a", "z"]
    shown = text.replace("\x1b", "\u241b").replace("\x00", "")
    assert terminal.pasted == ([shown] if shown else [])


def test_what_is_no_utf_8_is_told_as_such() -> None:
    terminal = told(b"\x1b[200~Zo\xeb\xff\xc3", b"\x1b[201~")
    assert terminal.pasted == ["Zo\ufffd\ufffd\ufffd"]


@pytest.mark.fault(94)
def test_only_the_mark_itself_ends_a_paste() -> None:
    for other in (b"\xc2\x9b201~", b"\x9b201~", b"\x1b[201;1~", b"\x1b\x1b"):
        terminal = told(b"\x1b[200~so" + other + b"mL\x1b[201~")
        assert terminal.keys == []
        assert len(terminal.pasted) == 1
