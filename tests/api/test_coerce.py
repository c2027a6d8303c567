"""Values of a node turned into what the model wants."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pexdash.api.coerce import as_flag, as_number, as_optional_flag, as_text, as_time, decode_json
from pexdash.errors import BadAnswer

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@pytest.mark.parametrize("raw", ["", "nonsense", "{", "[1,]", "{'a': 1}", b"\xff\xfe\xfa", b""])
def test_what_is_no_json_is_a_bad_answer(raw: str | bytes) -> None:
    with pytest.raises(BadAnswer, match="not JSON"):
        decode_json(raw)


@pytest.mark.fault(59)
@pytest.mark.parametrize("raw", ["[" * 100_000, '{"a":' * 100_000, "9" * 5000, "\ud800"])
def test_what_breaks_parsers_is_a_bad_answer(raw: str) -> None:
    with pytest.raises(BadAnswer):
        decode_json(raw)


def test_what_the_strict_parser_refuses_is_read_all_the_same() -> None:
    assert decode_json('"\\ud800"') == "\ud800"
    assert math.isnan(decode_json("NaN"))
    assert decode_json("1e999") == math.inf


@given(ANYTHING)
def test_json_comes_back_as_it_was(value: object) -> None:
    raw = json.dumps(value)
    assert repr(decode_json(raw)) == repr(json.loads(raw))


@given(ANYTHING)
def test_a_flag_is_true_or_false(value: object) -> None:
    assert as_flag(value) in (True, False)
    assert as_optional_flag(value) is (None if value is None else as_flag(value))


@given(ANYTHING | st.integers(10**300, 10**320), st.floats(-1e9, 0), st.floats(1, 1e9))
def test_a_number_is_between_its_limits(value: object, low: float, high: float) -> None:
    result = as_number(value, low, high, 0.5)
    assert low <= result <= high
    assert type(result) is float


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (5, 5.0),
        ("120", 120.0),
        (" 7.5 ", 7.5),
        (-3, 0.0),
        (10**400, 200.0),
        (-(10**400), 0.0),
        ("1e999", 200.0),
        (math.inf, 200.0),
        (math.nan, 50.0),
        ("nan", 50.0),
        ("x", 50.0),
        ("", 50.0),
        (None, 50.0),
        (True, 50.0),
        ([1], 50.0),
    ],
)
def test_numbers(value: object, expected: float) -> None:
    assert as_number(value, 0, 200, 50) == expected


@given(ANYTHING)
def test_a_moment_is_none_or_after_1970(value: object) -> None:
    time = as_time(value)
    assert time is None or 0 < time < 4_200_000_000


@pytest.mark.parametrize("value", [None, 5, True, ["x"], {"x": "y"}, b"x"])
def test_what_is_no_text_is_empty(value: object) -> None:
    assert as_text(value, 10) == ""


def test_text_is_cleaned_and_cut() -> None:
    assert as_text("\x1b[1m", 10) == "\u241b[1m"
    assert as_text("W" * 11, 10) == "W" * 9 + "…"
