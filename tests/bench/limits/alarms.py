"""The limit of alarms: one walk over the people that counts, and asks a handful of questions.

No rules, no delays, no state: what a wall must at least know of a conference that has changed.
"""

from __future__ import annotations

from typing import NamedTuple

from pexdash.model.conference import Conference
from pexdash.model.participant import Role


class Counted(NamedTuple):
    """What a tile shows in numbers."""

    people: int
    hosts: int
    waiting: int
    ringing: int
    api: int
    recorders: int
    hands: int
    open_microphones: int
    unencrypted: int


def count(conference: Conference) -> Counted:
    """Walk over everybody."""
    people = hosts = waiting = ringing = api = recorders = hands = microphones = plain = 0
    for one in conference.participants.values():
        service = one.service_type
        if service == "waiting_room":
            waiting += 1
        elif service == "connecting":
            ringing += 1
        elif service == "ivr":
            pass
        elif one.protocol == "api" and not one.has_media:
            api += 1
        elif one.is_recording or one.is_streaming_conference:
            recorders += 1
        elif not (one.is_transcribing or one.is_ai_enabled):
            people += 1
            if one.has_media:
                hosts += one.role is Role.HOST
                microphones += not (one.is_muted or one.is_client_muted)
                plain += one.encryption == "Off"
            if one.buzz_time is not None:
                hands += 1
    return Counted(people, hosts, waiting, ringing, api, recorders, hands, microphones, plain)


def conditions(conference: Conference, counted: Counted) -> tuple[bool, ...]:
    """Five of the conditions of the rules, as they stand at this moment."""
    status = conference.status
    shown = conference.presentation
    return (
        counted.waiting > 0,
        counted.waiting > 0 and counted.hosts == 0,
        counted.people > 0 and counted.hosts == 0 and status.started is not False,
        status.started is False and counted.waiting > 0,
        shown is not None and shown.uuid not in conference.participants,
    )
