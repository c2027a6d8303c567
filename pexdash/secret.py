"""Secrets: a string that no log, traceback or screen shows by accident, and masks for JSON."""

from __future__ import annotations

import json
import math
import re
from collections import deque

MASK = "***"
SHORTEST_HIDDEN = 4
"""Characters."""
_NO_SECRET = "none"  # the API's word for joining without a PIN
_NAMES = ("token", "pin", "digits", "credential", "password")
_ENDINGS = tuple(f"{name}{quote}" for name in (*_NAMES, "redirect_url") for quote in ('"', '\\"'))
"""How a key that names a secret ends in JSON, and in JSON within a text."""
_ESCAPED_KEY = re.compile(r'\\u[0-9a-f]{4}\w*\\?"\s*:')
"""A key that ends in an escaped character and plain ones, and so may name anything."""
_recent: deque[str] = deque(maxlen=64)


class Secret:
    """A PIN or token; only `reveal()` gives the text."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text
        if len(text) >= SHORTEST_HIDDEN and text != _NO_SECRET and text not in _recent:
            _recent.append(text)

    def reveal(self) -> str:
        """The text itself, for the one place that puts it on the wire."""
        return self._text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return "Secret(***)"


def without_secrets(text: str) -> str:
    """Return `text` with *** in place of the last 64 secrets of four characters or more.

    This is a file's last defence: callers must not pass secrets in the first place. A secret
    within a longer word stays, because a gap in a known word would show a short PIN.
    """
    for secret in tuple(_recent):
        if secret in text:
            text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", "***", text)
    return text


def masked(value: object) -> object:
    """A JSON value with *** in place of each value whose key names a secret, at any depth.

    These keys are `redirect_url` and all keys that end in `token`, `pin`, `digits`, `credential`
    or `password`. JSON within a text is masked too. A number that JSON cannot hold becomes None.
    """
    if isinstance(value, dict):
        return {key: MASK if _is_secret(key) else masked(one) for key, one in value.items()}
    if isinstance(value, list):
        return [masked(one) for one in value]
    if isinstance(value, str):
        return masked_json(value) if value.lstrip()[:1] in ("{", "[") else value
    return None if isinstance(value, float) and not math.isfinite(value) else value


def masked_json(text: str) -> str:
    """A JSON text with secrets masked as by `masked`; unchanged if it holds none.

    A text that seems to name a secret and is not JSON becomes *** as a whole.
    """
    if not _may_name_a_secret(text):
        return text
    is_hiding = False

    def hide(pairs: list[tuple[str, object]]) -> dict[str, object]:
        nonlocal is_hiding
        found: dict[str, object] = {}
        for key, value in pairs:
            found[key] = MASK if _is_secret(key) else masked(value)
            # Of a key that stands there twice, the first value must not stay in the text either.
            is_hiding |= found[key] != value or _is_secret(key)
        return found

    try:
        hidden = json.loads(text, object_pairs_hook=hide)
        return json.dumps(hidden) if is_hiding else text
    except (ValueError, RecursionError):
        return MASK


def _may_name_a_secret(text: str) -> bool:
    """Whether a key of this JSON may name a secret; quick, as nearly always none does."""
    lowered = text.lower()
    return any(ending in lowered for ending in _ENDINGS) or (
        "\\u" in lowered and _ESCAPED_KEY.search(lowered) is not None
    )


def _is_secret(key: str) -> bool:
    name = key.casefold()
    return name.endswith(_NAMES) or name == "redirect_url"
