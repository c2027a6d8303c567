"""Events as JSON, one on each line."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pexdash.plain.ndjson import event_line
from pexdash.text import json_line


@pytest.mark.parametrize(
    ("data", "meant"),
    [
        ("", None),
        ("null", None),
        ("{}", {}),
        ('{"a": [1, 2.5, "ü"], "b": null}', {"a": [1, 2.5, "ü"], "b": None}),
        ("[1]", [1]),
        ("3", 3),
        ('"text"', "text"),
        ("no JSON", "no JSON"),
        ('{"uuid": NaN}', '{"uuid": NaN}'),
        ("1e999", "1e999"),
        ("-Infinity", "-Infinity"),
        ("9" * 5000, "9" * 5000),
        ("[" * 100_000, "[" * 100_000),
        ("1700484383.846972", 1700484383.846972),
        ("123456789012345678901234567890", 123456789012345678901234567890),
    ],
)
def test_data_is_what_the_node_sent(data: str, meant: object) -> None:
    line = event_line(1.5, "stage", data, "MQ==")
    assert json.loads(line) == {"time": 1.5, "event": "stage", "id": "MQ==", "data": meant}


@given(st.text(), st.text(), st.text())
def test_a_line_is_one_line_of_printable_ascii_and_loses_nothing(
    name: str, data: str, event_id: str
) -> None:
    quoted = json.dumps(data)
    for sent in (data, quoted):
        line = event_line(0.0, name, sent, event_id)
        assert line.isascii()
        assert line.isprintable()
        read = json.loads(line, parse_constant=lambda constant: pytest.fail(constant))
        assert (read["event"], read["id"]) == (name, event_id)
    assert read["data"] == data


def test_no_control_reaches_a_terminal() -> None:
    line = json_line("\x1b[2J\x7f\x9b\u202e\u2028\ud800")
    assert line == '"\\u001b[2J\\u007f\\u009b\\u202e\\u2028\\ud800"'
