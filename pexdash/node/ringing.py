"""Calls out of a conference: how long they ring, and how that ends (dial).

The destination decides it, as ENDINGS says, so that who tries the dashboard can choose.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from pexdash.node.conference import NodeConference
from pexdash.node.dial_out import DialOut

Outcome = Literal["answered", "rejected", "timeout"]
RINGS_FOR = 30.0
"""How many seconds a call rings before it is given up (API guide, dial)."""
ENDINGS = """\
What a dialled address begins with decides how the call ends:
  busy, reject   rejected after 2 seconds
  noanswer       given up after 30 seconds
  fork           rings in two places (fork3: in three); the last answers after 4 seconds
  anything else  answered after 4 seconds"""


@dataclass(frozen=True, slots=True)
class Ringing:
    """How long a call rings, and how that ends; of several `branches` the last is answered."""

    seconds: float
    is_answered: bool = True
    branches: int = 1


def ringing_of(destination: str) -> Ringing:
    """How a call to `destination` rings, with or without a scheme before it; see ENDINGS."""
    address = destination.lower()
    for scheme in ("sip:", "sips:", "h323:", "tel:", "rtmp://", "rtmps://"):
        address = address.removeprefix(scheme)
    if address.startswith(("busy", "reject")):
        return Ringing(2.0, is_answered=False)
    if address.startswith("noanswer"):
        return Ringing(RINGS_FOR, is_answered=False)
    if address.startswith("fork"):
        return Ringing(4.0, branches=3 if address.startswith("fork3") else 2)
    return Ringing(4.0)


def ringing_for(outcome: Outcome, answer_after: float | None) -> Ringing:
    """How a call rings that ends after so many seconds: 30 at most, None for no answer."""
    if outcome == "timeout" or answer_after is None or answer_after >= RINGS_FOR:
        return Ringing(RINGS_FOR, is_answered=False)
    return Ringing(answer_after, is_answered=outcome == "answered")


def call_out(
    conference: NodeConference,
    dial_out: DialOut,
    ringing: Ringing,
    make_uuid: Callable[[], str] | None = None,
) -> list[str]:
    """Add connecting participants, let them ring, and return their uuids."""
    uuids = []
    for _ in range(ringing.branches):
        fields = _wire_fields(dial_out)
        if make_uuid is not None:
            fields["uuid"] = make_uuid()
        one = conference.join(
            dial_out.remote_display_name or dial_out.destination,
            role=dial_out.role,
            # On a real node Call Routing Rules choose the protocol for "auto"; here it is SIP.
            protocol="sip" if dial_out.protocol == "auto" else dial_out.protocol,
            uri=dial_out.destination,
            **fields,
        )
        conference.dialled[one.uuid] = dial_out
        uuids.append(one.uuid)
    conference.tasks.start(_ring(conference, uuids, ringing))
    return uuids


def dial(
    conference: NodeConference,
    destination: str,
    *,
    protocol: str = "sip",
    role: str = "guest",
    name: str | None = None,
    answer_after: float | None = 4.0,
    outcome: Outcome = "answered",
) -> str:
    """Call someone: the uuid of a connecting participant, who answers, rejects or never does.

    `answer_after` is in seconds, None for never; a call rings for 30 s (API guide, dial).
    """
    dial_out = DialOut(destination, protocol, role, remote_display_name=name or "")
    return call_out(conference, dial_out, ringing_for(outcome, answer_after))[0]


def _wire_fields(dial_out: DialOut) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "service_type": "connecting",
        "call_direction": "out",
        "start_time": 0,
        "has_media": False,
        "is_streaming_conference": dial_out.streaming == "yes",
    }
    if dial_out.text:
        fields["overlay_text"] = dial_out.text
    if dial_out.call_type != "video":
        fields["presentation_supported"] = "NO"
    if dial_out.call_type == "audio":
        fields |= {"is_video_call": "NO", "is_audio_only_call": "YES"}
    return fields


async def _ring(conference: NodeConference, uuids: list[str], ringing: Ringing) -> None:
    await conference.clock.sleep(ringing.seconds)
    answering = uuids.pop() if ringing.is_answered else ""
    for uuid in uuids:
        conference.leave(uuid)
    if answering in conference.participants:
        _answer(conference, answering)


def _answer(conference: NodeConference, uuid: str) -> None:
    chair = conference.participants[uuid].role == "chair"
    conference.update(
        uuid,
        service_type=conference.settings.service_type
        if chair or conference.started
        else "waiting_room",
        start_time=conference.clock.wall(),
        has_media=True,
    )
    dial_out = conference.dialled.get(uuid)
    if dial_out is not None and dial_out.dtmf_sequence:
        conference.note_dtmf(uuid, dial_out.dtmf_sequence)
