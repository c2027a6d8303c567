"""Tells of each request of ours once it has ended, for a recording."""

from __future__ import annotations

from collections.abc import Callable

from pexdash.session.feed.feed import Feed
from pexdash.session.feed.told import Acted
from pexdash.session.moderation.journal import Entry, Outcome

_OUTCOMES = {
    Outcome.SHOWN: "done",
    Outcome.QUIET: "unknown",
    Outcome.REFUSED: "refused",
    Outcome.UNKNOWN: "unknown",
}


class ActionsTold:
    """Calls `tell` with an action for each entry of the journal whose outcome is final."""

    def __init__(self, feed: Feed, tell: Callable[[Acted], None]) -> None:
        self._feed = feed
        self._tell = tell
        self._took: dict[int, float] = {}
        """Seconds until the answer, by the identity of the entry, which the journal holds."""

    def hear(self, entry: Entry) -> None:
        """Take an entry whose outcome has changed."""
        since = round(max(0.0, self._feed.clock.wall() - entry.time), 3)
        if entry.outcome is Outcome.ACCEPTED:
            self._took[id(entry)] = since
        if entry.outcome.is_open:
            return
        took = self._took.pop(id(entry), None)
        is_answered = entry.outcome in (Outcome.SHOWN, Outcome.REFUSED)
        is_shown = entry.outcome is Outcome.SHOWN and took is not None
        people = self._feed.conference.participants
        one, me = people.get(entry.uuid), people.get(self._feed.conference.me)
        self._tell(
            Acted(
                entry.time,
                entry.title,
                entry.request,
                _OUTCOMES[entry.outcome],
                entry.reason or (entry.outcome.value if entry.outcome is Outcome.QUIET else ""),
                entry.uuid,
                entry.name if entry.uuid else "",
                one.uri if one else "",
                entry.fields or {},
                took=since if took is None and is_answered else took,
                seen=since if is_shown else None,
                as_name=me.name if me else "",
            )
        )
