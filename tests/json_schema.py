"""Checks a JSON value against a schema: the few words of JSON Schema that our schemas use."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

_TYPES: Mapping[str, type] = {"object": dict, "array": list, "string": str}
_FORMATS = {
    "date-time": re.compile(
        r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
        r"T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]\d\d:\d\d)"
    ),
    "uri": re.compile(r"[a-z][a-z0-9+.-]*:\S+"),
}
_KNOWN = {"about", "type", "items", "required", "properties", "additionalProperties", "format"}


def complaints(value: object, schema: Mapping[str, Any], at: str = "") -> Iterator[str]:
    """What is wrong with a value, each with its place; a name the schema lacks is wrong, too."""
    assert schema.keys() <= _KNOWN, f"this checks nothing for {schema.keys() - _KNOWN}"
    if not isinstance(value, _TYPES[schema["type"]]):
        yield f"{at or '/'} is no {schema['type']}"
        return
    if isinstance(value, str):
        if "format" in schema and not _FORMATS[schema["format"]].fullmatch(value):
            yield f"{at} is no {schema['format']}: {value}"
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from complaints(one, schema["items"], f"{at}/{number}")
    elif isinstance(value, dict):
        known = schema.get("properties", {})
        yield from (
            f"{at} lacks {name}" for name in schema.get("required", ()) if name not in value
        )
        for name, one in value.items():
            inner = known.get(name, schema.get("additionalProperties"))
            if inner is None:
                yield f"{at} must not have {name}"
            else:
                yield from complaints(one, inner, f"{at}/{name}")
