"""A string that no log, traceback or screen shows by accident."""

from __future__ import annotations

import re
from collections import deque

SHORTEST_HIDDEN = 4
_NO_SECRET = "none"  # the API's word for joining without a PIN
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
