"""Secrets: a string that no log, traceback or screen shows by accident, and masks for JSON."""

from __future__ import annotations

import json
import math
import re
from collections import deque
from collections.abc import Mapping
from contextlib import suppress

MASK = "***"
SHORTEST_HIDDEN = 4
"""Characters."""
_NO_SECRET = "none"  # the API's word for joining without a PIN
_NAMES = ("token", "pin", "digits", "credential", "password")
_WORDS = (*_NAMES, "redirect_url")
_KEY = re.compile(rf'(?:{"|".join(_WORDS)})\\*"')
"""How a key that names a secret ends in JSON, and in JSON within texts, however deep."""
_ESCAPED_KEY = re.compile(r'\\u[0-9a-f]{4}\w*\\*"(?:\s|\\+[nrt])*:')
"""A key that ends in an escaped character and plain ones, and so may name anything."""
_GIVEN = re.compile(rf"{_KEY.pattern}\s*:")
"""A key that names a secret, before its value."""
_recent: deque[str] = deque(maxlen=64)


class Secret:
    """A PIN or token; only `reveal()` gives the text."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text
        _remember(text)

    def reveal(self) -> str:
        """The text itself, for the one place that puts it on the wire."""
        _remember(self._text)
        return self._text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return "Secret(***)"


def _remember(text: str) -> None:
    """Count `text` as the last secret that was made or used."""
    if len(text) < SHORTEST_HIDDEN or text == _NO_SECRET:
        return
    with suppress(ValueError):
        _recent.remove(text)
    _recent.append(text)


def without_secrets(text: str) -> str:
    """Return `text` with *** in place of the last 64 secrets of four characters or more.

    Those are the ones that were made or used last.

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
    return _Masking().value(value)


def masked_fields(fields: Mapping[str, object] | None) -> dict[str, object]:
    """The fields of a request, masked as by `masked`; none for None."""
    return {key: MASK if _is_secret(key) else masked(one) for key, one in (fields or {}).items()}


def masked_json(text: str) -> str:
    """A JSON text with secrets masked as by `masked`; unchanged if it holds none.

    A text that seems to name a secret and is not JSON becomes *** as a whole.
    """
    return _Masking().json(text, otherwise=MASK)


class _Masking:
    """Masks one value, and notes whether there was anything to mask."""

    def __init__(self) -> None:
        self.has_hidden = False

    def value(self, value: object) -> object:
        if isinstance(value, dict):
            return {key: self._under(key, one) for key, one in value.items()}
        if isinstance(value, list):
            return [self.value(one) for one in value]
        if isinstance(value, str):
            if '"' not in value:
                return value
            # A text that is no JSON is what somebody wrote, unless it gives a secret away.
            is_given = _GIVEN.search(value.casefold()) is not None
            return self.json(value, otherwise=MASK if is_given else value)
        return None if isinstance(value, float) and not math.isfinite(value) else value

    def json(self, text: str, *, otherwise: str) -> str:
        """`text` with its secrets masked if it is JSON; `otherwise` where it is none."""
        if not _may_name_a_secret(text):
            return text
        within = _Masking()
        try:
            hidden = within.value(json.loads(text, object_pairs_hook=within._pairs))
            told = json.dumps(hidden) if within.has_hidden else text
        except (ValueError, RecursionError):
            told = otherwise
        self.has_hidden |= told != text
        return told

    def _pairs(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        # Of a key that stands there twice, the first value must not stay in the text either.
        return {key: self._under(key, value) for key, value in pairs}

    def _under(self, key: str, value: object) -> object:
        if _is_secret(key):
            self.has_hidden = True
            return MASK
        return self.value(value)


def _may_name_a_secret(text: str) -> bool:
    """Whether a key of this JSON may name a secret; quick, as nearly always none does."""
    folded = text.casefold()
    for word in _WORDS:
        if word in folded:
            if _KEY.search(folded) is not None:
                return True
            break
    # Nearly no text has a backslash, and a single character is found soonest.
    return "\\" in folded and _ESCAPED_KEY.search(folded) is not None


def _is_secret(key: str) -> bool:
    name = key.casefold()
    return name.endswith(_NAMES) or name == "redirect_url"
