"""Secrets: a string that no log, traceback or screen shows by accident, and masks for JSON."""

from __future__ import annotations

import json
import re
from collections import deque

MASK = "***"
SHORTEST_HIDDEN = 4
"""Characters."""
_NO_SECRET = "none"  # the API's word for joining without a PIN
_NAMES = ("token", "pin", "digits", "credential", "password")
_NAMED = re.compile(rf'(?:{"|".join(_NAMES)}|redirect_url|\\u[0-9a-f]{{4}}\w*)"\s*:', re.IGNORECASE)
"""Matches any JSON text with a key that names a secret; may match other texts too."""
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
    or `password`.
    """
    if isinstance(value, dict):
        return {key: MASK if _is_secret(key) else masked(one) for key, one in value.items()}
    if isinstance(value, list):
        return [masked(one) for one in value]
    return value


def masked_json(text: str) -> str:
    """A JSON text with secrets masked as by `masked`; unchanged if it holds none.

    A text that seems to name a secret and is not JSON becomes *** as a whole.
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
