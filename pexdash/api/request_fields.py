"""What a request carries: its fields, their kinds, and the check of a JSON value against them."""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple

ANY_NAME = "*"
"""The name of a field that stands for every key of an object, where a node takes any."""
DTMF = re.compile(r"[0-9A-D*#,]+")
"""DTMF digits; a comma is a pause."""


class Kind(Enum):
    """What JSON value a field holds; a `SECRET` is a text that is never shown."""

    TEXT = "a text"
    SECRET = "a secret text"
    NUMBER = "a number"
    WHOLE = "a whole number"
    FLAG = "true or false"
    OBJECT = "an object"
    TEXTS = "a list of texts"
    OBJECTS = "a list of objects"


_TEXTS = (Kind.TEXT, Kind.SECRET)
_NUMBERS = (Kind.NUMBER, Kind.WHOLE)


class Field(NamedTuple):
    """One field of a request.

    `choices` is the closed list of a text where there is one, `low` and `high` are the limits of a
    number, `fields` are those of an object or of each object of a list. With `clears`, a required
    text may be "", which takes away what was set; with `null` too, null says that.
    """

    name: str
    kind: Kind = Kind.TEXT
    required: bool = True
    choices: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()
    low: float = 0
    high: float = 999_999_999
    clears: bool = False
    null: bool = False

    def inner(self, name: str) -> Field | None:
        """The field called `name` of an object of this kind; None where there is none."""
        found = {one.name: one for one in self.fields}
        return found.get(name) or found.get(ANY_NAME)


def optional(name: str, kind: Kind = Kind.TEXT, *choices: str) -> Field:
    """A field that may be left out."""
    return Field(name, kind, required=False, choices=choices)


def number(name: str, low: float = 0, high: float = 999_999_999, *, required: bool = True) -> Field:
    """A field that holds a number between `low` and `high`."""
    return Field(name, Kind.NUMBER, required, low=low, high=high)


def whole(name: str, low: float = 0, high: float = 999_999, *, required: bool = True) -> Field:
    """A field that holds a whole number between `low` and `high`."""
    return Field(name, Kind.WHOLE, required, low=low, high=high)


def flag(name: str, *, required: bool = True) -> Field:
    """A field that is true or false."""
    return Field(name, Kind.FLAG, required)


def optional_flags(*names: str) -> tuple[Field, ...]:
    """Fields that are true or false and may be left out."""
    return tuple(flag(name, required=False) for name in names)


def nested(name: str, *fields: Field, required: bool = True, kind: Kind = Kind.OBJECT) -> Field:
    """A field that holds an object of these fields, or a list of such objects."""
    return Field(name, kind, required, fields=fields)


def flaw_of(field: Field, value: object, place: str = "") -> str:
    """What is wrong with a JSON value for `field`, as a sentence, or "" where nothing is.

    `place` names the value in the sentence, by default as the field. Unknown keys are no flaw.
    """
    place = place or field.name
    kind = field.kind
    if value is None and field.null:
        return ""
    if kind in _TEXTS:
        return _flaw_of_text(field, value, place)
    if kind in _NUMBERS:
        return _flaw_of_number(field, value, place)
    if kind is Kind.FLAG:
        return "" if isinstance(value, bool) else f"{place} is {kind.value}"
    if kind is Kind.OBJECT:
        return _flaw_of_object(field, value, place)
    if not isinstance(value, list):
        return f"{place} is {kind.value}"
    if kind is Kind.TEXTS:
        fits = all(isinstance(one, str) for one in value)
        return "" if fits else f"{place} is {kind.value}"
    flaws = (_flaw_of_object(field, one, f"{place}[{at}]") for at, one in enumerate(value))
    return next(filter(None, flaws), "")


def _flaw_of_text(field: Field, value: object, place: str) -> str:
    if not isinstance(value, str):
        return f"{place} is {field.kind.value}"
    if field.choices and value not in field.choices:
        return f"{place} is one of {', '.join(field.choices)}"
    return ""


def _flaw_of_number(field: Field, value: object, place: str) -> str:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or (field.kind is Kind.WHOLE and not isinstance(value, int)):
        return f"{place} is {field.kind.value}"
    if not field.low <= value <= field.high:  # type: ignore[operator]
        return f"{place} is {field.kind.value} from {field.low:g} to {field.high:.9g}"
    return ""


def _flaw_of_object(field: Field, value: object, place: str) -> str:
    if not isinstance(value, dict):
        return f"{place} is {Kind.OBJECT.value}"
    for one in field.fields:
        if one.required and one.name != ANY_NAME and value.get(one.name) is None:
            return f"{place} needs {one.name}"
    for name, inner in value.items():
        known = field.inner(name)
        if known is not None and (flaw := flaw_of(known, inner, f"{place}.{name}")):
            return flaw
    return ""
