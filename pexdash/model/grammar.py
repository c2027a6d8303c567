"""The words by which a list is narrowed: what they find, what is wrong with them, how they end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Generic, TypeVar

Thing = TypeVar("Thing")
Test = Callable[[Thing], bool]

_SCHEMES = frozenset({"sip", "sips", "h323", "tel", "rtmp", "rtmps", "http", "https", "pexip"})
"""What stands before a colon in addresses, which are looked for as text."""
_MOST_TOLD = 6


class Grammar(Generic[Thing]):
    """Words that narrow a list of things; all must match, and `!` before a word negates it.

    `text_of` returns the texts in which a plain word is looked for. `named` has the tests of each
    key by their value, so that `is:muted` is `named["is"]["muted"]`, and `free` the text of a
    thing, in lower case, that the value after each other key is the start of. The start of a value
    is enough, and none finds everything, so that a word acts while it is being typed. Upper and
    lower case are the same.
    """

    def __init__(
        self,
        text_of: Callable[[Thing], Iterable[str]],
        named: Mapping[str, Mapping[str, Test[Thing]]],
        free: Mapping[str, Callable[[Thing], str]],
    ) -> None:
        self._text_of = text_of
        self._named = named
        self._free = free
        self._keys = (*named, *free)

    def test_of(self, text: str) -> Test[Thing]:
        """The test for a filter; everything passes an empty one."""
        tests = [self._word(word) for word in text.casefold().split()]
        if len(tests) == 1:
            return tests[0]
        return lambda thing: all(test(thing) for test in tests)

    def _word(self, word: str) -> Test[Thing]:
        bare, negated = _without_marks(word)
        test = self._bare(bare)
        return (lambda thing: not test(thing)) if negated else test

    def _bare(self, word: str) -> Test[Thing]:
        key, value = _parted(word)
        if (tests := self._named.get(key)) is not None and ":" in word:
            chosen = [test for name, test in tests.items() if name.startswith(value)]
            return lambda thing: not value or any(test(thing) for test in chosen)
        if (read := self._free.get(key)) is not None and ":" in word:
            return lambda thing: read(thing).startswith(value)
        return lambda thing: any(word in text.casefold() for text in self._text_of(thing))

    def flaw_of(self, text: str) -> str:
        """What is wrong with the first word of a filter that is not known, as a sentence, or ""."""
        for word in text.casefold().split():
            if flaw := self._flaw(_without_marks(word)[0]):
                return flaw
        return ""

    def _flaw(self, word: str) -> str:
        key, value = _parted(word)
        if not value or key in _SCHEMES or key in self._free:
            return ""
        if key not in self._named:
            if not key.isalpha():
                return ""
            near = get_close_matches(key, self._keys, n=1)
            return _not_known(f"{key}:", [f"{one}:" for one in near or self._keys])
        names = self._named[key]
        if any(name.startswith(value) for name in names):
            return ""
        near = get_close_matches(value, names, n=1)
        return _not_known(word, [f"{key}:{name}" for name in near or names])

    def options(self, text: str, things: Iterable[Thing]) -> list[str]:
        """The whole filters that `text` can be ended to, by the end of its last word.

        The values of a free key are those of `things`.
        """
        if not text or text[-1].isspace():
            return []
        word = text.split()[-1]
        before = text[: len(text) - len(word)]
        marks = word[: len(word) - len(word.lstrip("!"))]
        bare = word[len(marks) :].casefold()
        return [f"{before}{marks}{end}" for end in self._ends(bare, things) if end != bare]

    def _ends(self, word: str, things: Iterable[Thing]) -> Iterator[str]:
        key, value = _parted(word)
        if ":" not in word:
            yield from (f"{one}:" for one in self._keys if word and one.startswith(word))
        elif key in self._named:
            yield from (f"{key}:{name}" for name in self._named[key] if name.startswith(value))
        elif (read := self._free.get(key)) is not None:
            # A blank would end the word.
            values = {one for thing in things if len((one := read(thing)).split()) == 1}
            yield from (f"{key}:{one}" for one in sorted(values) if one.startswith(value))


def _without_marks(word: str) -> tuple[str, bool]:
    """A word without the `!` before it, and whether an odd number of them turns it round."""
    bare = word.lstrip("!") or word[-1:]
    return bare, bool((len(word) - len(bare)) % 2)


def _parted(word: str) -> tuple[str, str]:
    key, _, value = word.partition(":")
    return key, value


def _not_known(word: str, instead: list[str]) -> str:
    others = ", ".join(instead[:_MOST_TOLD])
    if len(instead) == 1:
        return f"{word} is not known; did you mean {others}?"
    return f"{word} is not known; there are {others}" + (" …" if instead[_MOST_TOLD:] else "")
