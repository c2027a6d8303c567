"""What of a text a terminal would act on, or nobody could read."""

from __future__ import annotations

import unicodedata
from functools import cache

ZWJ = "\u200d"


@cache
def is_unclean(char: str) -> bool:
    """Whether a terminal may get this character from nobody but the program itself."""
    category = unicodedata.category(char)
    return category in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp") or (category == "Cf" and char != ZWJ)


def unclean(text: str) -> set[str]:
    """The unclean characters of `text`."""
    if text.isascii() and text.isprintable():
        return set()
    return {char for char in text if is_unclean(char)}
