"""How many people there are, apart by what they count as."""

from __future__ import annotations

from collections.abc import Iterable

from pexdash.model.participant import Participant


def counts_of(participants: Iterable[Participant]) -> tuple[int, int, int]:
    """People in the conference, API participants in it, and people waiting."""
    people = api = waiting = 0
    for one in participants:
        if not one.is_in:
            waiting += one.is_waiting
        elif one.is_api:
            api += 1
        else:
            people += 1
    return people, api, waiting
