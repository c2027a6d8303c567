"""Reading of a settings table: every mistake is taken down with its line, and reading goes on."""

from __future__ import annotations

import difflib
import math
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from pexdash.errors import UsageFault
from pexdash.files import shown_path
from pexdash.text import ADDRESS_LIMIT, clean, invisible_in
from pexdash.toml_lines import Place, line_of, lines_of

LARGEST_FILE = 16 * 1024 * 1024
"""Bytes: thousands of conferences, with what is expected of each."""
_AT_LINE = re.compile(r" \(at line (\d+), column \d+\)$")


class Mistake(NamedTuple):
    """What is wrong in a file, and where."""

    line: int
    words: str


class Mistakes(UsageFault):
    """A file with mistakes, each of which is a line of the message."""


class Sheet:
    """A file being read: where its keys stand, and what is wrong so far."""

    def __init__(self, path: Path, lines: Mapping[Place, int]) -> None:
        self.path = path
        self.mistakes: list[Mistake] = []
        self._lines = lines

    def line(self, place: Place) -> int:
        """The line of a place, or of what it is within."""
        return line_of(self._lines, place)

    def wrong(self, place: Place, words: str) -> None:
        """Take down what is wrong at a place."""
        self.mistake(self.line(place), words)

    def mistake(self, line: int, words: str) -> None:
        """Take down what is wrong in a line."""
        self.mistakes.append(Mistake(line, words))

    def check(self) -> None:
        """Raise Mistakes where there is any, with all that is wrong."""
        if self.mistakes:
            raise Mistakes("\n".join(self.told()))

    def told(self) -> list[str]:
        """All that is wrong, a line each, in the order of the file."""
        shown = shown_path(self.path)
        return [f"{shown}:{line}: {words}" for line, words in sorted(set(self.mistakes))]


class Table:
    """The values of one table; each is taken once, and what nobody takes is unknown.

    A value of the wrong kind is taken down and counts as not given.
    """

    def __init__(self, sheet: Sheet, place: Place, values: object, shown: str) -> None:
        self.place = place
        self._sheet = sheet
        self._shown = shown
        self._known: list[str] = []
        self._values: dict[str, object] = {}
        if isinstance(values, dict):
            self._values = values
        else:
            self.wrong("", f"{shown} is a table")

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def names(self) -> list[str]:
        """The names of all values."""
        return list(self._values)

    def at(self, name: str) -> Place:
        """The place of a value."""
        return (*self.place, name) if name else self.place

    def wrong(self, name: str, words: str) -> None:
        """Take down what is wrong with a value, or with the table for ""."""
        self._sheet.wrong(self.at(name), words)

    def text(self, name: str) -> str:
        """A text without line ends, "" where it is not given."""
        value = self._taken(name)
        if value is None:
            return ""
        if isinstance(value, str) and (character := invisible_in(value)):
            self.wrong(name, f"{name} contains the invisible character {character}")
            return ""
        if not isinstance(value, str) or not value.strip() or not value.isprintable():
            self.wrong(name, f"{name} is a text between quotation marks, on one line")
            return ""
        return clean(value, ADDRESS_LIMIT)

    def choice(self, name: str, among: Iterable[str]) -> str:
        """One of some words, "" where it is not given."""
        value, words = self._taken(name), list(among)
        if value is None or value in words:
            return str(value or "")
        self.wrong(name, f"{name} is {_listed(words)}, not {clean(str(value), 64)!r}")
        return ""

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts, empty where it is not given."""
        value = self._taken(name)
        if value is None:
            return ()
        if (
            not isinstance(value, list)
            or not value
            or not all(isinstance(one, str) and one.isprintable() and one.strip() for one in value)
        ):
            self.wrong(name, f'{name} is a list of texts, as in ["one", "two"]')
            return ()
        return tuple(value)

    def count(self, name: str) -> int | None:
        """A whole number from 0 on."""
        value = self._taken(name)
        if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
            return value
        self.wrong(name, f"{name} is a whole number from 0 on")
        return None

    def number(self, name: str, *, what: str = "a number") -> float | None:
        """A number from 0 on."""
        value = self._taken(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.wrong(name, f"{name} is {what}")
            return None
        if not 0 <= value < math.inf:
            self.wrong(name, f"{name} is {what} from 0 on")
            return None
        return float(value)

    def switch(self, name: str) -> bool | None:
        """True or false."""
        value = self._taken(name)
        if value is None or isinstance(value, bool):
            return value
        self.wrong(name, f"{name} is true or false")
        return None

    def path(self, name: str) -> Path | None:
        """A path that counts from this file's folder, whether there is anything or not."""
        text = self.text(name)
        try:
            return self._sheet.path.parent / Path(text).expanduser() if text else None
        except RuntimeError:
            self.wrong(name, f"{name}: {text} cannot be read: there is no such home directory")
            return None

    def file(self, name: str) -> Path | None:
        """A file that can be read, by a path that counts from this file's folder."""
        path = self.path(name)
        try:
            if path is not None:
                with path.open("rb"):
                    return path
        except (OSError, ValueError) as fault:
            why = getattr(fault, "strerror", None) or "its name cannot be"
            shown = clean(str(self._values.get(name)), ADDRESS_LIMIT)
            self.wrong(name, f"{name}: {shown} cannot be read: {why}")
        return None

    def values(self, name: str) -> dict[str, object]:
        """The values of a table within this one, as they are; none where it is not given."""
        value = self._taken(name)
        if value is None or isinstance(value, dict):
            return value or {}
        self.wrong(name, f"{name} is a table")
        return {}

    def peek(self, name: str) -> object:
        """A value as it is, which still has to be taken."""
        return self._values.get(name)

    def table(self, name: str) -> Table:
        """A table within this one, without values where it is not given."""
        value = self._taken(name)
        return Table(self._sheet, self.at(name), {} if value is None else value, f"[{name}]")

    def tables(self, name: str) -> list[Table]:
        """The tables that are written as [[name]]."""
        value = self._taken(name)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            self.wrong(name, f"each {name} is written as [[{name}]]")
            return []
        shown = f"[[{name}]]"
        return [
            Table(self._sheet, (*self.at(name), at), one, shown) for at, one in enumerate(value)
        ]

    def refuse(self, name: str, words: str) -> None:
        """Take down that a value must not be there at all, where it is."""
        if self._taken(name) is not None:
            self.wrong(name, words)

    def end(self) -> None:
        """Take down what is left: nobody knows it."""
        for name in self._values:
            if name not in self._known:
                self.wrong(
                    name, f"{self._shown} has no {clean(name, 64)!r}{_perhaps(name, self._known)}"
                )

    def _taken(self, name: str) -> object:
        self._known.append(name)
        return self._values.get(name)


def read_sheet(path: Path, what: str) -> tuple[Table, Sheet]:
    """The table of all that a TOML file holds, which is `what`; raises Mistakes for any other."""
    text = text_of(path)
    try:
        values = tomllib.loads(text)
    except (ValueError, RecursionError) as fault:
        raise Mistakes(f"{shown_path(path)}{_of_parser(str(fault))}") from fault
    sheet = Sheet(path, lines_of(text))
    return Table(sheet, (), values, what), sheet


def text_of(path: Path) -> str:
    """The text of a file in UTF-8; raises Mistakes where it cannot be read."""
    shown = shown_path(path)
    try:
        with path.open("rb") as opened:
            data = opened.read(LARGEST_FILE + 1)
    except OSError as fault:
        raise Mistakes(f"{shown} cannot be read: {fault.strerror}") from fault
    if len(data) > LARGEST_FILE:
        raise Mistakes(f"{shown} is too large: a list of conferences takes no 16 megabytes")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        raise Mistakes(f"{shown}:{line}: not written in UTF-8") from fault


def _of_parser(said: str) -> str:
    """What the parser says, after the file's name and with the line where ours is."""
    line = _AT_LINE.search(said)
    words = clean(_AT_LINE.sub("", said), 256)
    return f":{line[1]}: {words}" if line else f": {words}"


def unknown_words(what: str, name: str, known: Iterable[str]) -> str:
    """That there is no such thing, and which one may have been meant."""
    return f"there is no {what} {clean(name, 64)!r}{_perhaps(name, known)}"


def _perhaps(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), 1)
    return f": {near[0]!r}, perhaps?" if near else ""


def _listed(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else words[0]
