"""Reads the fields of a request from FIELD=VALUE words, typed as the request table has them.

`a.b=1` is field b of the object a; `a=x a=y` is a list of two texts; `a=@FILE` is a whole object or
list from a file of JSON. A secret comes from a file or from standard input.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pexdash.api.request_fields import ANY_NAME, DTMF, Field, Kind, flaw_of
from pexdash.api.requests import BREAKOUTS_MESSAGE, DIRECT_MESSAGE, MESSAGE, Request
from pexdash.cli.given_secrets import pin_of, read_secret, token_of
from pexdash.errors import UsageFault
from pexdash.files import shown_path
from pexdash.text import clean

_LARGEST_JSON = 1024 * 1024
_MESSAGES = (MESSAGE, DIRECT_MESSAGE, BREAKOUTS_MESSAGE)
_FROM_FILES = (Kind.OBJECT, Kind.TEXTS, Kind.OBJECTS)
_FLAGS = {"true": True, "false": False}


def told_fields(request: Request) -> str:
    """The fields of `request` as a user writes them, the optional ones in brackets."""
    return " ".join(told for one in request.fields for told in _told(one))


def _told(one: Field, place: str = "", *, needed: bool = True) -> Iterator[str]:
    name = f"{place}{'NAME' if one.name == ANY_NAME else one.name}"
    needed = needed and one.required
    if one.kind is Kind.OBJECT and one.fields:
        for inner in one.fields:
            yield from _told(inner, f"{name}.", needed=needed)
        return
    value = {
        Kind.SECRET: "@FILE|-",
        Kind.FLAG: "true|false",
        Kind.TEXTS: "...",
        Kind.OBJECT: "@FILE",
        Kind.OBJECTS: "@FILE",
    }.get(one.kind, "|".join(one.choices))
    yield f"{name}={value}" if needed else f"[{name}={value}]"


def read_fields(request: Request, words: Sequence[str]) -> dict[str, Any]:
    """The fields in `words`, in the order of the table.

    Raises UsageFault for a word that is none, and for a wrong or missing field.
    """
    told = told_fields(request)
    there_are = f"{request.name} has " + (f"these fields: {told}" if told else "no fields")
    given: dict[str, Any] = {}
    whole: list[str] = []
    for word in words:
        place, equals, text = word.partition("=")
        if not equals:
            raise UsageFault(f"{clean(word)!r} is no FIELD=VALUE. {there_are}")
        if any(f"{place}.".startswith(f"{one}.") for one in whole):
            raise UsageFault(f"{clean(place)} is given twice")
        if not text or text.startswith("@"):
            whole.append(place)
        try:
            _put(given, request.fields, place, text)
        except KeyError:
            raise UsageFault(f"there is no field {clean(place)!r}. {there_are}") from None
    missing = [one for one in request.fields if one.required and _is_missing(one, given)]
    if missing:
        needed = " ".join(told for one in missing for told in _told(one))
        raise UsageFault(f"{request.name} needs {needed}")
    for one in request.fields:
        if one.name in given and (flaw := flaw_of(one, given[one.name])):
            raise UsageFault(flaw)
    if request in _MESSAGES:
        given.setdefault("type", "text/plain")
    return _in_order(request.fields, given)


def _is_missing(one: Field, given: dict[str, Any]) -> bool:
    return one.name not in given or (given[one.name] == "" and not one.clears)


def _in_order(fields: tuple[Field, ...], given: dict[str, Any]) -> dict[str, Any]:
    """What is given, in the order of the table; a secret that is empty is left out."""
    ordered: dict[str, Any] = {}
    for one in fields:
        value = given.get(one.name)
        if one.kind is Kind.OBJECT and value:
            ordered[one.name] = _in_order(one.fields, value)
        elif one.name in given and (value or one.kind is not Kind.SECRET):
            ordered[one.name] = value
    known = {one.name for one in fields}
    return ordered | {name: value for name, value in given.items() if name not in known}


def _put(level: dict[str, Any], fields: tuple[Field, ...], place: str, text: str) -> None:
    """Set the field at `place`, as in "a.b"; raises KeyError where the table has none there."""
    one, rest = Field("", Kind.OBJECT, fields=fields), place.split(".")
    for at, name in enumerate(rest):
        found = one.inner(name) if one.kind is Kind.OBJECT and name != ANY_NAME else None
        if found is None or not name:
            raise KeyError(place)
        one = found
        if at < len(rest) - 1:
            level = level.setdefault(name, {})
            if not isinstance(level, dict):
                raise UsageFault(f"{'.'.join(rest[: at + 1])} is given twice")
    name = rest[-1]
    is_one_of_a_list = one.kind is Kind.TEXTS and text and not text.startswith("@")
    if is_one_of_a_list and isinstance(level.get(name, []), list):
        level.setdefault(name, []).append(text)
    elif name in level:
        raise UsageFault(f"{clean(place)} is given twice")
    else:
        level[name] = _typed(one, text, clean(place))


def _typed(one: Field, text: str, place: str) -> Any:
    """The JSON value that `text` stands for; raises UsageFault where it is none for the field."""
    if one.kind is Kind.SECRET:
        return _secret(one, text, place)
    if one.kind in _FROM_FILES:
        return _whole(one, text, place)
    value: Any = text
    if one.kind is Kind.FLAG:
        value = _FLAGS.get(text)
    elif one.kind in (Kind.NUMBER, Kind.WHOLE):
        value = _number(text)
    elif one.null and not text:
        value = None
    if flaw := flaw_of(one, value, place):
        raise UsageFault(f"{flaw}, not {clean(text)!r}")
    if one.name == "digits" and not DTMF.fullmatch(text):
        raise UsageFault("digits are 0 to 9, A to D, * and #; a comma is a pause")
    if one.name == "id" and not (text.isascii() and text.isprintable() and len(text) <= 256):
        raise UsageFault("id is that of a presentation_frame event")
    return value


def _number(text: str) -> int | float | None:
    """The number as JSON writes it; None where the text is none."""
    if not re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]{1,12})?", text):
        return None
    return float(text) if "." in text else int(text)


def _whole(one: Field, text: str, place: str) -> Any:
    """A whole object or list, from a file of JSON, or empty."""
    empty: Any = {} if one.kind is Kind.OBJECT else []
    if not text:
        return empty
    if not text.startswith("@"):
        how = f"{place}.NAME=VALUE or {place}=@FILE" if one.fields else f"{place}=@FILE"
        raise UsageFault(f"{place} is {one.kind.value}: {how}")
    value = _json_in(text[1:], place)
    if flaw := flaw_of(one, value, place):
        raise UsageFault(flaw)
    return value


def _json_in(path: str, place: str) -> Any:
    import json

    def no_json(constant: str) -> object:
        raise ValueError(f"{constant} is no JSON")

    shown = shown_path(Path(path))
    try:
        with Path(path).open(encoding="utf-8") as file:
            text = file.read(_LARGEST_JSON + 1)
    except (OSError, ValueError) as fault:
        raise UsageFault(f"{place}: the file {shown} cannot be read") from fault
    if len(text) > _LARGEST_JSON:
        raise UsageFault(f"{place}: the file {shown} is too large")
    try:
        return json.loads(text, parse_constant=no_json)
    except (ValueError, RecursionError) as fault:
        raise UsageFault(f"{place}: the file {shown} is no JSON") from fault


def _secret(one: Field, value: str, place: str) -> str:
    """Read a secret from standard input ("-") or from a file ("@FILE"); raises UsageFault."""
    word = "PIN" if one.name == "pin" else "token"
    if value != "-" and not value.startswith("@"):
        raise UsageFault(
            f"a {word} is never an argument: {place}=@FILE, or {place}=- for standard input"
        )
    # A file called "-" is no standard input.
    text = read_secret(Path("-") if value == "-" else Path(value[1:]).absolute(), word)
    secret = pin_of(text) if one.name == "pin" else token_of(text)
    return secret.reveal() if secret else ""
