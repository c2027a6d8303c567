"""What happened in a conference, each with its time, for the host to read."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from enum import Enum

from msgspec import Struct

from pexdash.model.changes import Changes
from pexdash.model.conference import Conference
from pexdash.model.participant import Participant, Presence, Role
from pexdash.model.status import ConferenceStatus

MOST_HAPPENINGS = 2000


class Kind(Enum):
    """What sort of thing happened; the values are what a host filters by."""

    JOINED = "joined"
    LEFT = "left"
    WAITING = "waiting"
    ADMITTED = "admitted"
    ROLE = "role"
    HAND = "hand"
    PRESENTING = "presenting"
    MEETING = "meeting"
    LINE = "line"
    ALARM = "alarm"
    MARK = "mark"
    OWN = "own"


class Happening(Struct, frozen=True):
    """One thing that happened: Unix time, kind, clean words, and the uuid of whom it is about."""

    time: float
    kind: Kind
    words: str
    uuid: str = ""


_ARRIVED = {
    Presence.IN: (Kind.JOINED, "joined"),
    Presence.ON_HOLD: (Kind.JOINED, "joined, on hold"),
    Presence.WAITING: (Kind.WAITING, "waits to be let in"),
    Presence.CONNECTING: (Kind.JOINED, "is being called"),
    Presence.PIN_ENTRY: (Kind.JOINED, "is entering a PIN"),
}
_LEFT = {
    Presence.WAITING: "no longer waits",
    Presence.CONNECTING: "did not answer",
    Presence.PIN_ENTRY: "gave no PIN",
}
_IN_ROLE = {Role.HOST: "is a Host now", Role.GUEST: "is a Guest now"}

_MEETING: dict[str, tuple[str, str]] = {
    "started": ("The meeting began", "The meeting waits for a Host"),
    "locked": ("The conference was locked", "The conference was unlocked"),
    "guests_muted": ("All Guests were muted", "Guests are no longer muted"),
    "guests_can_unmute": ("Guests may unmute themselves", "Guests may not unmute themselves"),
    "guests_can_present": ("Guests may present", "Guests may not present"),
    "presentation_allowed": ("Presenting is allowed", "Presenting is not allowed"),
    "recording": ("The recording began", "The recording ended"),
    "transcribing": ("The transcription began", "The transcription ended"),
    "streaming": ("The streaming began", "The streaming ended"),
    "public_streaming": ("The streaming to the public began", "The streaming to the public ended"),
    "ai_enabled": ("An AI takes part", "The AI no longer takes part"),
    "chat_enabled": ("The chat is on", "The chat is off"),
}
"""What is told of each property of the conference, where it is on now and where it is off."""


class History:
    """The last 2,000 happenings, oldest first; `total` counts those that went as well.

    A list that the node sends again, as after a lost line, tells of nobody: only the node's own
    events do. What a property of the conference is at first is not told either.
    """

    def __init__(self) -> None:
        self.happenings: deque[Happening] = deque(maxlen=MOST_HAPPENINGS)
        self.total = 0
        self._status = ConferenceStatus()
        self._presenter = ""

    def keep(self, most: int) -> None:
        """Keep at most so many from now on."""
        self.happenings = deque(self.happenings, maxlen=most)

    def add(self, now: float, kind: Kind, words: str, uuid: str = "") -> None:
        """Append what happened at Unix time `now`."""
        self.happenings.append(Happening(now, kind, words, uuid))
        self.total += 1

    def take(self, changes: Changes, conference: Conference, now: float) -> None:
        """Append what `changes` tell, which were applied to `conference` at Unix time `now`."""
        if changes.placed:
            self._take_people(changes, conference, now)
        if changes.conference:
            self._take_status(changes.conference, conference.status, now)
        if changes.presentation:
            self._take_presentation(conference, now)

    def _take_people(self, changes: Changes, conference: Conference, now: float) -> None:
        gone = {one.uuid: one for one in changes.left}
        people = conference.participants
        for uuid in changes.arrived:
            if (one := people.get(uuid) or gone.get(uuid)) is not None:
                self._tell(now, conference, one, *_ARRIVED[one.presence])
        if not changes.synced:
            for uuid, before in changes.before.items():
                if uuid not in changes.placed or before is None:
                    continue
                if (one := people.get(uuid) or gone.get(uuid)) is not None:
                    for kind, words in _differences(before, one):
                        self._tell(now, conference, one, kind, words)
        for one in changes.left:
            self._tell(now, conference, one, Kind.LEFT, _LEFT.get(one.presence, "left"))

    def _tell(
        self, now: float, conference: Conference, one: Participant, kind: Kind, words: str
    ) -> None:
        you = " (you)" if one.uuid == conference.me else ""
        self.add(now, kind, f"{one.name}{you} {words}", one.uuid)

    def _take_status(self, names: frozenset[str], status: ConferenceStatus, now: float) -> None:
        earlier, self._status = self._status, status
        for name in _MEETING:
            value = getattr(status, name)
            # In another conference, every property is unknown until its node tells it.
            if name in names and value is not None and getattr(earlier, name) is not None:
                on, off = _MEETING[name]
                self.add(now, Kind.MEETING, on if value else off)

    def _take_presentation(self, conference: Conference, now: float) -> None:
        shown, presenter = conference.presentation, self._presenter
        self._presenter = "" if shown is None else shown.name or shown.uri or "Somebody"
        uuid = "" if shown is None else shown.uuid
        if presenter and presenter != self._presenter:
            self.add(now, Kind.PRESENTING, f"{presenter} stopped presenting")
        if self._presenter and presenter != self._presenter:
            self.add(now, Kind.PRESENTING, f"{self._presenter} presents", uuid)


def _differences(before: Participant, one: Participant) -> Iterator[tuple[Kind, str]]:
    """What of a change is told, without the subject."""
    if before.service_type != one.service_type or before.is_on_hold != one.is_on_hold:
        yield from _moved(before, one)
    if one.role is not before.role and one.role in _IN_ROLE:
        yield Kind.ROLE, _IN_ROLE[one.role]
    if one.has_hand_up and not before.has_hand_up:
        yield Kind.HAND, "raised a hand"
    elif before.has_hand_up and one.is_in and one.buzz_time is None:
        yield Kind.HAND, "no longer has a hand up"


def _moved(before: Participant, one: Participant) -> Iterator[tuple[Kind, str]]:
    was, now = before.presence, one.presence
    if was is Presence.WAITING and one.is_in:
        yield Kind.ADMITTED, "was let in"
    elif one.is_in and not before.is_in:
        yield Kind.JOINED, "joined"
    elif now is was:
        return
    elif now is Presence.ON_HOLD:
        yield Kind.MEETING, "is on hold"
    elif was is Presence.ON_HOLD and now is Presence.IN:
        yield Kind.MEETING, "is no longer on hold"
    else:
        yield _ARRIVED[now]
