"""What the rules remember of a conference: what has happened, where its state does not tell.

A participant list tells of no arrival and no departure: whoever is in it, or no longer in it, may
have come or gone at any time since the line was lost.
"""

from __future__ import annotations

from collections import deque
from typing import TypeVar

from pexdash.model.alarms.carried import MOST_CARRIED, Failure, Loss, Remembered, newest
from pexdash.model.changes import Changes
from pexdash.model.conference import Conference
from pexdash.model.participant import Participant, Presence, Role, without_scheme
from pexdash.model.tally import HOST, PERSON, RECORDER, Move, Tally

LOSS_SECONDS = 30.0
"""Within how long people have to leave for it to be one sudden loss."""
LOSS_KEPT_SECONDS = 300.0
"""How long a sudden loss is told."""
GAVE_UP_SECONDS = 600.0
"""Within how long those are counted who gave up waiting, and how long it is told."""
FLAPS_SECONDS = 300.0
"""Within how long the joins of one participant are counted."""
SHORT_STAY_SECONDS = 120.0
"""A stay that is shorter is one of a participant who flaps."""
BACK_PART = 0.9
"""The part of the people with whom a sudden loss is over."""
MOST_REMEMBERED = 500
"""Of each kind: a node that tells nonsense must not fill the memory."""

_MOST_STAYS = 20
"""Of one participant; whoever comes oftener is called a flapping one all the same."""

_Value = TypeVar("_Value")


class Memory:
    """What has happened in a conference; times are seconds of the handed clock.

    `flaps` counts the joins of those who come and go, `outsiders` has the address of each who came
    in while the conference was locked, `new_roles` the name of each who became a Host by others
    than us; each with the time of it.
    """

    def __init__(self, conference: Conference) -> None:
        self.had_host = False
        self.host_left_at: float | None = None
        self.last_host = ""
        self.recording_gone_at: float | None = None
        self.emptied_at: float | None = None
        self.loss: Loss | None = None
        self.gave_up: deque[float] = deque(maxlen=MOST_REMEMBERED)
        self.flaps: dict[str, tuple[float, int, str]] = {}
        self.failed_calls: dict[str, Failure] = {}
        self.new_roles: dict[str, tuple[float, str]] = {}
        self.outsiders: dict[str, tuple[float, str]] = {}
        self.own_calls: dict[str, None] = {}
        self.own_roles: dict[str, None] = {}
        self._conference = conference
        self._was_recorded = False
        self._peaks: deque[tuple[float, int]] = deque(maxlen=MOST_REMEMBERED)
        self._stays: dict[str, tuple[float, ...]] = {}

    def move_to(self, conference: Conference) -> None:
        """Go on with another object, which is the same conference."""
        self._conference = conference

    def carried(self) -> Remembered:
        """What whoever follows the conference next is to know, the newest of each kind."""
        return Remembered(
            self.had_host,
            self.host_left_at,
            self.last_host,
            self._was_recorded,
            self.recording_gone_at,
            self.emptied_at,
            self.loss,
            tuple(self.gave_up)[-MOST_CARRIED:],
            newest(self.flaps),
            newest(self.failed_calls),
            newest(self.new_roles),
            newest(self.outsiders),
            tuple(newest(self.own_calls)),
            tuple(newest(self.own_roles)),
        )

    def resume(self, told: Remembered) -> None:
        """Know what another program knew, before anything is seen here."""
        self.had_host, self.host_left_at = told.had_host, told.host_left_at
        self.last_host, self._was_recorded = told.last_host, told.was_recorded
        self.recording_gone_at, self.emptied_at = told.recording_gone_at, told.emptied_at
        self.loss = told.loss
        self.gave_up.extend(told.gave_up)
        self.flaps.update(told.flaps)
        self.failed_calls.update(told.failed_calls)
        self.new_roles.update(told.new_roles)
        self.outsiders.update(told.outsiders)
        self.own_calls.update(dict.fromkeys(told.own_calls))
        self.own_roles.update(dict.fromkeys(told.own_roles))

    def called(self, who: str) -> None:
        """We dial somebody: the uuid or the address, whichever is known."""
        keep(self.own_calls, without_scheme(who).casefold(), None)

    def gave_role(self, uuid: str) -> None:
        """We are about to give somebody another role."""
        keep(self.own_roles, uuid, None)

    def take(self, changes: Changes, tally: Tally, now: float) -> None:
        """Remember what changes tell; the tally has taken them already."""
        people = len(tally.members[PERSON])
        if changes.synced:
            self._peaks.clear()
            self._stays.clear()
            for uuid in self.outsiders.keys() - tally.members[PERSON].keys():
                del self.outsiders[uuid]
        else:
            for one in changes.left:
                self._miss(one, tally, now)
            before = people
            for move in tally.moves:
                if (move.was ^ move.now) & PERSON:
                    if move.now & PERSON:
                        before -= 1
                        self._come(move, now)
                    else:
                        before += 1
                        self._leave(move, now)
            if before > people:
                self._lose(before, people, now)
        self._take_roles(changes, now)
        self._forget_calls(changes)
        if self.loss is not None and people >= BACK_PART * self.loss.people:
            self.loss = None
        self._take_hosts(tally, people, now)
        self._take_recorders(tally, people, now)
        if people:
            self.emptied_at = None
        elif self.emptied_at is None and any(move.was & PERSON for move in tally.moves):
            self.emptied_at = now

    def _take_hosts(self, tally: Tally, people: int, now: float) -> None:
        if tally.members[HOST]:
            self.had_host, self.host_left_at = True, None
        elif not people:
            # Who comes next is in another meeting.
            self.had_host, self.host_left_at = False, None
        elif self.had_host and self.host_left_at is None:
            self.host_left_at = now
            gone = [move.before for move in tally.moves if move.was & HOST]
            self.last_host = gone[-1].name if gone and gone[-1] is not None else ""

    def _take_recorders(self, tally: Tally, people: int, now: float) -> None:
        recorded = bool(tally.members[RECORDER]) or self._conference.status.recording is True
        if recorded or not people:
            self.recording_gone_at = None
        elif self._was_recorded:
            self.recording_gone_at = now
        self._was_recorded = recorded

    def _come(self, move: Move, now: float) -> None:
        one = move.after
        if one is None:
            return
        self.failed_calls.pop(address_of(one), None)
        if self._conference.status.locked is True:
            keep(self.outsiders, move.uuid, (now, address_of(one)))
        identity = identity_of(one)
        stays = [at for at in self._stays.get(identity, ()) if now - at <= FLAPS_SECONDS]
        if stays:
            keep(self.flaps, identity, (now, len(stays) + 1, one.name))

    def _leave(self, move: Move, now: float) -> None:
        self.outsiders.pop(move.uuid, None)
        if (one := move.before) is None:
            return
        identity = identity_of(one)
        stays = self._stays.pop(identity, ())
        if now - move.since < SHORT_STAY_SECONDS:
            stays = (*(at for at in stays if now - at <= FLAPS_SECONDS), move.since)
            keep(self._stays, identity, stays[-_MOST_STAYS:])
        self._forget_stays(now)

    def _forget_stays(self, now: float) -> None:
        for identity, stays in list(self._stays.items()):
            if now - stays[-1] <= FLAPS_SECONDS:
                return
            del self._stays[identity]

    def _lose(self, before: int, people: int, now: float) -> None:
        """The people have become fewer: see how many there were at most a short time ago."""
        peaks = self._peaks
        while peaks and peaks[-1][1] <= before:
            peaks.pop()
        peaks.append((now, before))
        while now - peaks[0][0] > LOSS_SECONDS:
            peaks.popleft()
        at, most = peaks[0]
        old, left = self.loss, most - people
        if old is None or left >= old.left or now - old.at > LOSS_KEPT_SECONDS:
            self.loss = Loss(now, left, most, now - at)

    def _miss(self, one: Participant, tally: Tally, now: float) -> None:
        """Somebody is gone who may never have been in."""
        if one.is_waiting:
            self.gave_up.append(now)
            while now - self.gave_up[0] > GAVE_UP_SECONDS:
                self.gave_up.popleft()
        if not _is_dialled(one):
            return
        address = address_of(one)
        others = self._conference.participants.values()
        if address and any(address_of(other) == address for other in others):
            # A branch of a forked call, of which another rings on or was answered.
            return
        since = next((move.since for move in tally.moves if move.uuid == one.uuid), now)
        is_own = one.uuid in self.own_calls or address in self.own_calls
        failure = Failure(now, now - since, one.name, address, is_own)
        keep(self.failed_calls, address or one.uuid, failure)

    def _forget_calls(self, changes: Changes) -> None:
        """Take out the calls of ours that were answered or are over, unless a branch rings on."""
        own, people = self.own_calls, self._conference.participants
        if not own:
            return
        # A list tells of nobody who left.
        known = [one for one in changes.before.values() if one is not None]
        ended = [
            one for one in (*changes.left, *known) if _is_dialled(one) and one.uuid not in people
        ]
        ended += [
            one
            for uuid, before in changes.before.items()
            if (one := people.get(uuid)) is not None
            and one.presence is not Presence.CONNECTING
            and (before is None or before.presence is Presence.CONNECTING)
        ]
        if not ended:
            return
        ringing = {address_of(one) for one in people.values() if _is_dialled(one)}
        for one in ended:
            own.pop(one.uuid, None)
            if (address := address_of(one)) not in ringing:
                own.pop(address, None)

    def _take_roles(self, changes: Changes, now: float) -> None:
        people = self._conference.participants
        for uuid, before in changes.before.items():
            one = people.get(uuid)
            if before is None or (one is not None and one.role is before.role):
                continue
            is_own = uuid in self.own_roles
            self.own_roles.pop(uuid, None)
            is_new = one is not None and (before.role, one.role) == (Role.GUEST, Role.HOST)
            if one is not None and is_new and not is_own and not changes.synced:
                keep(self.new_roles, uuid, (now, one.name))


def _is_dialled(one: Participant) -> bool:
    """Whether it rings there, as somebody in the conference has called."""
    return one.presence is Presence.CONNECTING and one.call_direction == "out"


def address_of(one: Participant) -> str:
    """The address to compare, "" where there is none or we are not shown it."""
    return without_scheme(one.uri).casefold()


def identity_of(one: Participant) -> str:
    """By what a participant is known again: the address, else the name and the protocol."""
    return address_of(one) or f"{one.name} ({one.protocol})"


def keep(kept: dict[str, _Value], key: str, value: _Value) -> None:
    """Put a value last; the first goes where there are too many."""
    kept.pop(key, None)
    if len(kept) >= MOST_REMEMBERED:
        del kept[next(iter(kept))]
    kept[key] = value
