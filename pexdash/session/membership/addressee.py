"""Finds the participant that a command is for, by the words a user gave."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pexdash.errors import UsageFault
from pexdash.model.participant import Participant
from pexdash.text import clean

_MOST_CANDIDATES = 40

_Test = Callable[[Participant, str], bool]

# From the strictest to the loosest: the first test that a participant passes decides.
_TESTS: tuple[_Test, ...] = (
    lambda one, words: one.uuid == words,
    lambda one, words: one.display_name.casefold() == words,
    lambda one, words: words in (one.overlay_text.casefold(), *_addresses(one)),
    lambda one, words: any(
        words in text.casefold() for text in (one.display_name, one.overlay_text, one.uri)
    ),
)


def find_participant(people: Sequence[Participant], words: str) -> Participant:
    """The participant with this uuid, display name, overlay text or URI, or with a part of it.

    Raises UsageFault, with the candidates, where no participant fits or more than one does.
    """
    said = words.strip().casefold()
    for test in _TESTS:
        found = [one for one in people if test(one, said)]
        if len(found) == 1:
            return found[0]
        if found:
            raise UsageFault(f"{clean(words)!r} may be any of these:\n{_listed(found)}")
    if not people:
        raise UsageFault(f"nobody is called {clean(words)!r}: nobody else is in the conference")
    raise UsageFault(f"nobody is called {clean(words)!r}. There are:\n{_listed(people)}")


def _addresses(one: Participant) -> tuple[str, str]:
    """The URI with and without its scheme."""
    uri = one.uri.casefold()
    return uri, uri.partition(":")[2] or uri


def _listed(people: Sequence[Participant]) -> str:
    lines = [f"  {one.uuid}  {one.name}  {one.uri}".rstrip() for one in people[:_MOST_CANDIDATES]]
    if len(people) > _MOST_CANDIDATES:
        lines.append(f"  and {len(people) - _MOST_CANDIDATES} more")
    return "\n".join(lines)
