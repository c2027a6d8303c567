"""What is said is kept line by line, and no more of it than there is room for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pexdash.model.captions import MOST_LINES, Caption
from pexdash.model.conference import Conference
from pexdash.model.events import CaptionHeard
from tests.model.people import NOW


def said(conference: Conference, text: str, *, is_final: bool) -> bool:
    return conference.apply(CaptionHeard(text, is_final), NOW).captions


def growing(conference: Conference) -> list[Caption]:
    line = conference.captions.growing
    return [] if line is None else [line]


def test_a_line_grows_until_it_is_final() -> None:
    conference = Conference("meet")
    assert said(conference, "good", is_final=False)
    assert said(conference, "good morning", is_final=False)
    assert not said(conference, "good morning", is_final=False)
    assert growing(conference) == [Caption(NOW, "good morning")]
    assert list(conference.captions.lines) == []
    assert said(conference, "Good morning.", is_final=True)
    assert growing(conference) == []
    assert [one.text for one in conference.captions.lines] == ["Good morning."]


@given(st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), st.booleans()), max_size=40))
def test_each_final_line_is_kept_once_in_its_order(heard: list[tuple[str, bool]]) -> None:
    conference = Conference("meet")
    for text, is_final in heard:
        said(conference, text, is_final=is_final)
    captions = conference.captions
    assert [one.text for one in captions.lines] == [text for text, is_final in heard if is_final]
    assert (captions.growing is None) is (not heard or heard[-1][1])


def test_the_oldest_lines_go() -> None:
    conference = Conference("meet")
    for number in range(MOST_LINES + 20):
        said(conference, str(number), is_final=True)
    captions = conference.captions
    assert len(captions.lines) == MOST_LINES
    assert (captions.lines[0].text, captions.total) == ("20", MOST_LINES + 20)
