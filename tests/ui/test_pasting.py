"""Whatever is in pasted text, one paste comes of it and no key, however it is cut into reads."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from textual import events

from pexdash.ui.framework.pasting import BEGIN, END, PasteParser

pieces = st.sampled_from(
    ["\x1b", "\x1b[", "[", "2", "0", "1", "~", "m", "\r", "\x9b", "\x1b]52;c;", "q"]
)
texts = st.lists(pieces, max_size=12).map("".join)


@pytest.mark.fault(94)
@given(texts, st.lists(st.integers(0, 60), max_size=6))
@example("\x1b", [])
@example("\x1b[201", [7, 9])
@example("\x1b[200~", [])
def test_a_paste_is_one_paste_and_the_keys_around_it_are_keys(text: str, cuts: list[int]) -> None:
    text = text.replace(END, "")
    written = f"a{BEGIN}{text}{END}z"
    parser = PasteParser()
    seen: list[object] = []
    at = 0
    for cut in [*sorted(cuts), len(written)]:
        if written[at:cut]:
            seen += parser.feed(written[at:cut])
            at = cut
    keys = [one.key for one in seen if isinstance(one, events.Key)]
    pasted = "".join(one.text for one in seen if isinstance(one, events.Paste))
    assert keys == ["a", "z"]
    assert pasted == text.replace("\x1b", "\u241b")


@pytest.mark.fault(94)
def test_an_escape_outside_of_a_paste_is_handed_on_at_once() -> None:
    parser = PasteParser()
    assert [one.key for one in parser.feed("\x1b[A") if isinstance(one, events.Key)] == ["up"]
    assert list(parser.feed("\x1b")) == []
    assert [one.key for one in parser.feed("[A") if isinstance(one, events.Key)] == ["up"]
