"""Every field of a participant as the node sent it, as clean text."""

from __future__ import annotations

import json

from pexdash.api.coerce import decode_text
from pexdash.errors import BadAnswer
from pexdash.text import ADDRESS_LIMIT, clean

MOST_FIELDS = 200


def node_fields(source: bytes) -> list[tuple[str, str]]:
    """Names and values of a JSON object, clean and sorted by name; none for anything else."""
    try:
        fields = decode_text(source)
    except BadAnswer:
        return []
    if not isinstance(fields, dict):
        return []
    return [
        (clean(str(name)), clean(_written(value), ADDRESS_LIMIT))
        for name, value in sorted(fields.items())[:MOST_FIELDS]
    ]


def _written(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
