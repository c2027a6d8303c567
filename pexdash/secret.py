"""A string that no log, traceback or screen shows by accident."""

from __future__ import annotations

import json
import re
from collections import deque

MASK = "***"
SHORTEST_HIDDEN = 4
_NO_SECRET = "none"  # the API's word for joining without a PIN
_NAMES = ("token", "pin", "digits", "credential", "password")
_NAMED = re.compile(rf'(?:{"|".join(_NAMES)}|redirect_url|\\u[0-9a-f]{{4}}\w*)"\s*:', re.IGNORECASE)
"""What a JSON text has somewhere if any of its keys names a secret."""
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
    """Return `text` with *** for the last 64 secrets of four characters or more.

    The last defence of a file: whoever writes to one does not write secrets in the first place.
    A secret within a longer word is left, for a gap in a known word would tell a short PIN.
    """
    for secret in tuple(_recent):
        if secret in text:
            text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", "***", text)
    return text


def masked(value: object) -> object:
    """A JSON value with *** for whatever its key calls a secret, at any depth.

    Those keys are `token`, `pin`, `digits`, `credential` and `password`, what ends in one of
    them, and `redirect_url`.
    """
    if isinstance(value, dict):
        return {key: MASK if _is_secret(key) else masked(one) for key, one in value.items()}
    if isinstance(value, list):
        return [masked(one) for one in value]
    return value


def masked_json(text: str) -> str:
    """JSON as `masked` would have it, and as it came where there is nothing to hide.

    What names a secret and is no JSON is *** as a whole.
    """
    if not _NAMED.search(text):
        return text
    try:
        value = json.loads(text)
        hidden = masked(value)
        return text if hidden == value else json.dumps(hidden)
    except (ValueError, RecursionError):
        return MASK


def _is_secret(key: str) -> bool:
    name = key.casefold()
    return name.endswith(_NAMES) or name == "redirect_url"
