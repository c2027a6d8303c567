"""The people of one conference, and how their list is taken in."""

from __future__ import annotations

from collections.abc import Iterable

from pexdash.model.changes import Changes
from pexdash.model.counts import API, PEOPLE, WAITING
from pexdash.model.events import (
    ParticipantCreated,
    ParticipantDeleted,
    ParticipantUpdated,
    SyncBegun,
    SyncEnded,
)
from pexdash.model.headcount import Headcount
from pexdash.model.participant import Participant, Role


class People:
    """The participants the node told of, in `participants` by uuid.

    While a list is being sent (between the sync events), its participants go into a shadow that
    replaces the roster at the end, so that a connection that breaks half-way loses nobody. `me` is
    our own uuid, and `earlier_me` has those of earlier tokens of ours that are still in the roster.
    `keeps_sources` costs about a kilobyte a participant: only who shows them asks for it.
    """

    def __init__(self, *, keeps_sources: bool) -> None:
        self.keeps_sources = keeps_sources
        self.me = ""
        self._begin_people()

    def _begin_people(self) -> None:
        """Know of nobody yet."""
        self.earlier_me: set[str] = set()
        self.participants: dict[str, Participant] = {}
        self.synced_at: float | None = None
        self.first_seen: dict[str, float] = {}
        """When each participant was first heard of, as Unix time."""
        self.sources: dict[str, bytes] = {}
        """The node's own JSON of each participant, where `keeps_sources`; not clean."""
        self._shadow: dict[str, Participant] | None = None
        self._headcount = Headcount()

    @property
    def syncing(self) -> bool:
        """Whether the node has begun a participant list and not ended it."""
        return self._shadow is not None

    def become(self, uuid: str) -> None:
        """We are `uuid` from now on; the roster may still show who we were before."""
        if self.me and self.me != uuid:
            self.earlier_me.add(self.me)
        self.earlier_me.discard(uuid)
        self.me = uuid

    def replace_participants(self, participants: Iterable[Participant], now: float) -> Changes:
        """Take a complete list, as if the node had sent it between the sync events."""
        self._shadow = {one.uuid: one for one in participants}
        changes = Changes()
        self._end_sync(SyncEnded(), now, changes)
        return changes

    def _put(
        self, event: ParticipantCreated | ParticipantUpdated, now: float, changes: Changes
    ) -> None:
        participant = event.participant
        uuid = participant.uuid
        if self.keeps_sources and event.source:
            self.sources[uuid] = event.source
        if self._shadow is not None:
            self._shadow[uuid] = participant
            return
        before = self.participants.get(uuid)
        if before is None:
            self.first_seen.setdefault(uuid, now)
            if type(event) is ParticipantCreated:
                changes.arrived.append(uuid)
        elif before == participant:
            return
        self.participants[uuid] = participant
        changes.before.setdefault(uuid, before)
        if before is None or not participant.is_placed_as(before):
            changes.placed.add(uuid)
            # As `note` does, which costs a call more for each event.
            if self._headcount.is_noting:
                self._headcount.noted.setdefault(uuid, before)
        if participant.spotlight != (before and before.spotlight):
            changes.spotlit = True

    def _delete(self, event: ParticipantDeleted, now: float, changes: Changes) -> None:
        if self._shadow is not None:
            self._shadow.pop(event.uuid, None)
            return
        before = self.participants.pop(event.uuid, None)
        self.earlier_me.discard(event.uuid)
        self.first_seen.pop(event.uuid, None)
        self.sources.pop(event.uuid, None)
        if before is None:
            return
        self._headcount.note_gone(event.uuid, before)
        changes.before.setdefault(event.uuid, before)
        changes.left.append(before)
        changes.placed.add(event.uuid)
        changes.spotlit |= before.spotlight is not None

    def _begin_sync(self, event: SyncBegun, now: float, changes: Changes) -> None:
        self._shadow = {}

    def _end_sync(self, event: SyncEnded, now: float, changes: Changes) -> None:
        if self._shadow is None:
            return
        old, self.participants, self._shadow = self.participants, self._shadow, None
        self._headcount = Headcount()
        self.synced_at = now
        for kept in (self.first_seen, self.sources):
            for uuid in kept.keys() - self.participants.keys():
                del kept[uuid]
        me = self.participants.get(self.me)
        if me is not None and not me.is_waiting:
            # A node shows those who wait nobody else: their list does not tell who has left.
            self.earlier_me &= self.participants.keys()
        for uuid, participant in self.participants.items():
            self.first_seen.setdefault(uuid, now)
            if (before := old.get(uuid)) != participant:
                changes.before.setdefault(uuid, before)
        for uuid in old.keys() - self.participants.keys():
            changes.before.setdefault(uuid, old[uuid])
        changes.placed.update(changes.before)
        changes.synced = changes.spotlit = True

    def hands(self) -> tuple[str, ...]:
        """The uuids of those in it who have a hand up, the one who raised it first at first."""
        return self._headcount.hands(self.participants)

    def count_hands(self) -> int:
        """How many hands are up."""
        return self._headcount.count_hands(self.participants)

    def waiting(self) -> tuple[str, ...]:
        """The uuids of those who wait to be let in."""
        return self._headcount.waiting(self.participants)

    def counts(self) -> tuple[int, int, int]:
        """People in the conference, API participants in it, and people waiting."""
        parts = self.parts()
        return parts[PEOPLE], parts[API], parts[WAITING]

    def parts(self) -> dict[str, int]:
        """How many count as what (`parts_of`); together they are all participants."""
        return self._headcount.parts(self.participants)

    def would_end_without_me(self) -> bool:
        """Whether we are the last Host of people who are in the conference."""
        me = self.participants.get(self.me)
        others = [
            one
            for one in self.participants.values()
            if one.uuid != self.me and one.uuid not in self.earlier_me and one.is_in
        ]
        return (
            me is not None
            and me.role is Role.HOST
            and bool(others)
            and all(one.role is Role.GUEST for one in others)
        )
