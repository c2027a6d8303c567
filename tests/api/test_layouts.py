"""The node's layouts and its pictures of them, of whatever make."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pexdash.api.layouts import boxes_in, layouts_of, pictures_of
from pexdash.errors import BadAnswer
from pexdash.model.layouts import Box, Layout

HALVES = (Box(0.0, 0.0, 0.5, 1.0), Box(0.5, 0.0, 0.5, 1.0))


def test_layouts_are_read_with_and_without_tags() -> None:
    plain = [Layout("1:7"), Layout("teams")]
    assert layouts_of(["1:7", "teams"]) == plain
    assert layouts_of([{"name": "1:7"}, {"name": "teams", "tags": None}]) == plain
    tagged = [{"name": "1:7", "tags": ["speaker", 5, "a\nb"]}, "teams", "teams"]
    assert layouts_of(tagged) == [Layout("1:7", ("speaker", "a b")), Layout("teams")]


def test_what_has_no_name_is_left_out() -> None:
    assert layouts_of(["", None, 7, [], {}, {"name": 5}, "1:0"]) == [Layout("1:0")]
    assert layouts_of([]) == []
    assert len(layouts_of([str(one) for one in range(1000)])) == 100


@pytest.mark.parametrize("result", [None, {}, "1:7", 5])
def test_layouts_that_are_no_list_are_a_bad_answer(result: object) -> None:
    with pytest.raises(BadAnswer):
        layouts_of(result)


@pytest.mark.parametrize("result", [None, [], "<svg/>"])
def test_pictures_that_are_no_object_are_a_bad_answer(result: object) -> None:
    with pytest.raises(BadAnswer):
        pictures_of(result)


@pytest.mark.parametrize(
    "svg",
    [
        '<svg viewBox="0 0 100 50"><rect width="50" height="50"/>'
        '<rect x="50" width="50" height="50"/></svg>',
        '<svg width="100px" height="50px"><rect x="0" y="0" width="50" height="50"/>'
        '<rect x="50" y="0" width="50" height="50"/></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0,0,8,8"><g transform="translate(0)">'
        '<rect width="50%" height="100%"/></g><rect x="50%" width="50%" height="100%"/></svg>',
        '<s:svg xmlns:s="http://www.w3.org/2000/svg" viewBox="-4 -4 8 8">'
        '<s:g transform="translate(-4,-4)">'
        '<s:rect width="4" height="8"/><s:g transform=" translate(4 0) ">'
        '<s:rect width="4" height="8"/></s:g></s:g></s:svg>',
        '<svg><rect x="10" y="10" width="5" height="5"/>'
        '<rect x="15" y="10" width="5" height="5"/></svg>',
        '<?xml version="1.0" encoding="UTF-8"?><!-- é --><svg viewBox="0 0 2 1"><defs>'
        '<clipPath id="a"><rect width="9" height="9"/></clipPath></defs><title>x</title>'
        '<rect width="1" height="1"/><rect x="1" width="3" height="9"/></svg>',
    ],
)
def test_rectangles_are_parts_of_what_is_seen(svg: str) -> None:
    assert boxes_in(svg) == HALVES
    assert pictures_of({"2:0": svg, "x": 5}) == {"2:0": HALVES}


BOMB = (
    '<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
    '<svg viewBox="0 0 1 1">&c;<rect width="1" height="1"/></svg>'
)
RECT = '<rect width="1" height="1"/>'


@pytest.mark.parametrize(
    "svg",
    [
        "",
        "no svg",
        "<svg>",
        "<html><rect width='1' height='1'/></html>",
        BOMB,
        '<!DOCTYPE svg SYSTEM "file:///etc/passwd"><svg viewBox="0 0 1 1">' + RECT + "</svg>",
        '<svg viewBox="0 0 1 1"><path d="M0 0h1v1z"/></svg>',
        '<svg viewBox="0 0 1 1"><rect width="1em" height="1"/></svg>',
        '<svg viewBox="0 0 1 1"><rect width="nan" height="1"/></svg>',
        '<svg viewBox="0 0 1 1"><rect width="1e999" height="1"/></svg>',
        '<svg viewBox="0 0 1 1"><rect width="0" height="1"/></svg>',
        '<svg viewBox="0 0 0 0">' + RECT + "</svg>",
        '<svg viewBox="0 0 1 1"><rect x="5" width="1" height="1"/></svg>',
        '<svg viewBox="0 0 1 1"><g transform="rotate(9)">' + RECT + "</g></svg>",
        '<svg viewBox="0 0 1 1">' + RECT * 101 + "</svg>",
        "<svg>" + "<g>" * 500 + RECT + "</g>" * 500 + "</svg>",
        '<svg viewBox="0 0 1 1">' + " " * 70_000 + RECT + "</svg>",
        '<svg viewBox="0 0 1 1">&a;' + RECT + "</svg>",
        '<svg viewBox="0 0 1 1"><rect width="1" height="1"/>\ud800</svg>',
    ],
)
def test_what_cannot_be_read_safely_has_no_boxes(svg: str) -> None:
    assert boxes_in(svg) == ()
    assert pictures_of({"1:0": svg}) == {}


@given(st.text(alphabet='<>/"=svgrect widthheightxyviewBox0123456789.%-&;!', max_size=80))
def test_no_picture_is_too_strange(text: str) -> None:
    for svg in (text, f"<svg {text}>{RECT}</svg>", f"<svg viewBox='0 0 9 9'>{text}</svg>"):
        for box in boxes_in(svg):
            assert 0 <= box.left < box.left + box.width <= 1 + 1e-9
            assert 0 <= box.top < box.top + box.height <= 1 + 1e-9
