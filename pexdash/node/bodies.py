"""The JSON body of a request, checked against the request table."""

from __future__ import annotations

import json
import re

from pexdash.api.request_fields import Field, Kind, flaw_of
from pexdash.api.requests import DIAL, TRANSFER, Request, Result
from pexdash.node.refusals import bad_request

# Pexip's later clients send these roles in these two requests, and "chair" in `role`.
_TODAYS_ROLES = {"HOST": "chair", "host": "chair", "GUEST": "guest"}
# They also send a JSON boolean for these choices.
_YES_OR_NO = ("true", "false")
# A number may be given as a text of its digits.
_DIGITS = re.compile("[0-9]{1,20}")
_WITH_TODAYS_ROLES = frozenset((DIAL.name, TRANSFER.name))


def read_body(request: Request, body: bytes) -> dict[str, object]:
    """The fields of `body`, unknown ones too; Refusal 400 where they break the request table.

    A request without fields, or whose answer does not matter, takes any body and reads none;
    null stands for "not given", but for a field that it clears.
    """
    if not request.body or request.result is Result.NONE:
        return {}
    values = _parse(body)
    role = values.get("role")
    if request.name in _WITH_TODAYS_ROLES and isinstance(role, str):
        values["role"] = _TODAYS_ROLES.get(role, role)
    for field in request.body:
        value = values.get(field.name)
        if isinstance(value, bool) and field.choices == _YES_OR_NO:
            value = values[field.name] = str(value).lower()
        if field.kind is Kind.NUMBER and isinstance(value, str) and _DIGITS.fullmatch(value):
            value = values[field.name] = int(value)
        if value is None:
            clears = field.null and field.name in values
            values.pop(field.name, None)
            if field.required and not clears:
                raise bad_request(f"Missing field {field.name}")
        else:
            _check(field, value)
    return values


def _check(field: Field, value: object) -> None:
    if field.kind in (Kind.TEXT, Kind.SECRET) and not isinstance(value, str):
        raise bad_request(f"Field {field.name} must be a string")
    if flaw_of(field, value):
        raise bad_request(f"Illegal value for {field.name}")


def _parse(body: bytes) -> dict[str, object]:
    if not body.strip():
        return {}
    try:
        values = json.loads(body)
    except (ValueError, RecursionError):
        raise bad_request("Invalid JSON") from None
    if not isinstance(values, dict):
        raise bad_request("Not a JSON object")
    return values
