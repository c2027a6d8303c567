"""Writes one plain line for each change of a conference."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from pexdash.model.changes import Changes
from pexdash.model.conference import BreakoutRoom, Conference
from pexdash.model.events import LayoutChanged
from pexdash.model.facts import news_of
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.link import LinkState
from pexdash.session.feed.notices import Notice

_STATUS_TOLD = {"locked", "guests_muted", "started"}
_NOTICED = {"breakoutbuzz"}
"""The properties of a breakout room of which a notice tells."""


def lines_of(changes: Changes, conference: Conference) -> Iterator[str]:
    """The lines for `changes`, without the time."""
    if changes.synced:
        people, api, waiting = conference.counts()
        yield f"{people} in, {api} api, {waiting} waiting"
    if changes.conference & _STATUS_TOLD:
        status = conference.status
        locked = "locked" if status.locked else "unlocked"
        muted = "muted" if status.guests_muted else "not muted"
        started = ", not started" if status.started is False else ""
        yield f"{_name(conference)} is {locked}, Guests {muted}{started}"
    yield from (f"{one.name} left" for one in changes.left)
    for uuid in changes.arrived:
        if (one := conference.participants.get(uuid)) is not None:
            yield f"{one.name} joined ({one.presence.value})"
    if not changes.synced:
        yield from _differences(changes, conference)
    if changes.stage:
        yield f"speaking: {_speaking(conference)}"
    if changes.layout and conference.layout is not None:
        yield f"layout {conference.layout.view}{_asked_for(conference.layout)}"
    if changes.presentation:
        shown = conference.presentation
        yield f"{shown.name or shown.uri} presents" if shown else "nobody presents"
    for message in changes.messages:
        kind = "direct chat" if message.direct else "chat"
        yield f"{kind} {message.name}: {' '.join(message.text.split())}"
    for uuid, of_room in changes.rooms.items():
        room = conference.rooms.get(uuid)
        if room is None:
            yield f"breakout room {uuid[:8]} is over"
        else:
            if "breakoutbuzz" in of_room.conference and room.asks_for_help:
                yield f"{room.name} asks for help"
            yield from (f"in {room.name}: {line}" for line in lines_of(of_room, room))


def _asked_for(layout: LayoutChanged) -> str:
    """What is asked for, where that is not what is in force."""
    if layout.requested is None:
        return ""
    asked = dict.fromkeys((layout.requested.for_hosts, layout.requested.for_guests))
    words = " and ".join(one for one in asked if one and one != layout.view)
    return f", asked for {words}" if words else ""


def _name(conference: Conference) -> str:
    return conference.name if isinstance(conference, BreakoutRoom) else conference.alias


def _speaking(conference: Conference) -> str:
    names = [
        one.name
        for speaker in conference.speakers
        if speaker.vad > 0 and (one := conference.participants.get(speaker.uuid))
    ]
    return ", ".join(names) or "nobody"


def _differences(changes: Changes, conference: Conference) -> Iterator[str]:
    for uuid, before in changes.before.items():
        after = conference.participants.get(uuid)
        if before is not None and after is not None:
            yield from (f"{after.name} {news}" for news in news_of(before, after))


class PlainLines:
    """Writes a line with the local time for each change of `feed`, as soon as it happens.

    A stage or layout event gives a line only when the speakers or the layout's name change, not
    when a voice gets louder or a participant moves within the layout. What a notice tells is
    written once.
    """

    def __init__(self, feed: Feed, write: Callable[[str], None]) -> None:
        self._feed = feed
        self._write = write
        self._said: dict[tuple[str, str], str] = {}
        self._link: tuple[LinkState, bool] | None = None
        self._watch = feed.watch(self._changed, self._notice, one_by_one=True)

    def _changed(self) -> None:
        link = self._feed.link
        if (link.state, link.is_held_back) != self._link:
            self._link = (link.state, link.is_held_back)
            self._line(link.words)
        changes, conference = self._watch.take_changes(), self._feed.conference
        self._thin_out(changes, conference)
        for line in lines_of(changes, conference):
            self._line(line)

    def _thin_out(self, changes: Changes, conference: Conference) -> None:
        """Take out of `changes` what was written already, of the breakout rooms too."""
        place, view = conference.alias, conference.layout.view if conference.layout else ""
        changes.stage = changes.stage and self._is_new(place, "stage", _speaking(conference))
        changes.layout = changes.layout and self._is_new(place, "layout", view)
        for uuid, of_room in changes.rooms.items():
            of_room.conference -= _NOTICED
            if (room := conference.rooms.get(uuid)) is not None:
                self._thin_out(of_room, room)
            else:
                self._said = {of: words for of, words in self._said.items() if of[0] != uuid}

    def _is_new(self, place: str, subject: str, words: str) -> bool:
        before, self._said[place, subject] = self._said.get((place, subject)), words
        return words != before

    def _notice(self, notice: Notice) -> None:
        self._line(notice.text)

    def _line(self, text: str) -> None:
        stamp = time.strftime("%H:%M:%S", time.localtime(self._feed.clock.wall()))
        self._write(f"{stamp} {text}")
