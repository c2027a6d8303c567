"""Each key of a TOML text is found on its line, in whatever form TOML lets it be written."""

from __future__ import annotations

import tomllib

import pytest

from pexdash.toml_lines import line_of, lines_of

TEXT = '''# a comment with [brackets] and "quotes
title = "a # in a string"   # and a comment = after it
many = [
  "one",  # "
  "]",
]
long = """
[not.a.table]
key = 1
"""
'dotted key'.inner = 'a'

[wall]
name = "x"
"quoted \\"key\\"" = { inline = 1, [[ not = 2 }
'''.replace("[[ not", "other")
TABLES = """
[[conference]]
alias = "a"
[conference.alarms.waiting]
value = 1
[[conference]]
alias = "b"
  [ conference . alarms . waiting ]
  value = 2
[profile.quiet]
base = "noc"
[profile.quiet.alarms]
hand-long.enabled = false
"""


def test_keys_stand_where_they_are_written() -> None:
    tomllib.loads(TEXT)
    lines = lines_of(TEXT)
    assert lines[("title",)] == 2
    assert lines[("many",)] == 3
    assert lines[("long",)] == 7
    assert lines[("dotted key", "inner")] == 11
    assert lines[("wall",)] == 13
    assert lines[("wall", "name")] == 14
    assert lines[("wall", 'quoted "key"')] == 15
    assert ("not", "a", "table") not in lines


def test_tables_in_a_list_are_told_apart_by_number() -> None:
    lines = lines_of(TABLES)
    assert lines[("conference", 0, "alias")] == 3
    assert lines[("conference", 0, "alarms", "waiting", "value")] == 5
    assert lines[("conference", 1)] == 6
    assert lines[("conference", 1, "alarms", "waiting", "value")] == 9
    assert lines[("profile", "quiet", "alarms", "hand-long", "enabled")] == 13


def test_what_has_no_line_of_its_own_is_where_it_is_within() -> None:
    lines = lines_of(TABLES)
    assert line_of(lines, ("conference", 1, "label")) == 6
    assert line_of(lines, ("nothing", "of", "this")) == 1


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines_may_end_as_on_windows(end: str) -> None:
    assert lines_of(TABLES.replace("\n", end)) == lines_of(TABLES)
