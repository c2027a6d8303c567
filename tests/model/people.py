"""People for the tests of the model."""

from __future__ import annotations

import msgspec

from pexdash.model.changes import Changes
from pexdash.model.conference import Conference
from pexdash.model.events import Event, ParticipantCreated, SyncBegun, SyncEnded
from pexdash.model.participant import Participant, Role
from pexdash.model.roster import Roster

NOW = 1_700_000_000.0


def person(uuid: str, name: str = "", **fields: object) -> Participant:
    """A Guest with media in the conference, unless `fields` say otherwise."""
    guest = Participant(
        uuid=uuid, display_name=name, role=Role.GUEST, protocol="webrtc", has_media=True
    )
    return msgspec.structs.replace(guest, **fields)


def synced(*people: Participant) -> Conference:
    """A conference whose node has just sent these people."""
    conference = Conference("meet.alice")
    events: list[Event] = [SyncBegun(), *map(ParticipantCreated, people), SyncEnded()]
    for event in events:
        conference.apply(event, NOW)
    return conference


def roster_of(*people: Participant) -> tuple[Conference, Roster]:
    """A conference of these people, and the roster that shows it."""
    conference = synced(*people)
    roster = Roster(conference)
    roster.update(Changes(synced=True))
    return conference, roster


def uuids(roster: Roster) -> list[str]:
    """Who is shown, from the top on."""
    return [row.uuid for row in roster.rows if row.uuid]
