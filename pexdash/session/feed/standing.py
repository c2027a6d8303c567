"""How a conference stands, as the records from which it can be rebuilt."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pexdash.api.rewritten import participant_as_sent, status_as_sent
from pexdash.model.events import ConferenceUpdated
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.told import Heard, Line, Listed, Me, Stated, Told

if TYPE_CHECKING:
    from pexdash.api.sse import SentEvent

_STAYING = {b"layout", b"stage", b"presentation_start"}
"""Events that no fetched list or status tells again, and that hold until the next one."""


class Standing:
    """Who we are, the status, the line, the people and what holds until the next event of its kind.

    Give `hear` each record of the feed, from the first on.
    """

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._alias = feed.conference.alias
        self._staying: dict[bytes, SentEvent] = {}

    def hear(self, told: Told) -> None:
        """Take a record that the feed has applied."""
        if isinstance(told, Heard):
            for sent in told.sent:
                if sent[0] in _STAYING:
                    self._staying[sent[0]] = sent

    def told(self, *, with_people: bool = True) -> Iterator[Told]:
        """The records of the conference as it is now."""
        feed = self._feed
        conference = feed.conference
        moved = conference.alias if conference.alias != self._alias else ""
        for earlier in sorted(conference.earlier_me):
            yield Me(earlier, feed.role, moved)
        yield Me(conference.me, feed.role, moved)
        yield Stated(ConferenceUpdated(conference.status), status_as_sent(conference.status))
        line = Line(feed.link.state, feed.link.fault)
        if not with_people:
            yield line
        elif feed.is_listing:
            yield from self._people()
            yield line
        else:
            # A list is awaited after a line that has become live.
            yield line
            yield from self._people()
        is_held = {
            b"layout": conference.layout is not None,
            b"stage": bool(conference.speakers),
            b"presentation_start": conference.presentation is not None,
        }
        yield Heard((), [sent for name, sent in self._staying.items() if is_held[name]])

    def _people(self) -> Iterator[Told]:
        conference = self._feed.conference
        if conference.synced_at is not None or conference.participants:
            people = list(conference.participants.values())
            yield Listed(people, [participant_as_sent(one) for one in people])
