"""On which line of a TOML text each key stands, which the parser of Python does not tell."""

from __future__ import annotations

import re
from collections.abc import Mapping

Place = tuple[str | int, ...]
"""A key and those it is within; of tables that are written as [[name]], with their number."""

_KEY = re.compile(r"""\s*([A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')\s*""")
_HEADER = re.compile(r"[ \t]*\[")
_ESCAPE = re.compile(r'\\(["\\])')
# In this order: three quotation marks are no empty string and one more.
_TOKEN = re.compile(
    r'#[^\n]*|"""(?:[^\\]|\\.)*?"""|\'\'\'.*?\'\'\'|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|[\[{]|[\]}]|\n',
    re.DOTALL,
)


def lines_of(text: str) -> Mapping[Place, int]:
    """The line of each table and key, from 1 on, in a text that the parser has taken.

    Keys within an inline table are left out: they stand where the table does.
    """
    text = text.replace("\r\n", "\n")
    found: dict[Place, int] = {}
    counts: dict[Place, int] = {}
    table: Place = ()
    at, line = 0, 1
    while at < len(text):
        end, ends_on = _statement(text, at, line)
        said = text[at:end].strip()
        if said.startswith("[["):
            place = _within(_keys(said[2:]), counts)
            counts[place] = counts.get(place, -1) + 1
            table = (*place, counts[place])
            found.setdefault(place, line)
            found[table] = line
        elif said.startswith("["):
            table = _within(_keys(said[1:]), counts)
            found.setdefault(table, line)
        elif said and not said.startswith("#"):
            found.setdefault((*table, *_keys(said)), line)
        at, line = end, ends_on + 1
    return found


def line_of(lines: Mapping[Place, int], place: Place) -> int:
    """The line of a place, or of the nearest one that it is within; 1 where there is none."""
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, 1)


def _statement(text: str, at: int, line: int) -> tuple[int, int]:
    """Where the statement that begins at `at` ends, after its line end, and on which line."""
    is_header = _HEADER.match(text, at) is not None
    depth = 0
    for token in _TOKEN.finditer(text, at):
        said = token[0]
        if said == "\n":
            if not depth:
                return token.end(), line
            line += 1
        elif said in "[{" and not is_header:
            depth += 1
        elif said in "]}" and not is_header:
            depth -= 1
        else:
            line += said.count("\n")
    return len(text), line


def _keys(said: str) -> tuple[str, ...]:
    """The keys that `said` begins with, with dots between them."""
    keys, at = [], 0
    while (key := _KEY.match(said, at)) is not None:
        keys.append(_plain(key[1]))
        at = key.end()
        if said[at : at + 1] != ".":
            break
        at += 1
    return tuple(keys)


def _plain(key: str) -> str:
    if key[:1] == "'":
        return key[1:-1]
    return _ESCAPE.sub(r"\1", key[1:-1]) if key[:1] == '"' else key


def _within(keys: tuple[str, ...], counts: Mapping[Place, int]) -> Place:
    """The place of these keys: of tables written as [[name]], the last one is meant."""
    place: Place = ()
    for key in keys[:-1]:
        place = (*place, key)
        if place in counts:
            place = (*place, counts[place])
    return (*place, *keys[-1:])
