"""Columns only come with width, names never get narrower, and no two people look alike."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pexdash.model.namesakes import Namesakes
from pexdash.model.participant import Participant
from pexdash.model.sections import Section, section_of
from pexdash.model.sorting import Order, SortedBy
from pexdash.ui.drawing.columns import (
    LEAD,
    NAME,
    Columns,
    columns_for,
    lasting_room,
    row_spans,
    sorted_by_at,
    title_spans,
)
from pexdash.ui.drawing.glyphs import ASCII, UNICODE
from pexdash.ui.drawing.row_facts import RowFacts
from pexdash.ui.drawing.spans import Span
from pexdash.ui.drawing.state_words import joined
from tests.model.people import NOW, person
from tests.ui.dashboard import dashboard

WINDOWS = range(60, 251)
STEPS = (60, 79, 80, 99, 100, 119, 120, 169, 170, 200, 250)


def width_in(window: int, *, framed: bool = True) -> int:
    """The cells of a row in a window of so many columns; the screens themselves are asked below."""
    beside = 0 if window < 100 else (38, 42)[framed] if window < 170 else (76, 84)[framed]
    return window - beside - 1


def columns_in(window: int, *, framed: bool = True) -> Columns:
    width = width_in(window, framed=framed)
    return columns_for(width, lasting_room(width, window))


@pytest.mark.parametrize("framed", [False, True])
def test_columns_only_come_with_width_and_names_never_get_narrower(framed: bool) -> None:
    for window in WINDOWS:
        columns = columns_in(window, framed=framed)
        wider = columns_in(window + 1, framed=framed)
        assert {title for title, _, _ in columns.titled} <= {title for title, _, _ in wider.titled}
        assert NAME <= columns.name <= wider.name
        assert columns.address <= wider.address
        assert columns.state >= 14


@pytest.mark.parametrize("window", [80, 120, 200])
def test_each_size_has_its_columns(window: int) -> None:
    titles = {
        80: "name state for",
        120: "name address state voice for",
        200: "name address state voice talk by for",
    }
    assert [title for title, _, _ in columns_in(window).titled] == titles[window].split()


async def test_screens_give_the_roster_the_room_its_columns_count_on() -> None:
    async with dashboard("Ann", size=(60, 30)) as shown:
        for height, window in itertools.product((30, 24), STEPS):
            await shown.pilot.resize_terminal(window, height)
            await shown.pilot.pause()
            width = width_in(window, framed=height >= 30)
            assert shown.roster.outer_size.width == width + 1, (window, height)


@pytest.mark.parametrize("height", [24, 25, 29, 30, 33, 34, 45, 60])
async def test_the_roster_has_sixteen_lines_and_more_on_higher_windows(height: int) -> None:
    async with dashboard("Ann", size=(80, height)) as shown:
        assert shown.roster.scrollable_content_region.height >= 16


def test_a_click_on_a_title_sorts_by_what_stands_below_it() -> None:
    for window in WINDOWS:
        columns = columns_in(window)
        text = "".join(span.text for span in title_spans(columns, Order(), UNICODE))
        assert len(text) == width_in(window)
        for title, _, by in columns.titled:
            assert sorted_by_at(columns, text.index(title)) is by


def test_the_title_of_the_name_says_by_what_no_column_shows() -> None:
    order = Order()
    order.choose(SortedBy.HAND)
    text = "".join(span.text for span in title_spans(columns_in(80), order, ASCII))
    assert text.startswith(" " * LEAD + "name by hand v ")


NAMES = st.sampled_from(
    ["", "Ann", "ann", "山田 太郎" * 6, "x" * 40, "x" * 40 + "y", "Tom [Sales]"]
)
ANYBODY = st.builds(
    person,
    st.text("0123456789abcdef", min_size=4, max_size=12),
    NAMES,
    uri=st.sampled_from(["", "sip:ann@example.com", "ann@example.org", "x" * 60 + "@example.org"]),
    service_type=st.sampled_from(["conference", "waiting_room", "connecting", "ivr"]),
    buzz_time=st.sampled_from([None, NOW - 90]),
    is_muted=st.booleans(),
    is_client_muted=st.booleans(),
    is_presenting=st.booleans(),
    is_on_hold=st.booleans(),
    is_idp_authenticated=st.sampled_from([None, True, False]),
    start_time=st.sampled_from([None, NOW - 4000, NOW + 5]),
    overlay_text=st.sampled_from(["", "Ann", "漢字 for all"]),
)


@given(
    st.lists(ANYBODY, min_size=1, max_size=4, unique_by=lambda one: one.uuid),
    st.sampled_from([*WINDOWS]),
    st.sampled_from([UNICODE, ASCII]),
    st.booleans(),
)
def test_rows_are_as_wide_as_the_roster_whatever_is_to_be_told(
    people: list[Participant], window: int, glyphs: object, stale: bool
) -> None:
    assert glyphs in (UNICODE, ASCII)
    here = {one.uuid: one for one in people}
    namesakes = Namesakes()
    namesakes.update(here, here)
    width, columns = width_in(window), columns_in(window)
    for one in people:
        facts = RowFacts(
            one,
            section_of(one),
            NOW,
            voice=random.Random(one.uuid).randrange(9),
            asked=("Mute",) if stale else (),
            first_seen=NOW - 10,
            told_apart=namesakes.has(one.uuid),
            sign=namesakes.sign(one.uuid, here),
            is_stale=stale,
        )
        spans = row_spans(facts, columns, width, ASCII if glyphs is ASCII else UNICODE)
        assert sum(span.width for span in spans) == width


def row_of(one: Participant, window: int = 80, **more: object) -> str:
    facts = RowFacts(one, section_of(one), NOW, **more)  # type: ignore[arg-type]
    spans = row_spans(facts, columns_in(window), width_in(window), UNICODE)
    return "".join(span.text for span in spans)


def test_an_ordinary_person_is_a_name_and_a_time() -> None:
    row = row_of(person("a", "Ann", start_time=NOW - 71 * 60, is_video_call=True))
    assert row.split() == ["Ann", "71m"]
    assert row.index("Ann") == LEAD
    later = row_of(person("a", "Ann", start_time=NOW - 100 * 60))
    assert later.split() == ["Ann", "1h40"]


def test_words_stand_in_the_order_of_what_matters_and_the_rest_is_counted() -> None:
    one = person(
        "a", "Ann", is_presenting=True, is_muted=True, is_video_muted=True, start_time=NOW - 60
    )
    facts = {"you": "you", "asked": ("Mute",), "spotlight_place": 2, "unverified_ordinary": True}
    row = row_of(one, 120, **facts)
    words = row[row.index("muting") :]
    assert words.startswith("muting… +5 ")
    assert row_of(one, 250, **facts).index("muting…, you, ▣ presents, ★2 spotlight") > 0


def test_who_waits_shows_the_whole_address_where_there_is_room_and_its_end_where_not() -> None:
    one = person(
        "a",
        "Wendy",
        uri="sip:wendy.weber@partner.example",
        service_type="waiting_room",
        is_idp_authenticated=False,
        start_time=NOW - 252,
    )
    assert row_of(one).split() == [
        "Wendy",
        "wendy.weber@partner.example",
        "not",
        "verified",
        "4:12",
    ]
    narrow = row_of(one, 60)
    assert "partner.example"[-8:] in narrow
    assert "+1" in narrow
    assert narrow.endswith("4:12")


def test_two_of_one_name_show_what_tells_them_apart_at_every_width() -> None:
    for window in (60, 80, 120, 200):
        rows = {
            row_of(person("11aa", "Ann", uri=uri), window, told_apart=True, sign=sign)
            for uri, sign in (("ann@example.com", ""), ("ann@example.org", ""), ("", "sip 11aa"))
        }
        assert len(rows) == 3


def test_a_voice_shows_only_of_who_is_heard() -> None:
    assert "●" in row_of(person("a", "Ann"), voice=8)
    assert "████" in row_of(person("a", "Ann"), 120, voice=4)
    muted = row_of(person("a", "Ann", is_muted=True), 120, voice=4)
    assert "✕" in muted
    assert "talks while m" in muted
    assert "█" not in muted


def test_what_is_ordinary_needs_no_word() -> None:
    muted = row_of(person("a", "Ann", is_muted=True), muted_ordinary=True)
    assert muted.split() == ["✕", "Ann"]
    assert "open" in row_of(person("a", "Ann"), muted_ordinary=True)
    assert "not verified" in row_of(person("a", "Ann", is_idp_authenticated=False))
    assert "no slides" in row_of(person("a", "Ann", rx_presentation_allowed=False))


@given(
    st.lists(st.sampled_from(["you", "muted", "漢字", "a long word of somebody"])),
    st.integers(0, 40),
)
def test_words_fill_their_cells_exactly(words: list[str], width: int) -> None:
    spans = joined([Span(word) for word in words], width, UNICODE)
    assert sum(span.width for span in spans) == width


def test_times_stand_still_and_say_so_while_the_line_is_not_live() -> None:
    hand = person("a", "Ann", buzz_time=NOW - 80)
    assert row_of(hand, is_stale=True).endswith("1:20?")
    assert section_of(hand) is Section.HANDS
