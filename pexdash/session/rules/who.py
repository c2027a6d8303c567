"""The words by which a rule says whom it is for: those of the filter, but exact."""

from __future__ import annotations

import difflib
from collections.abc import Callable

from pexdash.model.filter import STATES as FILTER_STATES
from pexdash.model.filter import people_grammar
from pexdash.model.participant import Participant, domain_of, without_scheme
from pexdash.session.rules.rule import Who
from pexdash.text import clean

Test = Callable[[Participant], bool]

STATES = tuple(state for state in FILTER_STATES if state != "speaking")
"""What can stand after `is:`; who speaks changes too often for a rule."""
ROLES = ("host", "guest", "unknown")
_PROVEN = "is:verified"
_FREE: dict[str, Callable[[Participant], str]] = {
    "domain": lambda one: domain_of(one.uri),
    "address": lambda one: without_scheme(one.uri).casefold(),
    "protocol": lambda one: one.protocol.casefold(),
}
"""What each key reads of a participant; the values may be several, with commas between them."""
KEYS = ("is", "role", *_FREE)


class NotKnown(ValueError):
    """A word that says nothing about people; the message is what to tell of it."""


def who_of(text: str, *, needs_keys: bool = False) -> Who:
    """Whom these words name: all of them must fit, and `!` turns a word round.

    A plain word is looked for in name, overlay text and address, unless the rule `needs_keys`.
    Raises NotKnown.
    """
    tests, is_proven = [], False
    for word in text.casefold().split():
        bare, is_turned = word.lstrip("!"), (len(word) - len(word.lstrip("!"))) % 2 == 1
        test = _test_of(bare, needs_keys=needs_keys)
        is_proven |= not is_turned and (bare == _PROVEN or bare.startswith("address:"))
        tests.append(_turned(test) if is_turned else test)
    if not tests:
        raise NotKnown("who names nobody: leave it out, or write words as is:verified")
    return Who(text, lambda one: all(test(one) for test in tests), is_proven)


def _turned(test: Test) -> Test:
    return lambda one: not test(one)


def _test_of(word: str, *, needs_keys: bool) -> Test:
    key, colon, value = word.partition(":")
    if not colon:
        if needs_keys:
            shown = clean(word, 64)
            raise NotKnown(
                f"{shown!r} would be looked for in names, which everybody chooses for themselves:"
                " to admit, write domain:, address:, protocol:, role: or is:"
            )
        if not word:
            raise NotKnown("a ! stands alone: write a word behind it, as in !is:verified")
        return people_grammar().test_of(word)
    if key in _FREE:
        values = frozenset(value.split(","))
        if "" in values:
            raise NotKnown(f"{key}: names nothing")
        read = _FREE[key]
        return lambda one: read(one) in values
    known = {"is": STATES, "role": ROLES}.get(key)
    if known is None:
        raise NotKnown(_instead(f"{key}:", [f"{one}:" for one in KEYS]))
    if value not in known:
        raise NotKnown(_instead(word, [f"{key}:{one}" for one in known]))
    return people_grammar().test_of(word)


def _instead(word: str, known: list[str]) -> str:
    near = difflib.get_close_matches(word, known, 1)
    shown = clean(word, 64)
    if near:
        return f"{shown!r} is not known; did you mean {near[0]}?"
    return f"{shown!r} is not known; there are {', '.join(known)}"
