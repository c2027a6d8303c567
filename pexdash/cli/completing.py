"""What `ctl` completes: requests, their fields, and the values of a field that has few."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from click.shell_completion import CompletionItem

from pexdash.api.request_fields import ANY_NAME, Field, Kind
from pexdash.api.requests import EVENTS, REQUESTS, Request, Scope
from pexdash.session.membership.asked import OURSELVES
from pexdash.session.membership.recent_conferences import RecentConferences

_PLAIN = re.compile(r"[A-Za-z0-9_.@+-]+")
_OF_ALL = (Scope.NODE, Scope.CONFERENCE)
_IN_FILES = (Kind.SECRET, Kind.OBJECT, Kind.OBJECTS)


def recent_aliases(file: Path, incomplete: str) -> list[CompletionItem]:
    """The conferences joined last that begin so, but for aliases on which a shell would act."""
    aliases = dict.fromkeys(one.alias for one in RecentConferences(file).read())
    return [
        CompletionItem(one)
        for one in aliases
        if one.startswith(incomplete) and _PLAIN.fullmatch(one)
    ]


def request_names(incomplete: str) -> list[CompletionItem]:
    """The requests that begin so, in the order of the table."""
    scopes: dict[str, list[str]] = {}
    for request in REQUESTS:
        if request is not EVENTS and request.name.startswith(incomplete):
            scopes.setdefault(request.name, []).append(request.scope.value)
    return [CompletionItem(name, help=", ".join(of)) for name, of in scopes.items()]


def request_words(name: str, given: Sequence[str], incomplete: str) -> list[CompletionItem]:
    """How a word may go on after the request `name` and the words that are `given` already."""
    place, equals, begun = incomplete.partition("=")
    rows = _rows(name, given)
    if equals:
        values = dict.fromkeys(value for row in rows for value in _values(row, place))
        return [CompletionItem(f"{place}={one}") for one in values if one.startswith(begun)]
    used = {word.partition("=")[0] for word in given}
    words: dict[str, None] = {}
    if not given and any(row.scope in (Scope.PARTICIPANT, Scope.CALL) for row in rows):
        words[OURSELVES] = None
    for row in rows:
        for place, field in _places(row.fields):
            if place not in used or field.kind is Kind.TEXTS:
                words[f"{place}=@" if field.kind in _IN_FILES else f"{place}="] = None
    return [CompletionItem(word) for word in words if word.startswith(incomplete)]


def _rows(name: str, given: Sequence[str]) -> list[Request]:
    """The requests of this name which the given words leave possible."""
    rows = [request for request in REQUESTS if request.name == name]
    if not given:
        return rows
    has_target = "=" not in given[0]
    return [row for row in rows if (row.scope not in _OF_ALL) == has_target]


def _places(fields: Sequence[Field], before: str = "") -> Iterator[tuple[str, Field]]:
    """Every field as it is written, such as `transforms.layout`."""
    for field in fields:
        if field.name == ANY_NAME:
            continue
        if field.kind is Kind.OBJECT and field.fields:
            yield from _places(field.fields, f"{before}{field.name}.")
        else:
            yield f"{before}{field.name}", field


def _values(request: Request, place: str) -> tuple[str, ...]:
    """The values of the field at `place`, where it takes a few words alone."""
    field = dict(_places(request.fields)).get(place)
    if field is None:
        return ()
    return ("true", "false") if field.kind is Kind.FLAG else field.choices
