"""The JSON body of a request, checked against the request table."""

from __future__ import annotations

import json

from pexdash.api.requests import Request
from pexdash.node.refusals import bad_request


def read_body(request: Request, body: bytes) -> dict[str, object]:
    """The fields of `body`, unknown ones included; Refusal 400 where the table says otherwise.

    A request without fields takes any body and reads none; null stands for "not given".
    """
    if not request.body:
        return {}
    values = _parse(body)
    for field in request.body:
        value = values.get(field.name)
        if value is None:
            values.pop(field.name, None)
            if field.required:
                raise bad_request(f"Missing field {field.name}")
        elif not isinstance(value, str):
            raise bad_request(f"Field {field.name} must be a string")
        elif field.choices and value not in field.choices:
            raise bad_request(f"Illegal value for {field.name}")
    return values


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
