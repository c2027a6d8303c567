"""Calls out of a conference: they ring, and end as their destination says (dial).

How a call ends is written in ENDINGS, so that who tries the dashboard can choose.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from pexdash.node.conference import NodeConference

Outcome = Literal["answered", "rejected", "timeout"]
RINGS_FOR = 30.0
ENDINGS = """\
What a dialled address begins with decides how the call ends:
  busy, reject   rejected after 2 seconds
  noanswer       given up after 30 seconds
  fork           rings in two places (fork3: in three); the last answers after 4 seconds
  anything else  answered after 4 seconds"""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a call ends after so many seconds; of several `branches` the last is answered."""

    seconds: float
    answered: bool = True
    branches: int = 1


@dataclass(frozen=True, slots=True)
class DialOut:
    """One dial-out, field by field (API guide, dial); "" for what was not given."""

    destination: str
    protocol: str = "sip"
    role: str = "guest"
    presentation_url: str = ""
    streaming: str = "no"
    dtmf_sequence: str = ""
    source_display_name: str = ""
    source: str = ""
    call_type: str = "video"
    keep_conference_alive: str = ""
    remote_display_name: str = ""
    text: str = ""


def ending_of(destination: str) -> Ending:
    """How a call to `destination` ends, with or without a scheme before it; see ENDINGS."""
    address = destination.lower()
    for scheme in ("sip:", "sips:", "h323:", "tel:", "rtmp://", "rtmps://"):
        address = address.removeprefix(scheme)
    if address.startswith(("busy", "reject")):
        return Ending(2.0, answered=False)
    if address.startswith("noanswer"):
        return Ending(RINGS_FOR, answered=False)
    if address.startswith("fork"):
        return Ending(4.0, branches=3 if address.startswith("fork3") else 2)
    return Ending(4.0)


def ending_for(outcome: Outcome, answer_after: float | None) -> Ending:
    """The ending a test asks for: nobody rings for more than 30 s."""
    if outcome == "timeout" or answer_after is None or answer_after >= RINGS_FOR:
        return Ending(RINGS_FOR, answered=False)
    return Ending(answer_after, answered=outcome == "answered")


def call_out(
    conference: NodeConference,
    dial_out: DialOut,
    ending: Ending,
    make_uuid: Callable[[], str] | None = None,
) -> list[str]:
    """Put connecting participants into the roster, let them ring, and return their uuids."""
    uuids = []
    for _ in range(ending.branches):
        fields = _wire_fields(dial_out)
        if make_uuid is not None:
            fields["uuid"] = make_uuid()
        one = conference.join(
            dial_out.remote_display_name or dial_out.destination,
            role=dial_out.role,
            # Call Routing Rules choose for "auto"; ours choose SIP.
            protocol="sip" if dial_out.protocol == "auto" else dial_out.protocol,
            uri=dial_out.destination,
            **fields,
        )
        conference.dialled[one.uuid] = dial_out
        uuids.append(one.uuid)
    conference.tasks.start(_ring(conference, uuids, ending))
    return uuids


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


async def _ring(conference: NodeConference, uuids: list[str], ending: Ending) -> None:
    await conference.clock.sleep(ending.seconds)
    answered = uuids.pop() if ending.answered else ""
    for uuid in uuids:
        conference.leave(uuid)
    if answered in conference.participants:
        _answer(conference, answered)


def _answer(conference: NodeConference, uuid: str) -> None:
    chair = conference.participants[uuid].role == "chair"
    conference.update(
        uuid,
        service_type="conference" if chair or conference.started else "waiting_room",
        start_time=conference.clock.wall(),
        has_media=True,
    )
    dial_out = conference.dialled.get(uuid)
    if dial_out is not None and dial_out.dtmf_sequence:
        conference.note_dtmf(uuid, dial_out.dtmf_sequence)
