"""How many people of each kind are in a conference, kept up from its changes alone."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from pexdash.model.changes import Changes
from pexdash.model.conference import Conference
from pexdash.model.participant import Participant, Role

# The kinds, as bits of one number: a participant is of any of them at a time.
PERSON = 1 << 0
"""In the conference, and neither a control connection nor a recorder, a streamer or an AI."""
HOST = 1 << 1
"""A Host with media among the people."""
ADMITTER = 1 << 2
"""A Host other than us, with media or without, who could let people in."""
WAITING = 1 << 3
RINGING = 1 << 4
API = 1 << 5
HAND = 1 << 6
RECORDER = 1 << 7
"""Somebody who records or streams the conference."""
OPEN = 1 << 8
"""A person whose microphone is open."""
UNENCRYPTED = 1 << 9
UNVERIFIED = 1 << 10
BOT = 1 << 11
"""Somebody who transcribes, or feeds an AI."""
NO_PICTURE = 1 << 12
TRANSFERRING = 1 << 13
ON_HOLD = 1 << 14
SPOTLIT = 1 << 15
KINDS = tuple(1 << at for at in range(16))

# What else may have changed, as further bits of the same number.
STATUS = 1 << 20
STAGE = 1 << 21
PRESENTATION = 1 << 22
ROOMS = 1 << 23
LEFT = 1 << 24
PLACED = 1 << 25
"""Somebody came, left, or has another name, address or role."""
LINE = 1 << 26
EVERYTHING = (1 << 27) - 1

_LONGEST_SECONDS = 86_400.0
"""How long before our eyes something can have begun; a clock that says more is off."""


class Move(Struct, gc=False):
    """A participant who is of other kinds now; None before an arrival and after a departure.

    `since` is when the participant came under our eyes.
    """

    uuid: str
    before: Participant | None
    after: Participant | None
    was: int
    now: int
    since: float


class Tally:
    """Who is of which kind, and since when in seconds of the handed clock.

    `take` must be given all changes of the conference. It costs about a microsecond for each
    participant who changed, however many there are. `unseen` maps each person who waits, or has a
    hand up, since before we looked to the node's time of that, or None. `members` has the uuids of
    each kind, with the time since when they are of it.
    """

    def __init__(self, conference: Conference, now: float) -> None:
        self.conference = conference
        self.moves: list[Move] = []
        self.unseen: dict[str, float | None] = {}
        self.members: dict[int, dict[str, float]] = {kind: {} for kind in KINDS}
        self._kinds: dict[str, int] = {}
        self._seen: dict[str, float] = {}
        self._own = self._own_uuids()
        self._put(dict.fromkeys(conference.participants), now, is_list=True)

    def take(self, changes: Changes, now: float) -> int:
        """Take changes that have been applied to the conference; returns what they touched."""
        self.moves.clear()
        touched = 0
        if changes.before:
            touched = self._put(changes.before, now, is_list=changes.synced)
        if changes.own and self._own != self._own_uuids():
            old, self._own = self._own, self._own_uuids()
            touched |= self._put(dict.fromkeys(sorted(old ^ self._own)), now, is_list=True)
        if changes.placed or changes.synced:
            touched |= PLACED
        if changes.left:
            touched |= LEFT
        if changes.conference:
            touched |= STATUS
        if changes.stage:
            touched |= STAGE
        if changes.presentation:
            touched |= PRESENTATION
        if changes.rooms:
            touched |= ROOMS
        return touched

    def _own_uuids(self) -> set[str]:
        return {self.conference.me, *self.conference.earlier_me}

    def _put(self, before: dict[str, Participant | None], now: float, *, is_list: bool) -> int:
        people, kinds, own = self.conference.participants, self._kinds, self._own
        touched = 0
        for uuid, earlier in before.items():
            one = people.get(uuid)
            new = 0 if one is None else _kinds_of(one, is_own=uuid in own)
            old = kinds.get(uuid, 0)
            if new == old and one is not None and earlier is not None:
                continue
            if one is None:
                since = self._seen.pop(uuid, now)
                kinds.pop(uuid, None)
            else:
                since = self._seen.setdefault(uuid, now)
                kinds[uuid] = new
            if new == old:
                continue
            touched |= new ^ old
            self._move(uuid, new, new ^ old, now)
            if (new ^ old) & (WAITING | HAND):
                self._note_unseen(uuid, one, new, is_list)
            self.moves.append(Move(uuid, earlier, one, old, new, since))
        return touched

    def _move(self, uuid: str, new: int, differing: int, now: float) -> None:
        while differing:
            kind = differing & -differing
            differing ^= kind
            if new & kind:
                self.members[kind][uuid] = now
            else:
                del self.members[kind][uuid]

    def _note_unseen(self, uuid: str, one: Participant | None, new: int, is_list: bool) -> None:
        self.unseen.pop(uuid, None)
        if one is None or not is_list:
            return
        if new & WAITING:
            self.unseen[uuid] = one.start_time
        elif new & HAND and one.buzz_time is not None:
            # Nobody has a hand up before they come.
            self.unseen[uuid] = max(one.buzz_time, one.start_time or 0.0)

    def waits(self, node_ahead: float | None) -> Iterable[tuple[float, bool, str]]:
        """Of each who waits: since when, whether it may be for longer, and the uuid."""
        for uuid, seen in self.members[WAITING].items():
            yield *self.since(uuid, seen, node_ahead), uuid

    def since(self, uuid: str, seen: float, node_ahead: float | None) -> tuple[float, bool]:
        """Since when somebody waits or has a hand up, and whether it may be for longer.

        What has begun before our eyes did so when we have `seen` it. Else the node's time counts,
        which is `node_ahead` of ours, unless it is unknown or impossibly long ago.
        """
        if uuid not in self.unseen:
            return seen, False
        told = self.unseen[uuid]
        if told is None or node_ahead is None or told - node_ahead < seen - _LONGEST_SECONDS:
            return seen, True
        return min(seen, told - node_ahead), False


_MACHINE = RECORDER | BOT


def _kinds_of(one: Participant, *, is_own: bool) -> int:
    """The kinds of a participant, as a number of bits."""
    if not one.is_in:
        if one.is_waiting:
            return 0 if is_own else WAITING
        return RINGING if one.service_type == "connecting" else 0
    is_host = one.role is Role.HOST
    kinds = ADMITTER if is_host and not is_own else 0
    if one.is_recording or one.is_streaming_conference:
        kinds |= RECORDER
    if one.is_transcribing or one.is_ai_enabled:
        kinds |= BOT
    has_media = one.has_media
    if one.protocol == "api" and not has_media:
        return kinds | API
    if one.is_transferring:
        kinds |= TRANSFERRING
    if kinds & _MACHINE:
        # A recorder may well have joined as a Host, and admits nobody.
        return kinds & ~ADMITTER
    kinds |= PERSON
    if has_media:
        if is_host:
            kinds |= HOST
        if not (one.is_muted or one.is_client_muted):
            kinds |= OPEN
        if one.encryption == "Off":
            kinds |= UNENCRYPTED
    if one.is_idp_authenticated is False:
        kinds |= UNVERIFIED
    if one.buzz_time is not None:
        kinds |= HAND
    if one.is_video_silent or one.is_main_video_dropped_out:
        kinds |= NO_PICTURE
    if one.is_on_hold:
        kinds |= ON_HOLD
    if one.spotlight is not None:
        kinds |= SPOTLIT
    return kinds
